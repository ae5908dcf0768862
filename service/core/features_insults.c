#include "insults.h"

/*
 * What insults of any language a text has: the first, the second and so on,
 * each a feature of its own. What they say is learned where there are
 * labels, and holds where there are none.
 */
static const double value_insult = 0.25;

void
features_of_insults(
    struct features *f, const struct text *t, const struct token_values *v)
{
	uint32_t found = 0;

	for (uint32_t i = 0;
	     i < t->n_tokens && found < FEATURES_INSULTS_MOST;) {
		uint32_t n = insults_at(v->words + 1 + i, t->n_tokens - i);

		if (n > 0)
			sink_put(f, sink_hash(VIEW_INSULTS, found++, 0), i);
		i += n > 0 ? n : 1;
	}
	sink_close_view(f, VIEW_INSULTS, value_insult);
}
