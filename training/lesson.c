#include "lesson.h"

#include <stdlib.h>

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

int
lesson_learn(struct machine *m, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, struct err *e)
{
	size_t most = lesson_count(l, head, roles, ROLE_TRAIN);
	struct sample s = {
	    .vectors = l->vectors,
	    .rows = memory_new(most, sizeof(*s.rows)),
	    .classes = memory_new(most, sizeof(*s.classes)),
	};
	for (size_t i = 0; i < l->corpus->n; i++) {
		if (roles[i] != ROLE_TRAIN || !takes_part(l, i, head))
			continue;
		s.rows[s.n] = (uint32_t)i;
		s.classes[s.n++] = label_bad(l->corpus->rows[i].label) ? 1 : -1;
	}
	struct solver_options options = solver_choice_options(l->solver, head);
	int failed = solver_train(m, &s, &options, e);
	free(s.rows);
	free(s.classes);
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
