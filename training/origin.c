#include "origin.h"

#include <math.h>
#include <stdlib.h>

#include "../service/edge/model/model_file.h"
#include "calibrate.h"
#include "excerpts.h"
#include "memory.h"
#include "solver.h"

int
origin_open(struct origin *o, const char *folder, struct err *e)
{
	o->model = model_file_load(folder, e);
	if (o->model == NULL)
		return -1;
	size_t buckets = model_buckets(o->model->buckets_log2);
	for (int h = 0; h < MODEL_HEADS; h++) {
		double *prior = memory_new(buckets + 1, sizeof(*prior));
		for (size_t i = 0; i < buckets; i++)
			prior[i] = model_weight(o->model, i, h);
		prior[buckets] = o->model->heads[h].bias;
		o->prior[h] = prior;
	}
	return 0;
}

void
origin_release(struct origin *o)
{
	for (int h = 0; h < MODEL_HEADS; h++)
		free(o->prior[h]);
	model_file_free(o->model);
	*o = (struct origin){0};
}

/* The margins of the new good rows, by both. */
struct good {
	double *now, *then; /* rising; not row by row */
	size_t n;
};

static struct good
good_of(const struct origin *o, enum model_head_id head,
    const struct origin_rows *r)
{
	struct machine was = {
	    .weights = o->prior[head],
	    .bias = o->model->heads[head].bias,
	};
	struct good g = {
	    .now = memory_new(r->n, sizeof(*g.now)),
	    .then = memory_new(r->n, sizeof(*g.then)),
	};
	struct scored *then = memory_new(r->n, sizeof(*then));
	struct scratch_view view = {0};
	for (size_t i = 0; i < r->n; i++) {
		uint32_t row = r->scored[i].row;
		if (r->scored[i].bad)
			continue;
		g.now[g.n] = r->scored[i].margin;
		then[g.n++] = (struct scored){
		    machine_margin(&was, vectors_row(r->vectors, row, &view)),
		    false, row};
	}
	scratch_look_away(&view);
	excerpts_add(then, g.n, r->corpus, o->model, head);
	for (size_t i = 0; i < g.n; i++)
		g.then[i] = then[i].margin;
	free(then);
	qsort(g.now, g.n, sizeof(*g.now), calibrate_by_value);
	qsort(g.then, g.n, sizeof(*g.then), calibrate_by_value);
	return g;
}

/* The cut-off for a budget that was at `was`: no more rows come there than
 * the budget allows, or than did, whose share is of one row more. */
static double
raised(const struct good *g, double was, double budget)
{
	size_t above = 0;
	while (above < g->n && g->then[g->n - 1 - above] >= was)
		above++;
	double share = (double)(above + 1) / (double)(g->n + 1);
	double at = calibration_cut_off(g->now, g->n, fmax(budget, share));
	return isfinite(at) ? fmax(was, at) : was;
}

void
origin_calibrate(const struct origin *o, enum model_head_id head,
    struct model_head *h, const struct origin_rows *r)
{
	const struct model_head *was = &o->model->heads[head];
	struct good g = good_of(o, head, r);
	h->platt_a = was->platt_a;
	h->platt_b = was->platt_b;
	h->hold = raised(&g, was->hold, r->budget->hold);
	h->reject = fmax(raised(&g, was->reject, r->budget->reject), h->hold);
	h->discard =
	    fmax(raised(&g, was->discard, r->budget->reject / 10), h->reject);
	/* a smaller budget has never a lower one */
	for (int i = MODEL_BUDGETS - 1; i >= 0; i--) {
		h->budgeted[i] = raised(&g, was->budgeted[i], model_budgets[i]);
		if (i + 1 < MODEL_BUDGETS)
			h->budgeted[i] =
			    fmax(h->budgeted[i], h->budgeted[i + 1]);
	}
	free(g.now);
	free(g.then);
}

void
origin_copy(const struct origin *o, enum model_head_id head, struct model *m,
    int16_t *weights)
{
	size_t buckets = model_buckets(m->buckets_log2);
	m->heads[head] = o->model->heads[head];
	for (size_t i = 0; i < buckets; i++)
		weights[i * MODEL_HEADS + head] =
		    o->model->weights[i * MODEL_HEADS + head];
}
