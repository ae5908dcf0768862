#include "figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../service/core/utf8.h"
#include "memory.h"
#include "told.h"

struct figure *
figures_add(struct figures *f, struct span group, struct scored *s, size_t n,
    const struct model_head *h)
{
	f->items = memory_append(f->items, f->n, sizeof(*f->items));
	struct figure *g = &f->items[f->n++];
	*g = (struct figure){.has_cut_offs = h != NULL};
	span_copy(g->group, sizeof(g->group),
	    utf8_prefix(group, sizeof(g->group) - 1));
	metrics_of(&g->metrics, s, n);
	if (h != NULL) {
		g->at_hold = metrics_confusion(s, n, h->hold);
		g->at_reject = metrics_confusion(s, n, h->reject);
	}
	return g;
}

void
figures_release(struct figures *f)
{
	free(f->items);
	*f = (struct figures){0};
}

/* Where a metric is told: a line of a terminal has room for few. */
enum shown {
	IN_JSON,    /* there only */
	AT_ZERO,    /* on a terminal too, where there are no cut-offs */
	EVERYWHERE, /* on a terminal, too */
};

/* A metric: how it is called and what it shows. */
struct column {
	enum shown shown;
	const char *title;
	const char *key; /* in JSON */
	size_t at;       /* offset in struct metrics, a double */
	double least;    /* that it can be; 1 is the most */
	double scale;
	int digits;
};

#define METRIC(member) offsetof(struct metrics, member)

static const struct column columns[] = {
    {AT_ZERO, "right", "accuracy", METRIC(accuracy), 0, 100, 2},
    {AT_ZERO, "bad", "recall", METRIC(recall), 0, 100, 2},
    {AT_ZERO, "good", "blocked", METRIC(blocked), 0, 100, 2},
    {AT_ZERO, "MCC", "mcc", METRIC(mcc), -1, 1, 3},
    {EVERYWHERE, "AUC", "auc", METRIC(auc), 0, 1, 4},
    {IN_JSON, "", "average_precision", METRIC(average_precision), 0, 1, 4},
    {IN_JSON, "", "recall_at_0.1_percent", METRIC(recall_01), 0, 100, 1},
    {EVERYWHERE, "t0.5", "recall_at_0.5_percent", METRIC(recall_05), 0, 100, 1},
    {IN_JSON, "", "recall_at_1_percent", METRIC(recall_1), 0, 100, 1},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static double
value_of(const struct metrics *m, const struct column *c)
{
	double value;
	memcpy(&value, (const char *)m + c->at, sizeof(value));
	return value;
}

static bool
is_printed(const struct column *c, bool has_cut_offs)
{
	return c->shown >= (has_cut_offs ? EVERYWHERE : AT_ZERO);
}

static void
print_number(double value, int digits)
{
	if (isnan(value))
		printf(" %6s", "-");
	else
		printf(" %6.*f", digits, value);
}

static void
print_share(size_t part, size_t rest)
{
	print_number(100 * ((double)part / (double)(part + rest)), 2);
}

static void
print_titles(const struct figure *first)
{
	const char *above = "at margin 0, %";
	if (first->has_cut_offs)
		above = "held, %   rejected, %";
	printf("%*s\n", first->has_cut_offs ? 78 : 57, above);
	printf("%-20s %7s %7s", model_head_name(first->head), "rows", "bad");
	for (int i = 0; i < COLUMNS; i++)
		if (is_printed(&columns[i], first->has_cut_offs))
			printf(" %6s", columns[i].title);
	puts(first->has_cut_offs ? "    bad   good    bad   good" : "");
}

static void
print_figure(const struct figure *g)
{
	told_print_column(stdout, span_of(g->group), 20);
	printf(" %7zu %7zu", g->metrics.n, g->metrics.bad);
	for (int i = 0; i < COLUMNS; i++)
		if (is_printed(&columns[i], g->has_cut_offs))
			print_number(columns[i].scale *
					 value_of(&g->metrics, &columns[i]),
			    columns[i].digits);
	if (g->has_cut_offs) {
		print_share(g->at_hold.caught, g->at_hold.missed);
		print_share(g->at_hold.blocked, g->at_hold.passed);
		print_share(g->at_reject.caught, g->at_reject.missed);
		print_share(g->at_reject.blocked, g->at_reject.passed);
	}
	putchar('\n');
}

/* Over the groups of a head where there is something to average. */
struct mean {
	double value;
	struct interval within; /* 95 %; NaN when there is none */
};

static struct mean
mean_of(
    const struct figures *f, enum model_head_id head, const struct column *c)
{
	double sum = 0, squares = 0, n = 0;
	for (size_t i = 0; i < f->n; i++) {
		double value = value_of(&f->items[i].metrics, c);
		if (f->items[i].head != head || f->items[i].pooled ||
		    isnan(value))
			continue;
		sum += value;
		squares += value * value;
		n++;
	}
	struct mean m = {n > 0 ? sum / n : NAN, {NAN, NAN}};
	if (n > 1 && f->asked_share > 0) {
		double variance = fmax(0, (squares - sum * sum / n) / (n - 1));
		double half = statistics_t95((size_t)n - 1) *
			      sqrt(variance * (1 / n + f->asked_share));
		m.within = (struct interval){
		    fmax(c->least, m.value - half), fmin(1, m.value + half)};
	}
	return m;
}

static void
print_means(const struct figures *f, enum model_head_id head)
{
	static const char *const titles[] = {"mean", "95 % from", "to"};
	int lines = f->asked_share > 0 ? 3 : 1;
	for (int line = 0; line < lines; line++) {
		printf("%-36s", titles[line]);
		for (int i = 0; i < COLUMNS; i++) {
			const struct column *c = &columns[i];
			struct mean m = mean_of(f, head, c);
			double told[] = {m.value, m.within.low, m.within.high};
			if (is_printed(c, false))
				print_number(c->scale * told[line], c->digits);
		}
		putchar('\n');
	}
}

static void
print_head(const struct figures *f, enum model_head_id head, bool means)
{
	size_t shown = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct figure *g = &f->items[i];
		if (g->head != head)
			continue;
		if (shown++ == 0)
			print_titles(g);
		print_figure(g);
	}
	if (means && shown > 1)
		print_means(f, head);
	if (shown != 0)
		putchar('\n');
}

void
figures_print(const struct figures *f, bool means)
{
	for (int h = 0; h < MODEL_HEADS; h++)
		print_head(f, h, means);
	if (f->n == 0) {
		puts("no figures: there are too few labels to ask about");
		return;
	}
	puts("bad, good: of all such, how many are stopped; t0.5: of the bad "
	     "ones where\n0.5 % of the good ones are; --json tells more");
}

json_t *
number_json(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
range(struct interval i)
{
	return json_pack("[o,o]", number_json(i.low), number_json(i.high));
}

static json_t *
counts(const struct confusion *c)
{
	return json_pack("{s:I,s:I,s:I,s:I}", "caught", (json_int_t)c->caught,
	    "missed", (json_int_t)c->missed, "blocked", (json_int_t)c->blocked,
	    "passed", (json_int_t)c->passed);
}

static json_t *
figure_json(const struct figure *g)
{
	const struct metrics *m = &g->metrics;
	json_t *o = json_pack("{s:s,s:s,s:I,s:I}", "group", g->group, "head",
	    model_head_name(g->head), "rows", (json_int_t)m->n, "bad",
	    (json_int_t)m->bad);
	for (int i = 0; i < COLUMNS; i++)
		json_object_set_new(
		    o, columns[i].key, number_json(value_of(m, &columns[i])));
	json_object_set_new(o, "precision", number_json(m->precision));
	json_object_set_new(o, "auc_95", range(m->auc95));
	json_object_set_new(o, "mcc_95", range(m->mcc95));
	json_object_set_new(o, "recall_95", range(m->recall95));
	json_object_set_new(o, "blocked_95", range(m->blocked95));
	json_object_set_new(o, "at_zero", counts(&m->at_zero));
	if (g->has_cut_offs) {
		json_object_set_new(o, "at_hold", counts(&g->at_hold));
		json_object_set_new(o, "at_reject", counts(&g->at_reject));
	}
	return o;
}

/* NULL when the head has none. */
static json_t *
means_json(const struct figures *f, enum model_head_id head)
{
	json_t *o = json_pack(
	    "{s:s,s:s}", "group", "mean", "head", model_head_name(head));
	bool some = false;
	for (int i = 0; i < COLUMNS; i++) {
		char key[64];
		struct mean m = mean_of(f, head, &columns[i]);
		some = some || !isnan(m.value);
		snprintf(key, sizeof(key), "%s_95", columns[i].key);
		json_object_set_new(o, columns[i].key, number_json(m.value));
		json_object_set_new(o, key, range(m.within));
	}
	if (some)
		return o;
	json_decref(o);
	return NULL;
}

json_t *
figures_json(const struct figures *f)
{
	json_t *array = json_array();
	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(array, figure_json(&f->items[i]));
	for (int h = 0; h < MODEL_HEADS && f->asked_share > 0; h++)
		json_array_append_new(array, means_json(f, h));
	return array;
}
