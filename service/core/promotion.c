#include "promotion.h"

static const double chance = 0.05, f1_least = -0.005;

const char *
promotion_objection_name(enum promotion_objection o)
{
	static const char *const names[PROMOTION_OBJECTIONS] = {
	    [PROMOTION_WORSE] = "worse",
	    [PROMOTION_F1] = "f1",
	    [PROMOTION_HOLDS] = "holds",
	    [PROMOTION_REJECTS] = "rejects",
	};

	return names[o];
}

static bool
loses(const struct contrast *c)
{
	struct contrast_duel d = contrast_duel(c, ACTION_HOLD);

	return d.only_old > d.only_new && d.mid_p < chance;
}

static bool
exceeds(const struct contrast *c, enum action from, double budget)
{
	struct contrast_figures was = contrast_figures(c, CONTRAST_OLD, from);
	struct contrast_figures is = contrast_figures(c, CONTRAST_NEW, from);

	return is.blocked > was.blocked && is.false_positives95.low > budget;
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

bool
promotion_objects(enum promotion_objection o, const struct contrast *c,
    const struct promotion_budget *b)
{
	switch (o) {
	case PROMOTION_WORSE:
		return loses(c);
	case PROMOTION_F1:
		return promotion_f1(c, CONTRAST_NEW, ACTION_HOLD) -
			   promotion_f1(c, CONTRAST_OLD, ACTION_HOLD) <
		       f1_least;
	case PROMOTION_HOLDS:
		return exceeds(c, ACTION_HOLD, b->hold);
	case PROMOTION_REJECTS:
		return exceeds(c, ACTION_REJECT, b->reject);
	case PROMOTION_OBJECTIONS:
		break;
	}
	return false;
}
