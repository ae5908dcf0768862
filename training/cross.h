/*
 * Machines of a head that each did not learn from one fold, and what they
 * say of its rows; and beside them the one that learned from all folds. They
 * share the processors.
 */
#ifndef TRAINING_CROSS_H
#define TRAINING_CROSS_H

#include <sys/types.h>

#include "lesson.h"

struct cross {
	const struct lesson *lesson;
	enum model_head_id head;
	const uint8_t *roles; /* of the whole; what it learns from is asked */
	size_t enough;        /* good rows asked: no more folds than it takes */
	struct machine *whole; /* NULL: is not needed */
};

/* Whether each of them has both kinds to learn from, and both are asked: they
 * lie in two folds at least. */
bool cross_has_both(const struct cross *c);

/*
 * The margins in `s`, which has room for all rows, fold by fold; how many, or
 * -1, and then there is no whole.
 */
ssize_t cross_learn(const struct cross *c, struct scored *s, struct err *e);

#endif
