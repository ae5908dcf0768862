/*
 * Two models that judged the same comments: how often they agree, and which
 * was right more often about those that somebody decided. Pure; counts what
 * it is told, keeps no comment.
 */
#ifndef CORE_CONTRAST_H
#define CORE_CONTRAST_H

#include "policy.h"
#include "statistics.h"

enum contrast_side { CONTRAST_OLD, CONTRAST_NEW, CONTRAST_SIDES };

/* What a comment really was, by what a person said. */
enum contrast_truth { TRUTH_UNKNOWN, TRUTH_GOOD, TRUTH_BAD, CONTRAST_TRUTHS };

/* Zeroed: nothing was told yet. */
struct contrast {
	/* by truth, action of the old, action of the new */
	size_t n[CONTRAST_TRUTHS][ACTION_DISCARD + 1][ACTION_DISCARD + 1];
};

struct contrast_case {
	enum contrast_truth truth;
	enum action actions[CONTRAST_SIDES];
};

/* Counts one more. */
void contrast_add(struct contrast *c, const struct contrast_case *k);

/* How many there are of all kinds, and in how many both did the same. */
size_t contrast_total(const struct contrast *c);
size_t contrast_agreed(const struct contrast *c);

/*
 * How one side stands when `from` and all that is harder counts as stopped:
 * shares are NaN where there is nothing to divide by.
 */
struct contrast_figures {
	size_t caught, missed;  /* bad */
	size_t blocked, passed; /* good */
	double precision, recall, false_positives;
	struct interval precision95, recall95, false_positives95;
};

struct contrast_figures contrast_figures(
    const struct contrast *c, enum contrast_side side, enum action from);

/* In how many one side was right and the other not, and how likely such a
 * split is by chance. */
struct contrast_duel {
	size_t only_old, only_new; /* was right */
	double p, mid_p;           /* McNemar's */
};

struct contrast_duel contrast_duel(const struct contrast *c, enum action from);

/*
 * How bad it is that the new one judges this case as it does: by how many
 * steps of action it is further from what is right than the old one, below 0
 * when it is closer. Of what nobody decided a share of a step, the more the
 * two differ.
 */
double contrast_harm(const struct contrast_case *k);

#endif
