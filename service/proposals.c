#include "proposals.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/process/log.h"

enum { NEWEST_KEPT = 5, USES_KEPT = 10, SEEN_MAX = 256 };

static const char pattern[] = "proposed-########-######"; /* #: a digit */

void
proposal_name(char out[PROPOSAL_NAME_BYTES], int64_t now_ms)
{
	time_t now = (time_t)(now_ms / 1000);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(out, PROPOSAL_NAME_BYTES, "proposed-%Y%m%d-%H%M%S", &utc);
}

/* Whether it has such a name: nobody else made it. */
static bool
is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof pattern; i++) {
		bool digit = name[i] >= '0' && name[i] <= '9';

		if (pattern[i] == '#' ? !digit : name[i] != pattern[i])
			return false;
	}
	return true;
}

/* Those that are there, and of the last orders which model they named. */
struct proposals {
	char of[SEEN_MAX][PROPOSAL_NAME_BYTES];
	size_t n;
	char used[USES_KEPT][MODEL_FOLDER_BYTES_MAX + 1];
	size_t uses; /* ever: the last of them are kept, in a ring */
};

static void
note(void *arg, const char *name)
{
	struct proposals *p = arg;

	if (p->n < SEEN_MAX && is_ours(name))
		memcpy(p->of[p->n++], name, PROPOSAL_NAME_BYTES);
}

static void
note_use(void *arg, const struct store_model_use *u)
{
	struct proposals *p = arg;

	memcpy(p->used[p->uses++ % USES_KEPT], u->name, sizeof u->name);
}

static int
by_age(const void *a, const void *b)
{
	return strcmp(b, a);
}

static bool
was_used(const struct proposals *p, const char *name)
{
	for (size_t i = 0; i < USES_KEPT; i++)
		if (strcmp(p->used[i], name) == 0)
			return true;
	return false;
}

static void
clear(struct model_shelf *s, const struct proposals *p)
{
	struct err e;

	for (size_t i = NEWEST_KEPT; i < p->n; i++) {
		if (was_used(p, p->of[i]))
			continue;
		if (model_shelf_remove(s, p->of[i], &e) == 0)
			log_line(
			    LOG_INFO, "proposal.removed", {"model", p->of[i]});
		else if (e.code != ERR_TAKEN)
			log_line(LOG_WARN, "proposal.stays",
			    {"model", p->of[i]}, {"error", e.text});
	}
}

void
proposals_clear(struct model_shelf *s, struct store_reader *r)
{
	struct proposals *p = calloc(1, sizeof *p);
	struct err e;

	if (p == NULL)
		return;
	if (model_shelf_each(s, note, p, &e) == 0 &&
	    store_each_model_use(
		r, &(struct model_use_visit){note_use, p}, &e) == 0) {
		qsort(p->of, p->n, sizeof *p->of, by_age);
		clear(s, p);
	} else {
		log_line(LOG_WARN, "proposals.stay", {"error", e.text});
	}
	free(p);
}
