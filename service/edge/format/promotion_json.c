#include "promotion_json.h"

#include <math.h>
#include <stdio.h>

#include "../../core/calibration.h"
#include "rfc3339.h"

enum { DETAIL_BYTES = 160, PATH_BYTES = 4096 };

static void
tell_worse(const struct contrast *c, char out[DETAIL_BYTES])
{
	struct contrast_duel d = contrast_duel(c, ACTION_HOLD);

	snprintf(out, DETAIL_BYTES,
	    "it is worse beyond chance: right alone %zu times, the one in use "
	    "%zu (p = %.2g)",
	    d.only_new, d.only_old, d.mid_p);
}

static void
tell_f1(const struct contrast *c, char out[DETAIL_BYTES])
{
	struct contrast_figures f =
	    contrast_figures(c, CONTRAST_NEW, ACTION_HOLD);

	snprintf(out, DETAIL_BYTES,
	    "F1 falls from %.4f to %.4f, on %zu comments",
	    promotion_f1(c, CONTRAST_OLD, ACTION_HOLD),
	    promotion_f1(c, CONTRAST_NEW, ACTION_HOLD),
	    f.caught + f.missed + f.blocked + f.passed);
}

static void
tell_blocked(const struct contrast *c, enum action from, double budget,
    char out[DETAIL_BYTES])
{
	struct contrast_figures f = contrast_figures(c, CONTRAST_NEW, from);
	struct contrast_figures was = contrast_figures(c, CONTRAST_OLD, from);

	snprintf(out, DETAIL_BYTES,
	    "it %s %zu of %zu good comments, the one in use %zu: more than "
	    "that, and over the budget of %g %%",
	    from == ACTION_HOLD ? "stops" : "rejects", f.blocked,
	    f.blocked + f.passed, was.blocked, 100 * budget);
}

static void
tell_lenient(const struct contrast *c, char out[DETAIL_BYTES])
{
	struct contrast_figures f =
	    contrast_figures(c, CONTRAST_NEW, ACTION_REJECT);
	struct contrast_figures was =
	    contrast_figures(c, CONTRAST_OLD, ACTION_REJECT);

	snprintf(out, DETAIL_BYTES,
	    "it rejects %zu of %zu bad comments, the one in use %zu: less "
	    "than half as many",
	    f.caught, f.caught + f.missed, was.caught);
}

static void
tell(enum promotion_objection o, const struct contrast *c,
    const struct promotion_budget *b, char out[DETAIL_BYTES])
{
	switch (o) {
	case PROMOTION_WORSE:
		tell_worse(c, out);
		return;
	case PROMOTION_F1:
		tell_f1(c, out);
		return;
	case PROMOTION_HOLDS:
		tell_blocked(c, ACTION_HOLD, b->hold, out);
		return;
	case PROMOTION_REJECTS:
		tell_blocked(c, ACTION_REJECT, b->reject, out);
		return;
	case PROMOTION_LENIENT:
		tell_lenient(c, out);
		return;
	case PROMOTION_OBJECTIONS:
		return;
	}
}

json_t *
promotion_json(const struct contrast *c, const struct promotion_budget *b)
{
	json_t *list = json_array();
	char detail[DETAIL_BYTES];

	for (int o = 0; o < PROMOTION_OBJECTIONS; o++) {
		if (!promotion_objects((enum promotion_objection)o, c, b))
			continue;
		tell((enum promotion_objection)o, c, b, detail);
		json_array_append_new(list,
		    json_pack("{s:s, s:s}", "code",
			promotion_objection_name((enum promotion_objection)o),
			"detail", detail));
	}
	return list;
}

json_t *
promotion_head_json(const struct model *old, const struct model *fresh)
{
	enum model_head_id lost = promotion_head_lost(old, fresh);
	json_t *list = json_array();
	char detail[DETAIL_BYTES];

	if (lost == MODEL_HEADS)
		return list;
	snprintf(detail, sizeof(detail),
	    "it has not learned to tell %s, the one in use has: what that is "
	    "would be published",
	    model_head_name(lost));
	json_array_append_new(
	    list, json_pack("{s:s, s:s}", "code", "head", "detail", detail));
	return list;
}

static double
share_of(const json_t *v, double fallback)
{
	double share = json_is_number(v) ? json_number_value(v) : -1;

	return share >= 0 && share <= 1 ? share : fallback;
}

/* NULL: there is none. */
static json_t *
card_of(const char *folder)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/card.json", folder);
	return json_load_file(path, 0, NULL);
}

int64_t
promotion_learned_until(const char *folder)
{
	json_t *card = card_of(folder);
	const json_t *time = json_object_get(card, "decided_until");
	struct span s = {json_string_value(time), json_string_length(time)};
	int64_t at_ms = 0;

	if (time != NULL && rfc3339_read(s, &at_ms) != 0)
		at_ms = 0;
	json_decref(card);
	return at_ms;
}

struct promotion_budget
promotion_budget(const char *folder)
{
	const struct calibration_budgets *usual = &calibration_usual;
	json_t *card = card_of(folder);
	const json_t *settings = json_object_get(card, "settings");
	double hold =
	    share_of(json_object_get(settings, "budget_hold"), usual->hold);
	/* either head may hold a comment: who has more is what it was made for
	 */
	struct promotion_budget b = {
	    .hold = fmax(hold,
		share_of(json_object_get(settings, "budget_hold_abuse"), hold)),
	    .reject = share_of(
		json_object_get(settings, "budget_reject"), usual->reject),
	};

	json_decref(card);
	return b;
}
