#include "command_doctor.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../doctor/doctor.h"
#include "../edge/format/json.h"
#include "../edge/http/http_client.h"
#include "../edge/process/log.h"
#include "../edge/process/secrets.h"
#include "../version.h"
#include "command.h"

enum { FLAGS_MAX = 64, NAME_COLUMN = 12 };

/* What the arguments say. */
struct wish {
	bool json, help;
	struct doctor doctor;
	int n;
	char *flags[FLAGS_MAX];
};

/* Takes --backups FOLDER, or --backups=FOLDER. 0, 1: it is another, or -1. */
static int
take_backups(struct wish *w, char **argv, int *at, struct err *e)
{
	static const char flag[] = "--backups";
	size_t n = sizeof(flag) - 1;
	const char *word = argv[*at];

	if (strncmp(word, flag, n) != 0 || (word[n] != '\0' && word[n] != '='))
		return 1;
	w->doctor.backups = word[n] == '=' ? word + n + 1 : argv[*at + 1];
	if (w->doctor.backups == NULL || w->doctor.backups[0] == '\0')
		return err_set(e, ERR_INPUT, "--backups: expected a folder");
	*at += word[n] != '=';
	return 0;
}

static int
read_wish(struct wish *w, int argc, char **argv, struct err *e)
{
	*w = (struct wish){.n = 0};
	for (int i = 0; i < argc; i++) {
		int other = 0;

		if (strcmp(argv[i], "--json") == 0)
			w->json = true;
		else if (strcmp(argv[i], "--help") == 0)
			w->help = true;
		else if (strcmp(argv[i], "--deep") == 0)
			w->doctor.deep = true;
		else
			other = take_backups(w, argv, &i, e);
		if (other < 0)
			return -1;
		if (other == 0)
			continue;
		if (w->n == FLAGS_MAX)
			return err_set(e, ERR_INPUT, "too many flags");
		w->flags[w->n++] = argv[i];
	}
	return 0;
}

void
command_doctor_help(FILE *out)
{
	fputs(
	    "usage: moderatod doctor [--deep] [--backups FOLDER] [--json] "
	    "[FLAG…]\n\n"
	    "Looks for what is wrong with an installation, whether the service "
	    "runs or\nnot, and says of each thing whether it is well, and "
	    "what to do. Changes,\nmakes and migrates nothing, and nobody "
	    "waits for it. Run it as the user\nwhom the service runs as, with "
	    "the same settings.\n\n"
	    "  --deep             all of the store by integrity_check, which "
	    "takes minutes\n"
	    "                     of a large one; else for 10 s at most by "
	    "quick_check\n"
	    "  --backups FOLDER   how old the newest copy there is that "
	    "backup made\n"
	    "  --json             say it as JSON\n\n"
	    "Other flags are settings of `moderatod serve`, such as --var. "
	    "It looks at:\n\n",
	    out);
	for (const struct doctor_check *c = doctor_checks; c->name != NULL; c++)
		fprintf(out, "  %-*s%s\n", NAME_COLUMN, c->name, c->looks_at);
	fputs("\n  moderatod doctor\n"
	      "  moderatod doctor --backups /backup --deep\n"
	      "  sudo -u moderato moderatod doctor --var /var/lib/moderato\n"
	      "  moderatod doctor --json | jq '.checks[] | select(.result != "
	      "\"ok\")'\n\n"
	      "Exit codes: 0 no fault, 1 there is one, 2 wrong usage or "
	      "settings.\n",
	    out);
}

/* Where findings go, as they come. */
struct report {
	json_t *checks; /* NULL: to standard output, a line each */
	int n[DOCTOR_RESULTS];
};

static void
add_finding(struct report *r, const struct doctor_check *c,
    const struct doctor_finding *f)
{
	const char *result = doctor_result_name(f->result);

	r->n[f->result]++;
	if (f->result == DOCTOR_NOTHING)
		return;
	if (r->checks == NULL) {
		printf("%-8s %-*s%s\n", result, NAME_COLUMN, c->name, f->text);
		fflush(stdout);
		return;
	}
	json_array_append_new(r->checks,
	    json_pack("{s:s, s:s, s:s, s:s}", "name", c->name, "looks_at",
		c->looks_at, "result", result, "text", f->text));
}

static void
end_report(struct report *r)
{
	int faults = r->n[DOCTOR_FAULT], warnings = r->n[DOCTOR_WARNING];
	json_t *o;
	char *text;

	if (r->checks == NULL) {
		printf("\n%d %s, %d %s, %d well\n", faults,
		    faults == 1 ? "fault" : "faults", warnings,
		    warnings == 1 ? "warning" : "warnings", r->n[DOCTOR_OK]);
		return;
	}
	o = json_pack("{s:b, s:s, s:i, s:i, s:i, s:O}", "ok", faults == 0,
	    "version", MODERATO_VERSION, "faults", faults, "warnings", warnings,
	    "well", r->n[DOCTOR_OK], "checks", r->checks);
	text = json_dumps(o, JSON_COMPACT);
	puts(text == NULL ? "" : text);
	free(text);
	json_decref(o);
}

static void
run_checks(struct report *r, struct doctor *d)
{
	doctor_open(d);
	for (const struct doctor_check *c = doctor_checks; c->name != NULL;
	     c++) {
		struct doctor_finding f = {.result = DOCTOR_NOTHING};

		c->run(d, &f);
		add_finding(r, c, &f);
	}
}

/* Settings that cannot be read are the only finding then. */
static void
say_misfit(struct report *r, const struct err *e)
{
	struct doctor_finding f = {.result = DOCTOR_NOTHING};

	doctor_say(&f, DOCTOR_FAULT, "%s", e->text);
	add_finding(r, &doctor_checks[0], &f);
}

/* The exit code. */
static int
examine(struct wish *w)
{
	struct doctor d = w->doctor;
	struct report r = {.checks = w->json ? json_array() : NULL};
	struct config config;
	struct err e = {0};
	struct config_source *source = config_read(&config, w->n, w->flags, &e);

	d.config = &config;
	if (source != NULL && secrets_init(&e) == 0) {
		run_checks(&r, &d);
		http_client_end();
	} else {
		say_misfit(&r, &e);
	}
	end_report(&r);
	json_decref(r.checks);
	config_free(source);
	if (source == NULL)
		return EXIT_USAGE;
	return r.n[DOCTOR_FAULT] > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
command_doctor(int argc, char **argv)
{
	struct wish wish;
	struct err e = {0};

	if (read_wish(&wish, argc, argv, &e) != 0) {
		fprintf(stderr, "moderatod doctor: %s\n\n", e.text);
		command_doctor_help(stderr);
		return EXIT_USAGE;
	}
	if (wish.help) {
		command_doctor_help(stdout);
		return EXIT_SUCCESS;
	}
	signal(SIGPIPE, SIG_IGN);
	json_init();
	log_open(LOG_ERROR, LOG_AUTO);
	return examine(&wish);
}
