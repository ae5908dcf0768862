#include "doctor_store.h"

#include "../edge/format/rfc3339.h"
#include "../edge/process/loop.h"
#include "doctor.h"

enum {
	MIB = 1 << 20,
	/* as much as the log is to have, and as much again */
	LOG_MIB_LEAST = 128,
	QUICK_MS = 10 * 1000,
};

static double
mib(int64_t bytes)
{
	return (double)bytes / MIB;
}

void
doctor_judge_room(const struct store_checkup *s, struct doctor_finding *f)
{
	int64_t copy = s->bytes + s->log_bytes;

	if (s->free_bytes < 0)
		return;
	if (s->free_bytes < s->least_bytes)
		doctor_say(f, DOCTOR_FAULT,
		    "%.0f MiB are free, and comments are refused below %.0f: "
		    "make room on the disk of the store",
		    mib(s->free_bytes), mib(s->least_bytes));
	else if (s->free_bytes < s->least_bytes + copy)
		doctor_say(f, DOCTOR_WARNING,
		    "%.0f MiB are free, less than the store has (%.0f): a copy "
		    "beside it has no room, and restore needs one",
		    mib(s->free_bytes), mib(copy));
	else
		doctor_say(f, DOCTOR_OK,
		    "%.0f MiB are free; the store has %.1f", mib(s->free_bytes),
		    mib(copy));
}

void
doctor_look_at_room(const struct doctor *d, struct doctor_finding *f)
{
	doctor_judge_room(&d->store, f);
}

void
doctor_look_at_store(const struct doctor *d, struct doctor_finding *f)
{
	const struct store_checkup *s = &d->store;

	if (d->store_err.code != ERR_NONE)
		doctor_say(f, DOCTOR_FAULT, "%s", d->store_err.text);
	else if (!s->there)
		doctor_say(f, DOCTOR_WARNING,
		    "there is none at %s: the first start makes it; if there "
		    "was one, which --var?",
		    d->config->store);
	else if (s->version < s->known)
		doctor_say(f, DOCTOR_WARNING,
		    "version %d of its tables: the next start brings it to %d, "
		    "which may take minutes: make a backup first",
		    s->version, s->known);
	else
		doctor_say(f, DOCTOR_OK,
		    "opens; version %d of its tables, %.1f MiB%s", s->version,
		    mib(s->bytes), s->used ? "" : ", and nobody uses it");
}

/* Whether what stands in its tables is known. */
static bool
is_read(const struct doctor *d)
{
	return d->store_err.code == ERR_NONE && d->store.there &&
	       d->store.version == d->store.known;
}

void
doctor_look_at_pages(const struct doctor *d, struct doctor_finding *f)
{
	struct store_pages p = {
	    .deep = d->deep,
	    .patience_ms = d->deep ? 0 : QUICK_MS,
	};
	int64_t began_ms = clock_monotonic_ms();
	struct err e;

	if (d->store_err.code != ERR_NONE || !d->store.there)
		return;
	if (store_check_pages(d->config->store, &p, &e) != 0)
		doctor_say(f, DOCTOR_FAULT, "%s", e.text);
	else if (p.whole)
		doctor_say(f, DOCTOR_OK, "%s found nothing, in %.1f s",
		    p.deep ? "integrity_check" : "quick_check",
		    (double)(clock_monotonic_ms() - began_ms) / 1000);
	else
		doctor_say(f, DOCTOR_OK,
		    "quick_check found nothing in %d s, and was not through: "
		    "--deep looks at all of it",
		    QUICK_MS / 1000);
}

void
doctor_judge_log(const struct store_checkup *s, struct doctor_finding *f)
{
	if (s->log_bytes >= (int64_t)LOG_MIB_LEAST * MIB)
		doctor_say(f, DOCTOR_WARNING,
		    "%.0f MiB: something reads the store without an end, such "
		    "as a backup that hangs; the log shrinks once it is over",
		    mib(s->log_bytes));
	else if (s->log_bytes > 0 && !s->used)
		doctor_say(f, DOCTOR_WARNING,
		    "%.1f MiB that the last service left when it was killed: "
		    "the next start takes them over; move the store with its "
		    "log, or not at all",
		    mib(s->log_bytes));
	else
		doctor_say(f, DOCTOR_OK, "%.1f MiB", mib(s->log_bytes));
}

void
doctor_look_at_log(const struct doctor *d, struct doctor_finding *f)
{
	if (d->store.there)
		doctor_judge_log(&d->store, f);
}

void
doctor_judge_clock(int64_t now_ms, int64_t newest_ms, struct doctor_finding *f)
{
	char now[RFC3339_BYTES], newest[RFC3339_BYTES];

	rfc3339_write(now_ms, now);
	if (newest_ms == 0) {
		doctor_say(
		    f, DOCTOR_OK, "%s; no comment to set it beside", now);
		return;
	}
	rfc3339_write(newest_ms, newest);
	if (newest_ms <= now_ms + CLOCK_STEP_MS)
		doctor_say(f, DOCTOR_OK, "%s; the newest comment is of %s", now,
		    newest);
	else
		doctor_say(f, DOCTOR_FAULT,
		    "it is %s, but the newest comment is of %s: set the clock "
		    "right, now or then it was wrong",
		    now, newest);
}

void
doctor_look_at_clock(const struct doctor *d, struct doctor_finding *f)
{
	if (is_read(d))
		doctor_judge_clock(clock_unix_ms(), d->store.newest_ms, f);
}

void
doctor_judge_keys(const struct store_checkup *s, struct doctor_finding *f)
{
	if (s->sites == 0)
		doctor_say(f, DOCTOR_WARNING,
		    "there is no site, so no blog can ask: moderatod site add "
		    "NAME, then moderatod key add");
	else if (s->checking == 0)
		doctor_say(f, DOCTOR_WARNING,
		    "none may have comments judged, so no blog can ask: "
		    "moderatod key add --scopes check");
	else
		doctor_say(f, DOCTOR_OK,
		    "%d valid, of which %d may have comments judged; %d %s",
		    s->keys, s->checking, s->sites,
		    s->sites == 1 ? "site" : "sites");
}

void
doctor_look_at_keys(const struct doctor *d, struct doctor_finding *f)
{
	if (is_read(d))
		doctor_judge_keys(&d->store, f);
}
