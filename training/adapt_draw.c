#include "adapt.h"

#include <math.h>
#include <stdlib.h>

#include "progress.h"
#include "random.h"

/* The members one by one, and the mixture. */
enum { MIXED = ADAPT_MEMBERS, CONTENDERS };
static const char *const names[CONTENDERS] = {
    "model", "whole", "half", "quarter", "site", "mixed"};

enum { ASKED_MAX = 2000 };

/* What came of the draws so far. */
struct results {
	double *auc[CONTENDERS];         /* a draw each */
	double brier_model, brier_mixed; /* sums of squares */
	double asked;
	size_t n;
};

static void
shuffle(uint32_t *rows, size_t n, struct random *r)
{
	for (uint32_t i = 0; i < n; i++)
		rows[i] = i;
	for (uint32_t i = (uint32_t)n; i > 1; i--) {
		uint32_t j = random_below(r, i), kept = rows[i - 1];
		rows[i - 1] = rows[j];
		rows[j] = kept;
	}
}

/* Moves what may be asked to the front of the rest; how many. */
static size_t
choose_asked(const struct site *s, struct site_rows labels, uint32_t *rest)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n - labels.n && n < ASKED_MAX; i++)
		if (!site_nearly(s, labels, rest[i]))
			rest[n++] = rest[i];
	return n;
}

/* Enough of them, and something to tell apart: else it is no draw. */
static bool
may_be_asked(const struct site *s, struct site_rows asked)
{
	size_t bad = 0;
	for (size_t i = 0; i < asked.n; i++)
		bad += s->bad[asked.at[i]];
	return asked.n >= ADAPT_ASKED_MIN && bad > 0 && bad < asked.n;
}

static double
brier(const struct site *s, const struct scored *scored, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		double p = model_probability(
		    &s->model->heads[s->head], scored[i].margin);
		sum += (p - scored[i].bad) * (p - scored[i].bad);
	}
	return sum;
}

static void
contend(const struct site *s, struct site_lesson *l, struct results *r)
{
	struct scored *scored = memory_new(l->asked.n, sizeof(*scored));
	struct metrics m;
	struct adapt_head ignored;
	for (int c = 0; c < CONTENDERS; c++) {
		double alone[ADAPT_MEMBERS] = {0};
		if (c != MIXED)
			alone[c] = 1;
		l->shares = c == MIXED ? NULL : alone;
		site_learn(s, l, scored, &ignored);
		if (c == ADAPT_MODEL)
			r->brier_model += brier(s, scored, l->asked.n);
		if (c == MIXED)
			r->brier_mixed += brier(s, scored, l->asked.n);
		metrics_of(&m, scored, l->asked.n);
		r->auc[c][r->n] = m.auc;
	}
	r->asked += (double)l->asked.n;
	r->n++;
	free(scored);
}

static double
mean(const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum / (double)n;
}

/* The half width of the 95 % interval of the mean. */
static double
spread(const double *x, size_t n)
{
	double at = mean(x, n), squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - at) * (x[i] - at);
	return statistics_t95(n - 1) *
	       sqrt(squares / (double)(n - 1) / (double)n);
}

static json_t *
figures_of(const struct results *r, const struct adapt_draws *d)
{
	json_t *auc = json_object();
	double best = 0;
	for (int c = 0; c < CONTENDERS; c++) {
		double at = mean(r->auc[c], r->n);
		json_object_set_new(auc, names[c], json_real(at));
		if (c != MIXED)
			best = fmax(best, at);
	}
	double mixed = mean(r->auc[MIXED], r->n);
	return json_pack("{s:I,s:I,s:o,s:f,s:f,s:f,s:f}", "n",
	    (json_int_t)d->labels, "draws", (json_int_t)r->n, "auc", auc,
	    "plus_minus", spread(r->auc[MIXED], r->n), "behind_best",
	    best - mixed, "brier_model", r->brier_model / r->asked,
	    "brier_mixed", r->brier_mixed / r->asked);
}

json_t *
adapt_draw(const struct site *s, const struct adapt_draws *d)
{
	struct random random = {d->seed * 1000003 + d->labels};
	struct results r = {.n = 0};
	uint32_t *rows = memory_new(s->n, sizeof(*rows));
	json_t *figures = NULL;
	for (int c = 0; c < CONTENDERS; c++)
		r.auc[c] = memory_new(d->repeats, sizeof(**r.auc));
	struct progress progress = progress_start("drawing", d->repeats);
	for (unsigned i = 0; i < d->repeats && d->labels < s->n; i++) {
		progress_at(&progress, i);
		shuffle(rows, s->n, &random);
		struct site_lesson l = {.labels = {rows, d->labels}};
		l.asked = (struct site_rows){rows + d->labels,
		    choose_asked(s, l.labels, rows + d->labels)};
		if (may_be_asked(s, l.asked))
			contend(s, &l, &r);
	}
	progress_end(&progress);
	if (r.n > 1)
		figures = figures_of(&r, d);
	for (int c = 0; c < CONTENDERS; c++)
		free(r.auc[c]);
	free(rows);
	return figures;
}

static double
number(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

void
adapt_print_draw(const json_t *figures, bool first)
{
	const json_t *auc = json_object_get(figures, "auc");
	if (first) {
		printf("%8s", "labels");
		for (int c = 0; c < CONTENDERS; c++)
			printf("%8s", names[c]);
		printf("%8s%8s%16s\n", "±", "to best", "Brier");
	}
	printf("%8.0f", number(figures, "n"));
	for (int c = 0; c < CONTENDERS; c++)
		printf("%8.4f", number(auc, names[c]));
	printf("%7.4f%+8.4f%8.4f%8.4f\n", number(figures, "plus_minus"),
	    -number(figures, "behind_best"), number(figures, "brier_model"),
	    number(figures, "brier_mixed"));
}
