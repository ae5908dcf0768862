/*
 * Host names in a draft, also written as "site . com", "site[.]com" or
 * "site (dot) com", and whether one that nothing announces is meant as such.
 * The Public Suffix List (libpsl) says which last labels there are.
 */
#ifndef CORE_TEXT_HOST_H
#define CORE_TEXT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "text_draft.h"

enum { HOST_BYTES_MAX = 253 }; /* RFC 1035, without the last dot */

/* A host's glyphs [first, end) of the draft. */
struct host {
	uint32_t first, end;
	uint32_t last_label; /* the glyph it begins with */
	uint32_t labels;
	bool spaced; /* a dot of it is not written as just that */
};

/* Whether a glyph can be part of a label: letters, digits, '-', '_'. */
static inline bool
host_has(const struct draft *d, uint32_t i)
{
	return (d->glyphs.flags[i] & GLYPH_LABEL) != 0;
}

/* The end of the label that begins at glyph `at`. */
uint32_t host_label_end(const struct draft *d, uint32_t at);

/* The end of the dot, however written, that begins at glyph `at`. */
uint32_t host_dot_end(const struct draft *d, uint32_t at);

/*
 * Where the host begins after a scheme at glyph `at`; 0: there is none. Sets
 * *spaced if blanks are within, as in "h t t p : / /" once it is joined.
 */
uint32_t host_scheme_end(const struct draft *d, uint32_t at, bool *spaced);

/* The longest host that begins at glyph `at`; labels is 0 if none does. */
struct host host_read(const struct draft *d, uint32_t at);

/*
 * Writes the host as UTF-8 with a NUL behind it and returns its bytes, 0
 * when there are more than HOST_BYTES_MAX.
 */
uint32_t host_write(
    const struct draft *d, const struct host *h, char out[HOST_BYTES_MAX + 1]);

/*
 * Whether a host without scheme is one: "shop.example.com" is, "end.Next",
 * "ok.so" and "file.py" are not. `has_path`: a path follows it.
 */
bool host_is_meant(const struct draft *d, const struct host *h, bool has_path);

/* Where the registrable domain of a host of host_write begins in it. */
uint32_t host_domain(const char *host);

#endif
