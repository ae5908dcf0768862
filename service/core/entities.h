/*
 * HTML character references: the named ones of HTML 4 and those of HTML 5
 * for ASCII, blanks and what does not show, which end in a semicolon, and
 * numeric ones, which need not.
 */
#ifndef CORE_ENTITIES_H
#define CORE_ENTITIES_H

#include <stdint.h>

#include "span.h"

/*
 * Reads the reference whose '&' is s.p[at] into *cp and returns the bytes it
 * took, 0 when there is none. A number that is no Unicode scalar value gives
 * U+FFFD. Looks at a bounded number of bytes beyond those it takes.
 */
size_t entity_read(struct span s, size_t at, uint32_t *cp);

#endif
