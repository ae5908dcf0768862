/*
 * ASCII, which most texts are of: what unicode.h says of it, by comparing
 * instead of by tables, and so of 16 characters at once.
 */
#ifndef CORE_TEXT_ASCII_H
#define CORE_TEXT_ASCII_H

#include "text_draft.h"

/* What the ASCII character `c` becomes, wherever it is from. */
struct glyph ascii_glyph(unsigned char c);

/*
 * Puts the ASCII that the source goes on with at `at`, words with single
 * blanks between, but what could begin a tag or an entity. Where that ends.
 */
size_t draft_ascii(struct draft *d, size_t at);

#endif
