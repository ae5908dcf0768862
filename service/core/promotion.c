#include "promotion.h"

#include <math.h>
#include <string.h>

static const double chance = 0.05, f1_least = -0.005, errors_least = 1.96;
enum { differing_least = 5 };

const char *
promotion_objection_name(enum promotion_objection o)
{
	static const char *const names[PROMOTION_OBJECTIONS] = {
	    [PROMOTION_WORSE] = "worse",
	    [PROMOTION_F1] = "f1",
	    [PROMOTION_HOLDS] = "holds",
	    [PROMOTION_REJECTS] = "rejects",
	    [PROMOTION_LENIENT] = "lenient",
	};

	return names[o];
}

/* Whether the old one is right alone more often, beyond chance. */
static bool
loses(const struct contrast *c, enum action from)
{
	struct contrast_duel d = contrast_duel(c, from);

	return d.only_old > d.only_new && d.mid_p < chance;
}

/* Likewise of one kind alone: more good ones are stopped than were, or less
 * bad ones. */
static bool
loses_of(const struct contrast *c, enum contrast_truth truth, enum action from)
{
	struct contrast of = {0};

	memcpy(of.n[truth], c->n[truth], sizeof(of.n[truth]));
	return loses(&of, from);
}

static bool
exceeds(const struct contrast *c, enum action from, double budget)
{
	struct contrast_figures is = contrast_figures(c, CONTRAST_NEW, from);

	return is.false_positives95.low > budget &&
	       loses_of(c, TRUTH_GOOD, from);
}

static bool
spares(const struct contrast *c)
{
	struct contrast_figures was =
	    contrast_figures(c, CONTRAST_OLD, ACTION_REJECT);
	struct contrast_figures is =
	    contrast_figures(c, CONTRAST_NEW, ACTION_REJECT);

	return 2 * is.caught < was.caught &&
	       loses_of(c, TRUTH_BAD, ACTION_REJECT);
}

double
promotion_f1(
    const struct contrast *c, enum contrast_side side, enum action from)
{
	struct contrast_figures f = contrast_figures(c, side, from);
	double wrong = (double)(f.missed + f.blocked);
	double caught = (double)f.caught;

	return f.caught == 0 ? 0 : 2 * caught / (2 * caught + wrong);
}

/* How much a comment adds to F1 = 2 T / (2 T + W) of what one side stops: as
 * one that is caught, one that is wrong, or neither. */
struct pull {
	double caught, wrong;
};

static struct pull
pull_of(const struct contrast *c, enum contrast_side side)
{
	struct contrast_figures f = contrast_figures(c, side, ACTION_HOLD);
	double wrong = (double)(f.missed + f.blocked);
	double whole = 2 * (double)f.caught + wrong;

	if (whole <= 0)
		return (struct pull){0};
	return (struct pull){
	    2 * wrong / whole / whole, -2 * (double)f.caught / whole / whole};
}

static double
pulls(const struct pull *p, enum contrast_truth truth, int action)
{
	bool stops = action >= ACTION_HOLD;

	if (stops != (truth == TRUTH_BAD))
		return p->wrong;
	return stops ? p->caught : 0;
}

/* The variance of the difference of both sides' F1, comments paired, by the
 * delta method: the sum of squares of what each adds (Efron, 1982). */
static double
f1_variance(const struct contrast *c)
{
	struct pull old = pull_of(c, CONTRAST_OLD);
	struct pull new = pull_of(c, CONTRAST_NEW);
	double sum = 0;

	for (int t = TRUTH_GOOD; t <= TRUTH_BAD; t++)
		for (int i = 0; i <= ACTION_DISCARD; i++)
			for (int j = 0; j <= ACTION_DISCARD; j++) {
				double by =
				    pulls(&new, (enum contrast_truth)t, j) -
				    pulls(&old, (enum contrast_truth)t, i);

				sum += (double)c->n[t][i][j] * by * by;
			}
	return sum;
}

static bool
f1_falls(const struct contrast *c, const struct promotion_budget *b)
{
	double by = promotion_f1(c, CONTRAST_NEW, ACTION_HOLD) -
		    promotion_f1(c, CONTRAST_OLD, ACTION_HOLD);
	struct contrast_duel d = contrast_duel(c, ACTION_HOLD);

	if (by >= f1_least || !b->sample)
		return by < f1_least;
	return d.only_old + d.only_new >= differing_least &&
	       by < -errors_least * sqrt(f1_variance(c));
}

bool
promotion_objects(enum promotion_objection o, const struct contrast *c,
    const struct promotion_budget *b)
{
	switch (o) {
	case PROMOTION_WORSE:
		return loses(c, ACTION_HOLD);
	case PROMOTION_F1:
		return f1_falls(c, b);
	case PROMOTION_HOLDS:
		return exceeds(c, ACTION_HOLD, b->hold);
	case PROMOTION_REJECTS:
		return exceeds(c, ACTION_REJECT, b->reject);
	case PROMOTION_LENIENT:
		return spares(c);
	case PROMOTION_OBJECTIONS:
		break;
	}
	return false;
}

enum model_head_id
promotion_head_lost(const struct model *old, const struct model *fresh)
{
	int h = 0;

	while (h < MODEL_HEADS && (old->heads[h].trained_on == 0 ||
				      fresh->heads[h].trained_on > 0))
		h++;
	return (enum model_head_id)h;
}
