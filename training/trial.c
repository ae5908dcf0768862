#include "trial.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "evade.h"
#include "lesson.h"
#include "margins.h"
#include "progress.h"

enum { EVADE_SEED = 1, NAME_BYTES = 64 };

/* Rows that have something in common, and what each of all rows does. */
struct group {
	struct span name;
	uint8_t *roles;
};

static struct guise *
add_guise(struct trial *t, const char *name)
{
	t->guises = memory_append(t->guises, t->n_guises, sizeof(*t->guises));
	struct guise *g = &t->guises[t->n_guises++];
	*g = (struct guise){.name = name};
	return g;
}

int
trial_open(struct trial *t, const struct corpus *c, const char *evade_as,
    struct err *e)
{
	int failed = 0;
	*t = (struct trial){0};
	add_guise(t, evade_as != NULL ? "as they are" : "all together")
	    ->corpus = *c;
	for (const struct evasion *as = evasions; as->name != NULL; as++)
		if (!failed && evade_as != NULL &&
		    (strcmp(evade_as, "all") == 0 ||
			strcmp(evade_as, as->name) == 0))
			failed = evade(&add_guise(t, as->name)->corpus, c, as,
			    EVADE_SEED, e);
	return failed;
}

void
trial_release(struct trial *t)
{
	figures_release(&t->figures);
	for (size_t i = 0; i < t->n_guises; i++) {
		struct guise *g = &t->guises[i];
		for (int h = 0; h < MODEL_HEADS; h++)
			free(g->answers[h]);
		vectors_release(&g->vectors);
		if (i > 0) /* the first one's is borrowed */
			corpus_release(&g->corpus);
	}
	free(t->guises);
	*t = (struct trial){0};
}

/* What a guise answered for a head in a group. */
struct asked {
	struct guise *guise;
	enum model_head_id head;
	struct span group;
	struct scored *items;
	size_t n;
};

static void
keep(const struct asked *a)
{
	struct scored **all = &a->guise->answers[a->head];
	size_t *n = &a->guise->n[a->head];
	*all = memory_grow(*all, *n + a->n, sizeof(**all));
	memcpy(*all + *n, a->items, a->n * sizeof(*a->items));
	*n += a->n;
}

static void
put_margins(FILE *to, const struct asked *a)
{
	struct corpus_view view = {&a->guise->corpus};
	for (size_t i = 0; i < a->n; i++) {
		const struct scored *s = &a->items[i];
		struct span id = corpus_row(&view, s->row)->comment.id;
		json_t *line = json_pack("{s:I,s:s%,s:s%,s:s,s:b,s:f}", "row",
		    (json_int_t)s->row, "id", id.n != 0 ? id.p : "", id.n,
		    "group", a->group.p, a->group.n, "head",
		    model_head_name(a->head), "bad", s->bad, "margin",
		    s->margin);
		json_dumpf(line, to, JSON_COMPACT);
		putc('\n', to);
		json_decref(line);
	}
	corpus_look_away(&view);
}

/* Keeps the answers, which it sorts. `h`: of a model. */
static void
take(struct trial *t, const struct asked *a, const struct model_head *h)
{
	if (t->deal <= 1)
		keep(a);
	if (a->guise != t->guises)
		return;
	if (t->margins != NULL)
		put_margins(t->margins, a);
	if (t->n_guises == 1)
		figures_add(&t->figures, a->group, a->items, a->n, h)->head =
		    a->head;
}

/* Trains and asks one head in one group. */
static int
cross_head(struct trial *t, const struct lesson *l, enum model_head_id head,
    const struct group *g, struct err *e)
{
	struct machine m;
	struct lesson_count n = lesson_count(l, head, g->roles, ROLE_TEST);
	struct lesson_count taught =
	    lesson_count(l, head, g->roles, ROLE_TRAIN);
	if (lesson_rows(&n) == 0 || taught.bad == 0 || taught.good == 0)
		return 0;
	if (lesson_learn(&m, l, head, g->roles, e) < 0)
		return -1;
	struct asked a = {.head = head,
	    .group = g->name,
	    .items = memory_new(l->corpus->n, sizeof(*a.items))};
	for (size_t i = 0; i < t->n_guises; i++) {
		a.guise = &t->guises[i];
		struct lesson asked = {
		    &a.guise->corpus, &a.guise->vectors, l->solver};
		a.n = lesson_ask(a.items, &asked, &m, head, g->roles);
		take(t, &a, NULL);
	}
	free(a.items);
	machine_release(&m);
	return 0;
}

/* What a group is called: folds that were dealt anew are of their deal. */
static struct span
name_of(const struct trial *t, struct span group, char out[NAME_BYTES])
{
	if (t->deal == 0)
		return group;
	snprintf(out, NAME_BYTES, "deal %ld, fold %.*s", t->deal, (int)group.n,
	    group.p);
	return span_of(out);
}

static int
cross_group(struct trial *t, const struct lesson *l, const struct split *split,
    struct span name, struct err *e)
{
	const struct corpus *c = l->corpus;
	char named[NAME_BYTES];
	struct group g = {
	    name_of(t, name, named), memory_new(c->n, sizeof(*g.roles))};
	struct corpus_view view = {c};
	int failed = 0;
	for (size_t i = 0; i < c->n; i++)
		g.roles[i] = split_role(split, &view, i, name);
	corpus_look_away(&view);
	for (int h = 0; h < MODEL_HEADS && !failed; h++)
		failed = cross_head(t, l, h, &g, e);
	free(g.roles);
	return failed;
}

/* Vectors of all guises, once: what is learned from is as it is. */
static int
read_vectors(struct trial *t, const struct solver_choice *solver, struct err *e)
{
	struct vectors_order order = solver_choice_vectors(solver);
	for (size_t i = 0; i < t->n_guises; i++) {
		struct guise *g = &t->guises[i];
		if (g->vectors.n == 0 &&
		    vectors_of(&g->vectors, &g->corpus, &order, e) < 0)
			return -1;
		order = vectors_alone(order);
	}
	return 0;
}

int
trial_cross(struct trial *t, const struct split *split,
    const struct solver_choice *solver, struct err *e)
{
	const struct guise *plain = &t->guises[0];
	if (read_vectors(t, solver, e) < 0)
		return -1;
	struct lesson l = {&plain->corpus, &plain->vectors, solver};
	struct names groups = split_groups(split, &plain->corpus);
	int failed = 0;
	if (groups.n == 0)
		failed =
		    err_set(e, ERR_INPUT, "no row has a value to split by");
	struct progress progress = progress_start("learning", groups.n);
	for (uint32_t i = 0; i < groups.n && !failed; i++) {
		failed = cross_group(t, &l, split, groups.items[i], e);
		progress_at(&progress, i + 1);
	}
	progress_end(&progress);
	names_release(&groups);
	return failed;
}

/* What a model is asked about: rows of a fold, by group. */
struct choice {
	const struct split *split;
	long fold;
	struct names groups;
	uint32_t *of; /* the group of each row */
};

static void
find_groups(struct choice *choice, const struct corpus *c)
{
	struct corpus_view view = {c};
	choice->of = memory_new(c->n, sizeof(*choice->of));
	for (size_t i = 0; i < c->n; i++)
		choice->of[i] = names_number(
		    &choice->groups, split_group(choice->split, &view, i));
	corpus_look_away(&view);
}

/* The rows of the head in the group, with the model's margins. */
static void
select_rows(struct asked *a, const double *margins, const struct choice *choice,
    uint32_t group)
{
	const struct corpus *c = &a->guise->corpus;
	bool own = false; /* whether a label is the head's own */
	a->n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct stub *row = &c->rows[i];
		if (!corpus_teaches(row, a->head) ||
		    (choice->fold >= 0 && row->fold != choice->fold) ||
		    choice->of[i] != group)
			continue;
		a->items[a->n++] =
		    (struct scored){margins[i * MODEL_HEADS + a->head],
			label_bad(row->label), (uint32_t)i};
		own |= label_head(row->label) == a->head;
	}
	a->n = own ? a->n : 0;
}

static int
measure_guise(struct trial *t, struct guise *g, const struct model *m,
    struct choice *choice, struct err *e)
{
	const struct corpus *c = &g->corpus;
	double *margins = memory_new(c->n * MODEL_HEADS, sizeof(*margins));
	struct asked a = {
	    .guise = g, .items = memory_new(c->n, sizeof(*a.items))};
	int failed = margins_of(margins, m, c, e);
	find_groups(choice, c);
	for (uint32_t i = 0; i < choice->groups.n * MODEL_HEADS && !failed;
	     i++) {
		uint32_t group = i / MODEL_HEADS;
		a.group = choice->groups.items[group];
		a.head = i % MODEL_HEADS;
		select_rows(&a, margins, choice, group);
		/* rows without a value are of no group */
		if (a.n != 0 && a.group.n != 0 &&
		    m->heads[a.head].trained_on != 0)
			take(t, &a, &m->heads[a.head]);
	}
	names_release(&choice->groups);
	free(choice->of);
	free(a.items);
	free(margins);
	return failed;
}

int
trial_measure(struct trial *t, const struct model *m, const struct split *split,
    long fold, struct err *e)
{
	int failed = 0;
	for (size_t i = 0; i < t->n_guises && !failed; i++)
		failed = measure_guise(t, &t->guises[i], m,
		    &(struct choice){split, fold, {0}, NULL}, e);
	return failed;
}

void
trial_sum_up(struct trial *t, const struct model *m)
{
	for (size_t i = 0; i < t->n_guises * MODEL_HEADS; i++) {
		struct guise *g = &t->guises[i / MODEL_HEADS];
		enum model_head_id head = i % MODEL_HEADS;
		if (g->n[head] == 0)
			continue;
		struct figure *all =
		    figures_add(&t->figures, span_of(g->name), g->answers[head],
			g->n[head], m != NULL ? &m->heads[head] : NULL);
		all->head = head;
		all->pooled = true;
	}
}
