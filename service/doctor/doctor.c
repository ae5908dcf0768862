#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "../core/utf8.h"
#include "doctor_folder.h"
#include "doctor_models.h"
#include "doctor_settings.h"
#include "doctor_state.h"
#include "doctor_store.h"

const struct doctor_check doctor_checks[] = {
    {"settings", "each of them, and the files that they name",
	doctor_look_at_settings},
    {"libraries", "whether they are those that the service was tried with",
	doctor_look_at_libraries},
    {"folder", "--var: whose it and what lies there is, and for whom",
	doctor_look_at_folder},
    {"secret", "the file of that name in it", doctor_look_at_secret},
    {"room", "how much the disk has left", doctor_look_at_room},
    {"store", "whether it opens, and which version it has",
	doctor_look_at_store},
    {"pages",
	"the store's, by SQLite's quick_check; integrity_check with "
	"--deep",
	doctor_look_at_pages},
    {"log", "what waits to go from there to the store", doctor_look_at_log},
    {"leftovers", "what restore kept, and backup did not finish",
	doctor_look_at_leftovers},
    {"backups", "the newest copy in the folder of --backups",
	doctor_look_at_backups},
    {"clock", "this machine's, by the newest comment", doctor_look_at_clock},
    {"keys", "whether one may have comments judged", doctor_look_at_keys},
    {"model", "the one in use: whole, for these features; its card",
	doctor_look_at_model},
    {"models", "the shadow, and what rollback would lead to",
	doctor_look_at_models},
    {"gold", "the gold set, which each new model is asked by",
	doctor_look_at_gold},
    {"retraining", "what --retrain-after needs", doctor_look_at_retraining},
    {"counts", "Redis: its version, maxmemory-policy, a round trip",
	doctor_look_at_counts},
    {"service", "whether it runs, is ready, and is this program",
	doctor_look_at_service},
    {"ports", "whether they are free, or the service's", doctor_look_at_ports},
    {"files", "how many may be open, for --connections", doctor_look_at_files},
    {"listeners", "who can reach them, and whether keys travel in the clear",
	doctor_look_at_listeners},
    {"proxies", "whether those of --trusted-proxies are plausible",
	doctor_look_at_proxies},
    {NULL, NULL, NULL},
};

const char *
doctor_result_name(enum doctor_result r)
{
	static const char *const names[DOCTOR_RESULTS] = {
	    [DOCTOR_NOTHING] = "nothing",
	    [DOCTOR_OK] = "ok",
	    [DOCTOR_WARNING] = "warning",
	    [DOCTOR_FAULT] = "fault",
	};

	return names[r];
}

/* One line of UTF-8, whatever came from elsewhere. */
static void
clean(char *text)
{
	bool valid = utf8_valid(span_of(text));

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f || (c >= 0x80 && !valid))
			*text = '?';
	}
}

void
doctor_say(struct doctor_finding *f, enum doctor_result result,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	clean(f->text);
	f->result = result;
}

void
doctor_open(struct doctor *d)
{
	d->store_err.code = ERR_NONE;
	(void)store_check_up(d->config->store, &d->store, &d->store_err);
	doctor_service_ask(&d->running, d->config);
}
