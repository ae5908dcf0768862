#include "lesson.h"

#include <stdlib.h>

#include "freedom.h"

static bool
takes_part(const struct lesson *l, size_t row, enum model_head_id head)
{
	return label_head(l->corpus->rows[row].label) == head;
}

size_t
lesson_count(const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, enum role role)
{
	size_t n = 0;
	for (size_t i = 0; i < l->corpus->n; i++)
		n += roles[i] == role && takes_part(l, i, head);
	return n;
}

/* How much the rows of each corpus count; free it. NULL: all the same. */
static double *
costs_of(const struct lesson *l)
{
	const struct set_weights *w = &l->solver->weights;
	if (w->n == 0)
		return NULL;
	double *costs = memory_new(l->corpus->n_names, sizeof(*costs));
	for (size_t i = 0; i < l->corpus->n_names; i++) {
		costs[i] = 1;
		for (size_t k = 0; k < w->n; k++)
			if (span_equal(w->items[k].set, l->corpus->names[i]))
				costs[i] = w->items[k].weight;
	}
	return costs;
}

static void
gather(struct sample *s, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles)
{
	double *costs = costs_of(l);
	for (size_t i = 0; i < l->corpus->n; i++) {
		const struct row *row = &l->corpus->rows[i];
		if (roles[i] != ROLE_TRAIN || !takes_part(l, i, head) ||
		    (costs != NULL && costs[row->set] <= 0))
			continue;
		s->rows[s->n] = (uint32_t)i;
		if (s->costs != NULL)
			s->costs[s->n] = costs[row->set];
		s->classes[s->n++] = label_bad(row->label) ? 1 : -1;
	}
	free(costs);
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
	if (l->solver->weights.n != 0)
		s.costs = memory_new(most, sizeof(*s.costs));
	gather(&s, l, head, roles);
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
		if (roles[i] == ROLE_TEST && takes_part(l, i, head))
			out[n++] = (struct scored){
			    machine_margin(m, l->vectors, i),
			    label_bad(l->corpus->rows[i].label), (uint32_t)i};
	return n;
}
