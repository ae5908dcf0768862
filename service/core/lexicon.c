#include "lexicon.h"

#include "lexicon_table.h"

static bool
is_begun(uint64_t hash)
{
	size_t bit = lexicon_bit(hash);

	return lexicon_begun[bit / 64] >> bit % 64 & 1;
}

static enum lexicon_kind
kind_of(uint64_t hash)
{
	size_t at = lexicon_place(hash);

	while (lexicon_cells[at] != 0 && !lexicon_is(lexicon_cells[at], hash))
		at = lexicon_place_after(at);
	return lexicon_kind_of(lexicon_cells[at]);
}

/* A phrase: LEXICON_NONE and no tokens if there is none. */
struct hit {
	enum lexicon_kind kind;
	uint32_t n;
};

/* The longest phrase that the `n` tokens begin with. */
static struct hit
look(const uint64_t *words, uint32_t n)
{
	struct hit longest = {LEXICON_NONE, 0};
	uint64_t hash = 0;

	for (uint32_t i = 0; i < n && i < LEXICON_TOKENS_MAX; i++) {
		enum lexicon_kind kind;

		hash = lexicon_step(hash, words[i]);
		if (!is_begun(hash))
			break;
		kind = kind_of(hash);
		if (kind != LEXICON_NONE)
			longest = (struct hit){kind, i + 1};
	}
	return longest;
}

enum lexicon_kind
lexicon_walk(struct lexicon_walk *w)
{
	while (w->next < w->n) {
		struct hit hit = look(w->words + w->next, w->n - w->next);

		w->token = w->next;
		w->next += hit.n > 0 ? hit.n : 1;
		if (hit.kind != LEXICON_NONE)
			return hit.kind;
	}
	return LEXICON_NONE;
}
