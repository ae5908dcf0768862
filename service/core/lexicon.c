#include "lexicon.h"

#include "lexicon_stems.h"
#include "lexicon_table.h"

void
lexicon_fetch(const uint64_t *words, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint64_t hash = lexicon_step(0, words[i]);

		__builtin_prefetch(&lexicon_firsts[lexicon_firsts_at(hash)]);
		hash = lexicon_step(hash, words[i + 1]);
		__builtin_prefetch(&lexicon_others[lexicon_others_at(hash)]);
	}
}

static enum lexicon_kind
kind_of(uint64_t hash)
{
	size_t at = lexicon_place(lexicon_cells, hash);

	return lexicon_kind_of(lexicon_cell_at(lexicon_cells, at));
}

/* The longest of the lists that was read so far, and its tokens. */
struct match {
	enum lexicon_kind kind;
	uint32_t tokens;
};

/* What was read until now, `tokens` of them, whose marks are `at`: whether more
 * may follow. */
static inline bool
read_on(struct match *m, const struct lexicon_marks *at, uint64_t hash,
    uint32_t tokens)
{
	uint64_t bits = lexicon_bits(hash);
	enum lexicon_kind kind = LEXICON_NONE;

	if (lexicon_has(at->ends, bits))
		kind = kind_of(hash);
	if (kind != LEXICON_NONE)
		*m = (struct match){kind, tokens};
	return lexicon_has(at->goes_on, bits);
}

/* The longest phrase that the `n` tokens begin with. */
static struct match
phrase_at(const uint64_t *words, uint32_t n)
{
	uint64_t hash = lexicon_step(0, words[0]);
	const struct lexicon_marks *at =
	    &lexicon_firsts[lexicon_firsts_at(hash)];
	struct match m = {0};

	for (uint32_t i = 1; read_on(&m, at, hash, i) && i < n; i++) {
		hash = lexicon_step(hash, words[i]);
		at = &lexicon_others[lexicon_others_at(hash)];
	}
	return m;
}

/* Whether a stem may begin a word of `n` points: one look and one branch for
 * all that can be, as none can be foretold. */
static inline bool
may_begin(const uint32_t *points, uint32_t n, uint32_t least, uint64_t begun)
{
	const struct lexicon_marks *start =
	    &lexicon_starts[lexicon_starts_at(begun)];
	uint64_t ends = lexicon_starts_bits(begun);
	uint64_t next =
	    lexicon_starts_bits(lexicon_begin_longer(begun, points[least]));
	unsigned may = lexicon_has(start->ends, ends);

	may |= lexicon_has(start->goes_on, next);
	return may & (n >= least);
}

/* The longest stem that a word of `n` points begins with. */
static inline struct match
stem_at(const uint32_t *points, uint32_t n)
{
	uint32_t least = lexicon_stem_least(points), i = least;
	uint64_t begun = lexicon_begin(points, least), hash;
	struct match m = {0};

	if (!may_begin(points, n, least, begun))
		return m;
	hash = lexicon_step(begun, 0);
	while (read_on(&m, &lexicon_others[lexicon_others_at(hash)], hash, 1) &&
	       i < n)
		hash = lexicon_step(hash, points[i++]);
	return m;
}

enum lexicon_kind
lexicon_walk(struct lexicon_walk *w)
{
	const struct text *t = w->text;

	for (uint32_t at = w->end; at < t->n_tokens; at++) {
		const struct token *word = &t->tokens[at];
		struct match m = phrase_at(w->words + at, t->n_tokens - at);

		if (m.kind == LEXICON_NONE)
			m = stem_at(
			    t->points + word->first, word->last - word->first);
		if (m.kind == LEXICON_NONE)
			continue;
		w->token = at;
		w->end = at + m.tokens;
		return m.kind;
	}
	w->end = t->n_tokens;
	return LEXICON_NONE;
}
