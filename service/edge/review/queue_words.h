/*
 * What people type into a search box, as a query of FTS5 that cannot fail:
 * words that must all be there, "words in a row", and with a * at the end
 * words that begin so. In scripts without blanks between words all do.
 */
#ifndef EDGE_QUEUE_WORDS_H
#define EDGE_QUEUE_WORDS_H

#include "../../core/arena.h"
#include "../../core/span.h"

enum { QUEUE_WORDS_BYTES_MAX = 512 };

/*
 * The query for `typed`, valid UTF-8, in `a`; p NULL: the arena is full. What
 * has no words in it gives one that finds nothing.
 */
struct span queue_words(struct span typed, struct arena *a);

#endif
