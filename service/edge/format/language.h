/*
 * Which language a text is in, when that can be said: of short, mixed or
 * unusual texts it cannot. Reads letters as they were written, before any
 * folding, and no links; what CLD2 makes of them (language_cld2.cc) only
 * counts when it is sure of nearly all.
 */
#ifndef EDGE_LANGUAGE_H
#define EDGE_LANGUAGE_H

#include "../../core/text.h"

/* ISO 639: two letters, three where there are no two; and the NUL. */
enum { LANGUAGE_BYTES = 4 };

/* How ISO 639 calls one that is not known. */
#define LANGUAGE_UNKNOWN "und"

/*
 * The code of the language; empty: it cannot be told. 0, or -1: no memory to
 * tell. Any thread.
 */
int language_of(const struct text *t, char out[LANGUAGE_BYTES]);

/* Whether it looks like such a code. */
bool language_is_code(struct span s);

#endif
