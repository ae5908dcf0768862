#include "insults.h"

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

uint32_t
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
