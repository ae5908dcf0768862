/*
 * Labels of internationalised host names: from the ASCII of "xn--" (RFC 3492)
 * to code points. Knows no host names, and not what it decodes.
 */
#ifndef CORE_PUNYCODE_H
#define CORE_PUNYCODE_H

#include <stdint.h>

#include "span.h"

enum { PUNYCODE_POINTS_MAX = 63 }; /* a label has no more bytes */

/*
 * Decodes what follows "xn--" in a label and returns how many points there
 * are, 0 when it is not Punycode of Unicode scalar values.
 */
uint32_t punycode_decode(struct span label, uint32_t out[PUNYCODE_POINTS_MAX]);

#endif
