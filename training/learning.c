#include "learning.h"

#include <stdlib.h>

#include "lesson.h"
#include "progress.h"
#include "random.h"

enum { LEARNING_SEED = 1, ROWS_MIN = 50 };

/* The rows of the other folds, thinned out: the smaller parts lie within the
 * larger ones. */
static void
deal(uint8_t *roles, const struct corpus *c, long fold, unsigned step)
{
	struct random random = {LEARNING_SEED};
	uint64_t parts = UINT64_C(1) << (LEARNING_STEPS - 1 - step);
	for (size_t i = 0; i < c->n; i++) {
		bool learnt = random_next(&random) % parts == 0;
		roles[i] = c->rows[i].fold == fold ? ROLE_TEST
			   : learnt                ? ROLE_TRAIN
						   : ROLE_NONE;
	}
}

static bool
enough(const struct lesson *l, enum model_head_id head, const uint8_t *roles)
{
	struct lesson_count taught = lesson_count(l, head, roles, ROLE_TRAIN);
	struct lesson_count asked = lesson_count(l, head, roles, ROLE_TEST);
	return lesson_rows(&taught) >= ROWS_MIN && taught.bad > 0 &&
	       taught.good > 0 && lesson_rows(&asked) != 0;
}

static int
add_point(struct learning *out, const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, struct err *e)
{
	struct machine m;
	if (!enough(l, head, roles))
		return 0;
	if (lesson_learn(&m, l, head, roles, e) < 0)
		return -1;
	struct scored *s = memory_new(l->corpus->n, sizeof(*s));
	struct learning_point *p = &out->items[out->n++];
	struct lesson_count n = lesson_count(l, head, roles, ROLE_TRAIN);
	*p = (struct learning_point){head, lesson_rows(&n), {0}};
	metrics_of(&p->metrics, s, lesson_ask(s, l, &m, head, roles));
	free(s);
	machine_release(&m);
	return 0;
}

int
learning_of(struct learning *out, const struct corpus *c,
    const struct solver_choice *solver, long fold, struct err *e)
{
	struct vectors_order order =
	    vectors_alone(solver_choice_vectors(solver)); /* more of the same */
	struct vectors vectors;
	*out = (struct learning){0};
	if (vectors_of(&vectors, c, &order, e) < 0)
		return -1;
	struct lesson l = {c, &vectors, solver};
	uint8_t *roles = memory_new(c->n, sizeof(*roles));
	size_t steps = MODEL_HEADS * LEARNING_STEPS;
	struct progress progress = progress_start("learning", steps);
	int failed = 0;
	for (size_t i = 0; i < steps && !failed; i++) {
		deal(roles, c, fold, i % LEARNING_STEPS);
		failed = add_point(out, &l, i / LEARNING_STEPS, roles, e);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	free(roles);
	vectors_release(&vectors);
	return failed;
}
