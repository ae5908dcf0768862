/*
 * Which rows a machine learns from and which it is asked about, once per
 * group. Knows rows and their keys; nothing of machines.
 */
#ifndef TRAINING_SPLIT_H
#define TRAINING_SPLIT_H

#include "corpus.h"
#include "names.h"

enum role { ROLE_NONE, ROLE_TRAIN, ROLE_TEST };

enum split_kind {
	SPLIT_FOLDS,     /* each group of folds is asked, the others teach */
	SPLIT_LEAVE_OUT, /* each value of `key` is asked, the others teach */
	SPLIT_BY_KEY, /* within each value of `key`, rows whose `by` is "train"
		       * teach and those whose `by` is "test" are asked */
};

struct split {
	enum split_kind kind;
	const char *key;
	const char *by;
	long folds;
	const uint8_t *dealt; /* of SPLIT_FOLDS: the fold of each row of the
			       * corpus; NULL: the rows' own */
};

/* The value that row `i` is in the group of; empty: it is in none. */
struct span split_group(const struct split *s, struct corpus_view *v, size_t i);

/*
 * The distinct values that make a group each, in order of appearance; release
 * them. Rows without a value belong to no group.
 */
struct names split_groups(const struct split *s, const struct corpus *c);

/* What row `i` does in the group of `value`. */
enum role split_role(
    const struct split *s, struct corpus_view *v, size_t i, struct span value);

#endif
