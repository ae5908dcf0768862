/*
 * Glyphs of a text in the making: one a code point, with what later stages
 * still need to know of its source. They lie in columns, so that a stage that
 * finds nothing to do has asked 16 at a time (bits.h), and only the column
 * that says so.
 */
#ifndef CORE_TEXT_GLYPHS_H
#define CORE_TEXT_GLYPHS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

enum {
	GLYPH_WIDE = 1 << 0,     /* a space that was two or more */
	GLYPH_JOINED = 1 << 1,   /* stood apart from its neighbours */
	GLYPH_MARKUP = 1 << 2,   /* out of an attribute, not text itself */
	GLYPH_VERBATIM = 1 << 3, /* of an address: not to be squeezed */
	GLYPH_LABEL = 1 << 4,    /* can be part of a host name's label */
	GLYPH_APOSTROPHE = 1 << 5,
	/* where there is none of these, stages have nothing to do: */
	GLYPH_TELLING = 1 << 6, /* may be of an address or a number */
	GLYPH_POSING = 1 << 7, /* a digit or sign that may stand for a letter */
};

struct glyph {
	uint32_t cp;            /* folded, or a mark of text.h */
	struct text_range from; /* bytes of the source */
	uint8_t class_mask;     /* of cp, but UNICODE_UPPER of the source */
	uint8_t script;         /* of the source */
	uint8_t flags;
};

/* Glyphs, a column for each field. */
struct glyphs {
	uint32_t *cps;
	struct text_range *from;
	uint8_t *classes, *scripts, *flags;
};

static inline struct glyphs
glyphs_from(struct glyphs g, ptrdiff_t by)
{
	return (struct glyphs){g.cps + by, g.from + by, g.classes + by,
	    g.scripts + by, g.flags + by};
}

static inline void
glyph_put(struct glyphs g, uint32_t i, struct glyph one)
{
	g.cps[i] = one.cp;
	g.from[i] = one.from;
	g.classes[i] = one.class_mask;
	g.scripts[i] = one.script;
	g.flags[i] = one.flags;
}

static inline struct glyph
glyph_at(struct glyphs g, uint32_t i)
{
	return (struct glyph){
	    g.cps[i], g.from[i], g.classes[i], g.scripts[i], g.flags[i]};
}

/* Moves the first `n` glyphs of `from` to `to`, which may overlap. */
static inline void
glyphs_move(struct glyphs to, struct glyphs from, uint32_t n)
{
	memmove(to.cps, from.cps, n * sizeof *to.cps);
	memmove(to.from, from.from, n * sizeof *to.from);
	memmove(to.classes, from.classes, n);
	memmove(to.scripts, from.scripts, n);
	memmove(to.flags, from.flags, n);
}

#endif
