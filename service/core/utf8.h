/*
 * UTF-8 in and out (RFC 3629). Anything else becomes U+FFFD, one per maximal
 * bad sequence as in the Unicode Standard §3.9, so that reading never fails.
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

enum { UTF8_REPLACEMENT = 0xFFFD };

/*
 * Reads one code point at s.p[at], at < s.n; returns the bytes it took, 1 to
 * 4. A bad sequence gives U+FFFD and sets *bad.
 */
size_t utf8_read(struct span s, size_t at, uint32_t *cp, bool *bad);

/* Whether all of `s` is valid UTF-8. */
bool utf8_valid(struct span s);

/* Writes `cp` (a Unicode scalar value) and returns the bytes written, 1-4. */
size_t utf8_write(uint32_t cp, char out[4]);

/* The longest prefix of `s` of at most `bytes` that cuts no code point. */
struct span utf8_prefix(struct span s, size_t bytes);

#endif
