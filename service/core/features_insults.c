#include "features_insults.h"

/*
 * What insults of any language a text has: the first, the second and so on,
 * each a feature of its own. What they say is learned where there are
 * labels, and holds where there are none.
 */
static const double value_insult = 0.25;

static bool
is_begun(uint64_t hash)
{
	size_t bit = insults_bit(hash);

	return insults_begun[bit / 64] >> bit % 64 & 1;
}

static bool
is_insult(uint64_t hash)
{
	uint32_t tag = insults_tag(hash);
	size_t at = insults_cell(hash);

	while (insults_tags[at] != 0 && insults_tags[at] != tag)
		at = insults_next(at);
	return insults_tags[at] == tag;
}

/*
 * How many of the `n` tokens with these hashes make an insult from the first
 * one on: 0 if none do, the longest if several.
 */
static uint32_t
insults_at(const uint64_t *words, uint32_t n)
{
	uint64_t hash = 0;
	uint32_t longest = 0;

	for (uint32_t i = 0; i < n && i < INSULT_TOKENS_MAX; i++) {
		hash = insults_step(hash, words[i]);
		if (!is_begun(hash))
			break;
		if (is_insult(hash))
			longest = i + 1;
	}
	return longest;
}

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
