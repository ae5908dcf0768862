#include "lexicon.h"

#include "lexicon_table.h"

/* enum lexicon_mark of what is read so far. */
static inline unsigned
marks_of(uint64_t hash)
{
	return lexicon_marks[lexicon_marks_at(hash)] >>
		   lexicon_marks_shift(hash) &
	       (LEXICON_GOES_ON | LEXICON_ENDS);
}

static enum lexicon_kind
kind_of(uint64_t hash)
{
	size_t at = lexicon_place(hash);

	while (lexicon_cells[at] != 0 && !lexicon_is(lexicon_cells[at], hash))
		at = lexicon_place_after(at);
	return lexicon_kind_of(lexicon_cells[at]);
}

/* The longest phrase that the `n` tokens begin with, and its tokens. */
static enum lexicon_kind
look(const uint64_t *words, uint32_t n, uint32_t *length)
{
	enum lexicon_kind longest = LEXICON_NONE;
	unsigned marks = LEXICON_GOES_ON;
	uint64_t hash = 0;

	for (uint32_t i = 0; i < n && marks & LEXICON_GOES_ON; i++) {
		enum lexicon_kind kind = LEXICON_NONE;

		hash = lexicon_step(hash, words[i]);
		marks = marks_of(hash);
		if (marks & LEXICON_ENDS)
			kind = kind_of(hash);
		if (kind != LEXICON_NONE) {
			longest = kind;
			*length = i + 1;
		}
	}
	return longest;
}

enum lexicon_kind
lexicon_walk(struct lexicon_walk *w)
{
	for (uint32_t at = w->end; at < w->n; at++) {
		uint32_t length = 0;
		enum lexicon_kind kind =
		    look(w->words + at, w->n - at, &length);

		if (kind == LEXICON_NONE)
			continue;
		w->token = at;
		w->end = at + length;
		return kind;
	}
	w->end = w->n;
	return LEXICON_NONE;
}
