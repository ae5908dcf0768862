/*
 * A text in the making, between the stages of text.c: one glyph a code
 * point, with what later stages still need to know of its source. Stages
 * work in place: what they write never overtakes what they read.
 */
#ifndef CORE_TEXT_DRAFT_H
#define CORE_TEXT_DRAFT_H

#include <stdbool.h>

#include "arena.h"
#include "comment.h"
#include "text.h"
#include "unicode.h"

enum {
	GLYPH_WIDE = 1 << 0,     /* a space that was two or more */
	GLYPH_JOINED = 1 << 1,   /* stood apart from its neighbours */
	GLYPH_MARKUP = 1 << 2,   /* out of an attribute, not text itself */
	GLYPH_VERBATIM = 1 << 3, /* of an address: not to be squeezed */
	GLYPH_LABEL = 1 << 4,    /* can be part of a host name's label */
	/* a digit, a sign or letter that may be of an address or a number, or
	 * stand for a letter: where there is none, stages have nothing to do */
	GLYPH_TELLING = 1 << 5,
};

struct glyph {
	uint32_t cp;            /* folded, or a mark of text.h */
	struct text_range from; /* bytes of the source */
	uint8_t class_mask;     /* of cp, but UNICODE_UPPER of the source */
	uint8_t script;         /* of the source */
	uint8_t flags;
};

/* Glyphs beyond one a byte: half for decoding, half in front for marks. */
enum { DRAFT_SPARE = 64 };

struct draft {
	struct span source;
	struct glyph *glyphs; /* DRAFT_SPARE / 2 free ones in front of it */
	uint32_t n;
	struct text_counts *counts;
	uint8_t flags; /* of the glyphs to come */
};

/* Reads the whole source: UTF-8, tags, entities, fold, white space. */
void draft_decode(struct draft *d, enum comment_format format);

/* Joins letters that stand apart: "v i a g r a", "v.i.a.g.r.a". */
void draft_join(struct draft *d);

/*
 * Finds links, mail addresses and telephone numbers, marks them, turns a
 * link into its words and fills in t's links. Their hosts go to `hosts`,
 * which must take as many bytes as draft_host_bytes says.
 */
void draft_link(struct draft *d, struct text *t, char *hosts);

/* The bytes that the hosts of the links in `source_bytes` may need. */
size_t draft_host_bytes(size_t source_bytes);

/*
 * Turns digits and signs that stand for letters into these: "v1agra",
 * "fr33"; all of them in a text that is full of it.
 */
void draft_undo(struct draft *d);

/*
 * Cuts the draft into tokens, squeezing repeats, and writes the points, their
 * ranges and the tokens, at most d->n of each.
 */
void draft_tokens(const struct draft *d, uint32_t *points,
    struct text_range *ranges, struct token *tokens, struct text *t);

static inline bool
glyph_is(const struct glyph *g, unsigned class_mask)
{
	return (g->class_mask & class_mask) != 0;
}

static inline bool
glyph_is_word(const struct glyph *g)
{
	return glyph_is(g, UNICODE_LETTER | UNICODE_DIGIT | UNICODE_MARK);
}

/* Whether the script of `g` has upper and lower case. */
static inline bool
glyph_is_cased(const struct glyph *g)
{
	return g->cp < 0x80 || g->script == UNICODE_LATIN ||
	       g->script == UNICODE_CYRILLIC || g->script == UNICODE_GREEK ||
	       g->script == UNICODE_ARMENIAN;
}

#endif
