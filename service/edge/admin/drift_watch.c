#include "drift_watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../model/model_card.h"
#include "../model/model_file.h"
#include "../process/log.h"
#include "drift_report.h"

enum { CARD_BYTES = 4 << 20, DAYS = 7 };

/* The largest of each kind, in thousandths; -1000: too little to tell. */
struct indices {
	int64_t of[DRIFT_MEASURES];
	double worst;
	char name[sizeof(((struct drift_measure *)NULL)->name)];
};

/* Which one a measure is; all reasons are one. */
static int
measure_of(const char *name)
{
	static const char *const names[DRIFT_MEASURES] = {
	    [DRIFT_SCORE_SPAM] = "score.spam",
	    [DRIFT_SCORE_ABUSE] = "score.abuse",
	    [DRIFT_UNSEEN] = "unseen",
	    [DRIFT_OVERRIDES] = "overrides",
	};

	for (int i = 0; i < DRIFT_REASONS; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return DRIFT_REASONS;
}

static void
note(void *arg, const struct drift_measure *m)
{
	struct indices *x = arg;
	int64_t *of = &x->of[measure_of(m->name)];

	if (isnan(m->psi))
		return;
	if (m->psi * 1000 > (double)*of)
		*of = (int64_t)(m->psi * 1000 + .5);
	if (m->psi > x->worst) {
		x->worst = m->psi;
		memcpy(x->name, m->name, sizeof(x->name));
	}
}

/* Compares all sites' last days with the card in that folder. 0 or -1. */
static int
report(struct drift_report *out, struct service *s, struct store_reader *r,
    const struct model *m)
{
	struct worker worker = {.service = s};
	struct call all = {.worker = &worker}; /* of nobody's site: of all */
	struct model_shelf_state state = model_shelf_state(s->shelf);
	char path[MODEL_PATH_BYTES];
	void *block = malloc(CARD_BYTES);
	struct drift_question q = {
	    .call = &all,
	    .model = model_file_mark(m),
	    .today = clock_unix_ms() / DAY_MS,
	    .days = DAYS,
	};
	json_t *card = NULL;
	struct arena a;
	struct err e;
	int failed;

	if (block != NULL &&
	    model_shelf_path(s->shelf, state.in_use, path, &e) == 0) {
		arena_init(&a, block, CARD_BYTES);
		card = model_card_read(path, &a);
	}
	q.card = card;
	failed = drift_report_make(out, r, &q, &e);
	json_decref(card);
	free(block);
	return failed;
}

static void
tell(struct drift_watch *w, const struct indices *x, enum drift_source source)
{
	enum drift_state now = drift_state(x->worst < 0 ? NAN : x->worst);
	char psi[32];

	if (now == w->state)
		return;
	snprintf(psi, sizeof(psi), "%.3f", x->worst);
	log_line(now > DRIFT_STEADY ? LOG_WARN : LOG_INFO, "drift",
	    {"state", drift_state_name(now)}, {"worst", x->name}, {"psi", psi},
	    {"against",
		source == DRIFT_NOTHING ? "" : drift_source_name(source)});
	w->state = now;
}

void
drift_watch_look(
    struct drift_watch *w, struct service *s, struct store_reader *r)
{
	const struct model *m = model_slot_acquire(s->models);
	struct drift_report found;
	struct indices x = {.worst = -1};
	int failed = m == NULL || report(&found, s, r, m) != 0;

	model_slot_release(s->models, m);
	if (failed)
		return;
	for (int i = 0; i < DRIFT_MEASURES; i++)
		x.of[i] = -1000;
	drift_report_each(&found, &(struct drift_visit_measure){note, &x});
	for (int i = 0; i < DRIFT_MEASURES; i++)
		metrics_set(s->metrics, METRIC_DRIFT, (unsigned)i, x.of[i]);
	tell(w, &x, found.source);
}
