#include "hearing.h"

#include <math.h>
#include <stdlib.h>

#include "cross.h"
#include "doubts.h"
#include "solver_rows.h"

/* The rows of suspects once more, of a machine that learned from the others.
 * 0 or -1. */
static int
ask_without(const struct cross *c, struct hearing *r, struct err *e)
{
	size_t n = r->corpus->n;
	uint8_t *roles = memory_new(n, sizeof(*roles));
	struct machine m;
	for (size_t i = 0; i < n; i++)
		roles[i] = r->suspect[i] ? ROLE_NONE : c->roles[i];
	int failed = lesson_learn(&m, c->lesson, c->head, roles, e);
	struct scratch_view view = {0};
	for (size_t i = 0; i < r->n && !failed; i++) {
		struct scored *s = &r->scored[i];
		if (r->suspect[s->row])
			s->margin = machine_margin(
			    &m, vectors_row(c->lesson->vectors, s->row, &view));
	}
	scratch_look_away(&view);
	if (!failed)
		machine_release(&m);
	free(roles);
	return failed;
}

/* Of one kind to the other, that it be not doubted for being rare: else who
 * alone calls abuse what few others see would be set aside for that. */
static const double odds_least = 0.25;

static void
mend_odds(struct model_head *h, const struct hearing *r)
{
	size_t bad = 0;
	for (size_t i = 0; i < r->n; i++)
		bad += r->scored[i].bad;
	if (bad == 0 || bad == r->n)
		return;
	double odds = (double)bad / (double)(r->n - bad);
	double mended = fmin(fmax(odds, odds_least), 1 / odds_least);
	h->platt_b += log(odds / mended);
}

/*
 * The machines give all weights the same freedom: where rare words are free, a
 * few labels the wrong way round turn a machine, and it no longer doubts them.
 */
int
hearing_hold(struct hygiene *h, const struct hearing_order *o, struct err *e)
{
	const struct corpus *corpus = o->lesson->corpus;
	struct model_head head = {0};
	struct solver_choice even = *o->lesson->solver;
	struct lesson judge = *o->lesson;
	struct cross cross = {&judge, o->head, o->roles, corpus->n, NULL};
	struct hearing r = {
	    .corpus = corpus,
	    .scored = memory_new(corpus->n, sizeof(*r.scored)),
	    .id = o->head,
	    .head = &head,
	    .suspect = memory_new(corpus->n, sizeof(*r.suspect)),
	};
	even.even = true;
	even.excerpt = 0; /* what is asked once more is asked by vectors */
	judge.solver = &even;
	ssize_t n = cross_learn(&cross, r.scored, e);
	int failed = n < 0;
	if (!failed) {
		r.n = (size_t)n;
		calibrate_head(&head, r.scored, r.n, o->budget);
		mend_odds(&head, &r);
		if (doubts_suspect(&r) > 0)
			failed = ask_without(&cross, &r, e);
	}
	if (!failed)
		doubts_find(h, &r);
	free(r.suspect);
	free(r.scored);
	return failed ? -1 : 0;
}
