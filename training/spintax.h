/*
 * Text templates: {a|b} is one of its alternatives, which may nest, <name>
 * is a line of the list of that name, \n a line break, and a backslash
 * before any other character that character itself.
 */
#ifndef TRAINING_SPINTAX_H
#define TRAINING_SPINTAX_H

#include "../service/core/span.h"
#include "random.h"

/* Where <name> gets its lines from. */
struct spintax_lists {
	/* The template to put for `name`; p NULL: there is no such list. */
	struct span (*pick)(
	    void *context, struct span name, struct random *random);
	void *context;
};

/* NULL, or what is wrong with the template. */
const char *spintax_fault(struct span template);

/*
 * One text of a template without fault, NUL-terminated; free it. Lists that
 * are not there, or that nest over eight deep, give nothing.
 */
char *spintax_expand(struct span template, const struct spintax_lists *lists,
    struct random *random);

#endif
