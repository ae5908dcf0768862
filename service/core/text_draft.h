/*
 * A text in the making, between the stages of text.c: its glyphs. Stages work
 * in place: what they write never overtakes what they read.
 */
#ifndef CORE_TEXT_DRAFT_H
#define CORE_TEXT_DRAFT_H

#include <stdbool.h>

#include "arena.h"
#include "bits.h"
#include "comment.h"
#include "text.h"
#include "text_glyphs.h"
#include "unicode.h"

/*
 * Glyphs beyond one a byte: half for decoding, half in front for marks. In
 * front of the first glyph is an edge, and behind the last one so many spaces
 * that 16 can be read at once.
 */
enum {
	DRAFT_SPARE = 64,
	DRAFT_FRONT = 1,
	DRAFT_BEHIND = BITS + 1,
	DRAFT_ROOM = DRAFT_FRONT + DRAFT_SPARE + DRAFT_BEHIND, /* all of it */
};

struct draft {
	struct span source;
	struct glyphs glyphs; /* DRAFT_SPARE / 2 free ones in front of it */
	uint32_t n;
	struct text_counts *counts;
	uint8_t flags; /* of the glyphs to come */
	bool foreign;  /* there may be scripts other than Latin */
	uint32_t wide; /* letters of full width, counted as styled */
};

/* Reads the whole source: UTF-8, tags, entities, fold, white space. */
void draft_decode(struct draft *d, enum comment_format format);

/* Joins letters that stand apart: "v i a g r a", "v.i.a.g.r.a". */
void draft_join(struct draft *d);

/*
 * Finds links, mail addresses and telephone numbers, marks them, turns a
 * link into its words and fills in t's links. Their hosts go to `hosts`,
 * which must take as many bytes as draft_host_bytes says, and t->further as
 * many as draft_further_most says.
 */
void draft_link(struct draft *d, struct text *t, char *hosts);

/* The bytes that the hosts of the links in `source_bytes` may need. */
size_t draft_host_bytes(size_t source_bytes);

/* How many of these there may be beyond TEXT_LINKS_MAX. */
size_t draft_further_most(size_t source_bytes);

/*
 * Turns digits and signs that stand for letters into these: "v1agra",
 * "fr33"; all of them in a text that is full of it.
 */
void draft_undo(struct draft *d);

/*
 * Cuts the draft into tokens, at most d->n of them, squeezing repeats: what is
 * left of the points and their ranges is the text's.
 */
void draft_tokens(struct draft *d, struct token *tokens, struct text *t);

/* The same for texts without repeats and ideographs; else false, undone. */
bool draft_tokens_plain(struct draft *d, struct token *tokens, struct text *t);

/* The same for any text. */
void draft_tokens_squeezed(
    struct draft *d, struct token *tokens, struct text *t);

/* The word of glyphs [first, end) as a token; counts it if scripts mix. */
struct token draft_word(const struct draft *d, uint32_t first, uint32_t end);

/* Puts what follows the last glyph there. */
void draft_close(struct draft *d);

/* The code point of the glyph at `i`; 0: there is none. */
static inline uint32_t
glyph_cp(const struct draft *d, uint32_t i)
{
	return i < d->n ? d->glyphs.cps[i] : 0;
}

static inline bool
glyph_is(const struct draft *d, uint32_t i, unsigned class_mask)
{
	return (d->glyphs.classes[i] & class_mask) != 0;
}

enum { GLYPH_WORD = UNICODE_LETTER | UNICODE_DIGIT | UNICODE_MARK };

static inline bool
glyph_is_word(const struct draft *d, uint32_t i)
{
	return glyph_is(d, i, GLYPH_WORD);
}

/* Whether the script of the glyph at `i` has upper and lower case. */
static inline bool
glyph_is_cased(const struct draft *d, uint32_t i)
{
	uint8_t script = d->glyphs.scripts[i];

	return d->glyphs.cps[i] < 0x80 || script == UNICODE_LATIN ||
	       script == UNICODE_CYRILLIC || script == UNICODE_GREEK ||
	       script == UNICODE_ARMENIAN;
}

#endif
