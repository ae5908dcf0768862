/*
 * What stands in a tag behind its name, split as browsers do. Says what of it
 * counts: addresses, and words that readers see, or may see where a tag is
 * shown as it was typed. Knows which attributes HTML and BBCode have; what is
 * none is words. Nothing of elements, references and code points.
 */
#ifndef CORE_ATTRIBUTES_H
#define CORE_ATTRIBUTES_H

#include <stdbool.h>

#include "span.h"

/* Attributes on their way; `rest` is yet to be read. */
struct attributes {
	struct span rest;
	unsigned spare; /* words that may go unread, and gaps between them, as
			 * in "1px solid black" */
	bool is_told;   /* more is unknown than can be spared: a sentence */
};

/* One that counts. */
struct attribute {
	struct span read; /* an address, or words; never empty */
	bool is_link;
};

/* Where the name of an element that goes on at `at` ends: its attributes begin
 * there, at a stop, or at s.n. */
size_t attributes_begin(struct span s, size_t at);

/* Where the attributes from `at` on end: at a '>' or '<' that is not quoted,
 * or at s.n, which may be in a quote that nothing closes. */
size_t attributes_end(struct span s, size_t at);

/* Whether `rest`, behind the name of an element, begins with attributes or the
 * end of a tag, and not with a sentence: a <b and c> d. */
bool attributes_may_be(struct span rest);

/* Begins to read `rest`, of which `spare` words may go unread. */
struct attributes attributes_of(struct span rest, unsigned spare);

/* The next that counts, in the order of the source; false: no more. Reading
 * all is linear. */
bool attributes_next(struct attributes *a, struct attribute *out);

#endif
