#include "lately.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../service/core/drift.h"
#include "../service/edge/format/promotion_json.h"
#include "../service/edge/format/rfc3339.h"
#include "card.h"
#include "fetch.h"
#include "output.h"
#include "random.h"
#include "reference.h"

enum {
	MOST = 10000, /* more would hardly move a share */
	DAYS_MAX = 30,
	DAY_MS = 24 * 3600 * 1000,
};

struct sampling {
	char since[RFC3339_BYTES];
	char *lines[MOST]; /* from malloc */
	uint32_t seen;
	struct random dice;
};

static size_t
kept(const struct sampling *s)
{
	return s->seen < MOST ? s->seen : MOST;
}

/* Any of those that come are as likely to be kept (Vitter's algorithm R).
 * Times in this form are in order as texts. */
static int
take(void *arg, json_t *row, struct err *e)
{
	struct sampling *s = arg;
	const char *at = json_string_value(json_object_get(row, "time"));
	(void)e;
	if (at == NULL || strcmp(at, s->since) <= 0)
		return 0;
	uint32_t place = s->seen++;
	if (place >= MOST)
		place = random_below(&s->dice, s->seen);
	if (place >= MOST)
		return 0;
	free(s->lines[place]);
	s->lines[place] = json_dumps(row, JSON_COMPACT);
	if (s->lines[place] == NULL)
		memory_fail();
	return 0;
}

/* Days back from now, so that little of what was before is asked for. */
static long
days_since(int64_t since_ms)
{
	int64_t days = ((int64_t)time(NULL) * 1000 - since_ms) / DAY_MS + 1;
	return days < 1 ? 1 : days > DAYS_MAX ? DAYS_MAX : (long)days;
}

static int
sample(struct sampling *s, const struct daemon_place *place, int64_t since_ms,
    struct err *e)
{
	struct fetch f = {
	    .daemon = daemon_open(place, e),
	    .kind = FETCH_HISTORY,
	    .days = days_since(since_ms),
	    .take = take,
	    .arg = s,
	};
	rfc3339_write(since_ms, s->since);
	int failed = f.daemon == NULL ? -1 : fetch_rows(&f, e);
	daemon_close(f.daemon);
	return failed;
}

/* The lines as a file, which only its owner may read. 0 or -1. */
static int
put(const struct sampling *s, const char *path, struct err *e)
{
	mode_t mask = umask(077);
	FILE *to = fopen(path, "w");
	umask(mask);
	int failed = to == NULL;
	for (size_t i = 0; i < kept(s) && !failed; i++)
		failed = fprintf(to, "%s\n", s->lines[i]) < 0;
	if (to != NULL)
		failed |= fclose(to) != 0;
	return !failed ? 0
		       : err_set(e, ERR_DOWN, "%s: cannot be written: %s", path,
			     strerror(errno));
}

/* What the model makes of them, into its card. 0 or -1. */
static int
add(const struct sampling *s, const char *folder, struct err *e)
{
	char *rows = output_path(folder, "lately.jsonl");
	char *card = output_path(folder, "card.json");
	struct corpus c = {0};
	json_t *drift = NULL;
	if (put(s, rows, e) == 0 &&
	    corpus_add(&c, (struct corpus_file){rows, false}, e) == 0)
		drift = reference_json(folder, &c, REFERENCE_ALL, e);
	int failed = drift == NULL;
	if (!failed) {
		json_object_set_new(drift, "since", json_string(s->since));
		failed = card_set(card, "drift", drift, e);
	}
	json_decref(drift);
	corpus_release(&c);
	unlink(rows);
	free(rows);
	free(card);
	return failed ? -1 : 0;
}

int
lately_refer(struct lately *l, struct err *e)
{
	struct sampling *s = memory_new(1, sizeof(*s));
	int failed = sample(s, l->place, promotion_learned_until(l->folder), e);
	l->n = kept(s);
	if (!failed && l->n >= DRIFT_LEAST)
		failed = add(s, l->folder, e);
	for (size_t i = 0; i < l->n; i++)
		free(s->lines[i]);
	free(s);
	return failed;
}
