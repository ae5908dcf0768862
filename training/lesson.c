#include "lesson.h"

#include <stdlib.h>

#include "excerpts.h"
#include "freedom.h"
#include "kept.h"
#include "rounding.h"

static bool
takes_part(const struct lesson *l, size_t row, enum model_head_id head)
{
	return corpus_teaches(&l->corpus->rows[row], head);
}

static bool
bad(const struct lesson *l, size_t row)
{
	return label_bad(l->corpus->rows[row].label);
}

/*
 * How much a vector counts for `head`, by its corpus, whether it is a copy,
 * and whose its label is. Who calls a comment good by the one head would hardly
 * have called it bad by the other; in disguise it teaches that nothing, but
 * would fill its buckets, of which those left tell what is new to a model.
 */
static double
cost_of(const struct lesson *l, size_t i, enum model_head_id head)
{
	const double of_kind[] = {
	    [VECTOR_ROW] = 1,
	    [VECTOR_DISGUISE] = solver_choice_disguised(l->solver),
	    [VECTOR_PHRASES] = solver_choice_phrases(l->solver, head),
	};
	const struct set_weights *w = &l->solver->weights;
	size_t origin = vectors_origin(l->vectors, i);
	const struct stub *row = &l->corpus->rows[origin];
	struct span set = l->corpus->names[row->set];
	enum vector_kind kind = vectors_kind(l->vectors, i);
	double cost = of_kind[kind];
	if (!takes_part(l, origin, head))
		cost *= label_good(row->label) && kind != VECTOR_DISGUISE
			    ? solver_choice_assumed(l->solver)
			    : 0;
	for (size_t k = 0; k < w->n; k++)
		if (span_equal(w->items[k].set, set))
			cost *= w->items[k].weight;
	return cost;
}

bool
lesson_takes(const struct lesson *l, size_t row, enum model_head_id head)
{
	/* a row's own vector has its number */
	return takes_part(l, row, head) && cost_of(l, row, head) > 0;
}

struct lesson_count
lesson_count(const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, enum role role)
{
	const struct vectors *v = l->vectors;
	struct lesson_count n = {0};
	for (size_t i = 0; i < v->n; i++) {
		size_t row = vectors_origin(v, i);
		if (roles[row] != role || !takes_part(l, row, head) ||
		    (role == ROLE_TRAIN && cost_of(l, i, head) <= 0))
			continue;
		enum vector_kind kind = vectors_kind(v, i);
		n.copies += kind == VECTOR_DISGUISE;
		n.good += kind == VECTOR_ROW && !bad(l, row);
		n.bad += kind == VECTOR_ROW && bad(l, row);
	}
	return n;
}

/*
 * Which of all vectors comes next: as they lie, which is quick where they are
 * on disk. But that a tolerance is met is of the order in which they are
 * numbered, whatever their times.
 */
static size_t
nth(const struct lesson *l, size_t i)
{
	bool own = solver_choice_own(l->solver) && l->solver->eps <= 0;
	return own ? l->vectors->order[i] : i;
}

/* Copies have their originals' features, and others' labels only teach. */
static bool
is_asked(const struct lesson *l, size_t i, enum model_head_id head)
{
	return i < l->vectors->n_rows && takes_part(l, i, head);
}

static void
gather(struct sample *s, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles)
{
	for (size_t k = 0; k < l->vectors->n; k++) {
		size_t i = nth(l, k);
		size_t row = vectors_origin(l->vectors, i);
		double cost = cost_of(l, i, head);
		if (roles[row] != ROLE_TRAIN || cost <= 0)
			continue;
		s->rows[s->n] = (uint32_t)i;
		s->costs[s->n] = cost;
		s->sets[s->n] = l->corpus->rows[row].set;
		s->asked[s->n] = is_asked(l, i, head);
		s->classes[s->n++] = bad(l, row) ? 1 : -1;
	}
}

/* Makes both classes cost the same in total. */
static void
balance(struct sample *s)
{
	double bad = 0, good = 0;
	for (size_t i = 0; i < s->n; i++)
		*(s->classes[i] > 0 ? &bad : &good) += s->costs[i];
	for (size_t i = 0; i < s->n && bad > 0; i++)
		if (s->classes[i] > 0)
			s->costs[i] *= good / bad;
}

/* Libraries know no costs; that is fine where all are the same. */
static void
drop_even_costs(struct sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->costs[i] != 1)
			return;
	free(s->costs);
	s->costs = NULL;
}

/* Makes the machine, unless it was made before. */
static int
make(struct machine *m, const struct lesson *l, struct sample *s,
    const struct solver_options *o, struct err *e)
{
	bool free_weights = solver_choice_free(l->solver);
	bool keeps = l->solver->work != NULL;
	struct kept kept = {0};
	if (keeps)
		kept = kept_of(l->solver->work, s, o, free_weights);
	if (keeps && kept_take(m, &kept))
		return 0;
	if (free_weights)
		s->freedom = freedom_of(s);
	int failed = solver_train(m, s, o, e);
	free(s->freedom);
	if (!failed && keeps && m->weights != NULL)
		failed = kept_put(m, &kept, e);
	if (failed)
		machine_release(m);
	return failed;
}

int
lesson_learn(struct machine *m, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, struct err *e)
{
	size_t most = l->vectors->n;
	struct sample s = {
	    .vectors = l->vectors,
	    .rows = memory_new(most, sizeof(*s.rows)),
	    .classes = memory_new(most, sizeof(*s.classes)),
	    .asked = memory_new(most, sizeof(*s.asked)),
	    .sets = memory_new(most, sizeof(*s.sets)),
	    .n_sets = (uint32_t)l->corpus->n_names,
	    .prior = l->prior[head],
	};
	struct solver_options options = solver_choice_options(l->solver, head);
	s.costs = memory_new(most, sizeof(*s.costs));
	gather(&s, l, head, roles);
	if (solver_choice_free(l->solver) && head == HEAD_ABUSE)
		balance(&s);
	drop_even_costs(&s);
	int failed = make(m, l, &s, &options, e);
	free(s.rows);
	free(s.classes);
	free(s.asked);
	free(s.sets);
	free(s.costs);
	return failed;
}

static int
by_row(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* A machine says what a model of its weights would. */
static void
add_excerpts(struct scored *s, size_t n, const struct lesson *l,
    const struct machine *m, enum model_head_id head)
{
	uint32_t buckets = l->vectors->buckets;
	if (m->weights == NULL || l->solver->excerpt <= 0)
		return;
	int16_t *weights =
	    memory_new((size_t)buckets * MODEL_HEADS, sizeof(*weights));
	struct model model = {
	    .buckets_log2 = l->vectors->buckets_log2,
	    .weights = weights,
	};
	model.heads[head].unit = rounding(weights + head, m->weights, buckets);
	model.heads[head].excerpt = l->solver->excerpt;
	excerpts_add(s, n, l->corpus, &model, head);
	free(weights);
}

size_t
lesson_ask(struct scored *out, const struct lesson *l, const struct machine *m,
    enum model_head_id head, const uint8_t *roles)
{
	const struct vectors *v = l->vectors;
	struct scratch_view view = {0};
	size_t n = 0;
	for (size_t k = 0; k < v->n; k++) {
		size_t i = v->order[k];
		if (i >= v->n_rows || roles[i] != ROLE_TEST ||
		    !takes_part(l, i, head))
			continue;
		const struct packed_row *row = vectors_row(v, i, &view);
		out[n++] = (struct scored){
		    machine_margin(m, row), bad(l, i), (uint32_t)i};
	}
	scratch_look_away(&view);
	qsort(out, n, sizeof(*out), by_row);
	add_excerpts(out, n, l, m, head);
	return n;
}
