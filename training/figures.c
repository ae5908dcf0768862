#include "figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct figure *
figures_add(struct figures *f, struct span group, struct scored *s, size_t n,
    const struct model_head *h)
{
	f->items = memory_append(f->items, f->n, sizeof(*f->items));
	struct figure *g = &f->items[f->n++];
	*g = (struct figure){.has_cut_offs = h != NULL};
	snprintf(g->group, sizeof(g->group), "%.*s", (int)group.n, group.p);
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

/* A column of the table: how it is called and what it shows. */
struct column {
	const char *title;
	const char *key; /* in JSON */
	size_t at;       /* offset in struct metrics, a double */
	double scale;
	int digits;
};

#define METRIC(member) offsetof(struct metrics, member)

static const struct column columns[] = {
    {"acc %", "accuracy", METRIC(accuracy), 100, 2},
    {"caught %", "recall", METRIC(recall), 100, 2},
    {"blocked %", "blocked", METRIC(blocked), 100, 2},
    {"MCC", "mcc", METRIC(mcc), 1, 3},
    {"AUC", "auc", METRIC(auc), 1, 4},
    {"AP", "average_precision", METRIC(average_precision), 1, 4},
    {"t0.1 %", "recall_at_0.1_percent", METRIC(recall_01), 100, 1},
    {"t0.5 %", "recall_at_0.5_percent", METRIC(recall_05), 100, 1},
    {"t1 %", "recall_at_1_percent", METRIC(recall_1), 100, 1},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static double
value_of(const struct metrics *m, const struct column *c)
{
	double value;
	memcpy(&value, (const char *)m + c->at, sizeof(value));
	return value;
}

static void
print_cell(double value, const struct column *c)
{
	if (isnan(value))
		printf(" %9s", "-");
	else
		printf(" %9.*f", c->digits, c->scale * value);
}

static void
print_share(size_t part, size_t rest)
{
	if (part + rest == 0)
		printf(" %9s", "-");
	else
		printf(" %9.2f", 100 * (double)part / (double)(part + rest));
}

static void
print_titles(const struct figure *first)
{
	printf("%-28s %7s %7s", model_head_name(first->head), "rows", "bad");
	for (int i = 0; i < COLUMNS; i++)
		printf(" %9s", columns[i].title);
	if (first->has_cut_offs)
		printf(" %9s %9s %9s %9s", "held: bad", "good", "rej.: bad",
		    "good");
	putchar('\n');
}

static void
print_figure(const struct figure *g)
{
	printf("%-28.28s %7zu %7zu", g->group, g->metrics.n, g->metrics.bad);
	for (int i = 0; i < COLUMNS; i++)
		print_cell(value_of(&g->metrics, &columns[i]), &columns[i]);
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

/* Student's 97.5 % quantile, by Cornish and Fisher's expansion. */
static double
student(double freedom)
{
	double z = 1.959963984540054, z3 = z * z * z;
	return z + (z3 + z) / (4 * freedom) +
	       (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * freedom * freedom);
}

static struct mean
mean_of(
    const struct figures *f, enum model_head_id head, const struct column *c)
{
	double sum = 0, squares = 0, n = 0;
	for (size_t i = 0; i < f->n; i++) {
		double value = value_of(&f->items[i].metrics, c);
		if (f->items[i].head != head || isnan(value))
			continue;
		sum += value;
		squares += value * value;
		n++;
	}
	struct mean m = {n > 0 ? sum / n : NAN, {NAN, NAN}};
	if (n > 1 && f->asked_share > 0) {
		double variance = fmax(0, (squares - sum * sum / n) / (n - 1));
		double half =
		    student(n - 1) * sqrt(variance * (1 / n + f->asked_share));
		m.within = (struct interval){
		    fmax(0, m.value - half), fmin(1, m.value + half)};
	}
	return m;
}

static void
print_means(const struct figures *f, enum model_head_id head)
{
	static const char *const titles[] = {"mean", "95 % from", "to"};
	int lines = f->asked_share > 0 ? 3 : 1;
	for (int line = 0; line < lines; line++) {
		printf("%-28s %7s %7s", titles[line], "", "");
		for (int i = 0; i < COLUMNS; i++) {
			struct mean m = mean_of(f, head, &columns[i]);
			double told[] = {m.value, m.within.low, m.within.high};
			print_cell(told[line], &columns[i]);
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
	fputs("caught: bad rows, blocked: good rows, at margin 0; "
	      "t0.1: bad rows caught\nwhere 0.1 % of the good ones are "
	      "blocked; AP: average precision\n",
	    stdout);
}

/* JSON has no NaN: null. */
static json_t *
number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
range(struct interval i)
{
	return json_pack("[o,o]", number(i.low), number(i.high));
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
		    o, columns[i].key, number(value_of(m, &columns[i])));
	json_object_set_new(o, "precision", number(m->precision));
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
		json_object_set_new(o, columns[i].key, number(m.value));
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
