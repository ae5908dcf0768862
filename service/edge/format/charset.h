/*
 * Text in the charset that a client names, as UTF-8. Of charsets other than
 * UTF-8 it knows windows-1252, which is what ISO-8859-1 and ASCII mean on the
 * web (WHATWG Encoding Standard); text in any other is read as UTF-8.
 */
#ifndef EDGE_CHARSET_H
#define EDGE_CHARSET_H

#include "../../core/arena.h"
#include "../../core/span.h"

enum charset { CHARSET_UTF8, CHARSET_WINDOWS_1252 };

enum charset charset_named(struct span name);

/*
 * `s` as valid UTF-8 of at most `bytes` bytes, cut between code points; what
 * is not text becomes U+FFFD. Borrowed from `s` where nothing changes, else in
 * `a`; p NULL: the arena is full.
 */
struct span charset_read(
    struct span s, enum charset charset, size_t bytes, struct arena *a);

#endif
