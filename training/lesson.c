#include "lesson.h"

#include <stdlib.h>

#include "freedom.h"

static bool
takes_part(const struct lesson *l, size_t row, enum model_head_id head)
{
	return label_head(l->corpus->rows[row].label) == head;
}

/* A copy in disguise is there to learn from, not to be asked about. */
static bool
plays(
    const struct lesson *l, size_t row, enum model_head_id head, enum role role)
{
	return takes_part(l, row, head) &&
	       (role == ROLE_TRAIN || !l->corpus->rows[row].disguised);
}

size_t
lesson_count(const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, enum role role)
{
	size_t n = 0;
	for (size_t i = 0; i < l->corpus->n; i++)
		n += roles[i] == role && plays(l, i, head, role);
	return n;
}

/* How much a row counts, by its corpus and whether it is in disguise. */
static double
cost_of(const struct lesson *l, const struct row *row)
{
	const struct set_weights *w = &l->solver->weights;
	struct span set = l->corpus->names[row->set];
	double cost = row->disguised ? l->solver->disguised : 1;
	for (size_t i = 0; i < w->n; i++)
		if (span_equal(w->items[i].set, set))
			cost *= w->items[i].weight;
	return cost;
}

static void
gather(struct sample *s, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles)
{
	for (size_t i = 0; i < l->corpus->n; i++) {
		const struct row *row = &l->corpus->rows[i];
		double cost = cost_of(l, row);
		if (roles[i] != ROLE_TRAIN || !takes_part(l, i, head) ||
		    cost <= 0)
			continue;
		s->rows[s->n] = (uint32_t)i;
		s->costs[s->n] = cost;
		s->n_copies += row->disguised;
		s->classes[s->n++] = label_bad(row->label) ? 1 : -1;
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

int
lesson_learn(struct machine *m, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, struct err *e)
{
	size_t most = lesson_count(l, head, roles, ROLE_TRAIN);
	struct sample s = {
	    .vectors = l->vectors,
	    .rows = memory_new(most, sizeof(*s.rows)),
	    .classes = memory_new(most, sizeof(*s.classes)),
	    .prior = l->prior[head],
	};
	struct solver_options options = solver_choice_options(l->solver, head);
	s.costs = memory_new(most, sizeof(*s.costs));
	gather(&s, l, head, roles);
	if (solver_choice_free(l->solver) && head == HEAD_ABUSE)
		balance(&s);
	drop_even_costs(&s);
	if (solver_choice_free(l->solver))
		s.freedom = freedom_of(&s);
	int failed = solver_train(m, &s, &options, e);
	free(s.rows);
	free(s.classes);
	free(s.costs);
	free(s.freedom);
	return failed;
}

size_t
lesson_ask(struct scored *out, const struct lesson *l, const struct machine *m,
    enum model_head_id head, const uint8_t *roles)
{
	size_t n = 0;
	for (size_t i = 0; i < l->corpus->n; i++)
		if (roles[i] == ROLE_TEST && plays(l, i, head, ROLE_TEST))
			out[n++] = (struct scored){
			    machine_margin(m, l->vectors, i),
			    label_bad(l->corpus->rows[i].label), (uint32_t)i};
	return n;
}
