#include "contrast_json.h"

#include <math.h>

/* A share; null where there is nothing to divide by. */
static json_t *
share(double x)
{
	return isnan(x) ? json_null() : json_real(x);
}

static json_t *
range(struct interval i)
{
	return json_pack("[o, o]", share(i.low), share(i.high));
}

static json_t *
figures_json(
    const struct contrast *c, enum contrast_side side, enum action from)
{
	struct contrast_figures f = contrast_figures(c, side, from);
	json_t *o = json_pack("{s:I, s:I, s:I, s:I}", "caught",
	    (json_int_t)f.caught, "missed", (json_int_t)f.missed, "blocked",
	    (json_int_t)f.blocked, "passed", (json_int_t)f.passed);

	json_object_set_new(o, "precision", share(f.precision));
	json_object_set_new(o, "precision95", range(f.precision95));
	json_object_set_new(o, "recall", share(f.recall));
	json_object_set_new(o, "recall95", range(f.recall95));
	json_object_set_new(o, "false_positives", share(f.false_positives));
	json_object_set_new(o, "false_positives95", range(f.false_positives95));
	return o;
}

static json_t *
level_json(const struct contrast *c, enum action from)
{
	struct contrast_duel d = contrast_duel(c, from);

	return json_pack("{s:o, s:o, s:{s:I, s:I, s:f, s:f}}", "old",
	    figures_json(c, CONTRAST_OLD, from), "new",
	    figures_json(c, CONTRAST_NEW, from), "mcnemar", "only_old",
	    (json_int_t)d.only_old, "only_new", (json_int_t)d.only_new, "p",
	    d.p, "mid_p", d.mid_p);
}

static json_t *
actions_json(const struct contrast *c)
{
	json_t *list = json_array();
	size_t n;

	for (int i = 0; i <= ACTION_DISCARD; i++)
		for (int j = 0; j <= ACTION_DISCARD; j++) {
			n = 0;
			for (int t = 0; t < CONTRAST_TRUTHS; t++)
				n += c->n[t][i][j];
			if (n == 0)
				continue;
			json_array_append_new(
			    list, json_pack("{s:s, s:s, s:I}", "before",
				      action_name((enum action)i), "after",
				      action_name((enum action)j), "n",
				      (json_int_t)n));
		}
	return list;
}

json_t *
contrast_json(const struct contrast *c)
{
	size_t n = contrast_total(c);
	struct contrast_figures f =
	    contrast_figures(c, CONTRAST_OLD, ACTION_HOLD);
	size_t decided = f.caught + f.missed + f.blocked + f.passed;

	return json_pack("{s:I, s:I, s:I, s:I, s:o, s:{s:o, s:o}}", "n",
	    (json_int_t)n, "decided", (json_int_t)decided, "agreed",
	    (json_int_t)contrast_agreed(c), "changed",
	    (json_int_t)(n - contrast_agreed(c)), "actions", actions_json(c),
	    "levels", "hold", level_json(c, ACTION_HOLD), "reject",
	    level_json(c, ACTION_REJECT));
}
