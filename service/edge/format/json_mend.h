/*
 * Escapes in JSON that stand for no character: NUL, and half of a pair of
 * surrogates. Readers refuse the whole text for one, as JSON they are; where
 * a stranger wrote what is in it, that would be his way not to be judged.
 * Looks at escapes alone, and makes nothing else of what is not JSON.
 */
#ifndef EDGE_JSON_MEND_H
#define EDGE_JSON_MEND_H

#include "../../core/arena.h"
#include "../../core/span.h"

/*
 * Makes each of them \ufffd, which is as long, in a copy in `a`; a text
 * without stays as it is. 0, or -1: the arena is full.
 */
int json_mend(struct span *text, struct arena *a);

#endif
