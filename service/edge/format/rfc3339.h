/*
 * Times as text, RFC 3339, to the millisecond.
 */
#ifndef EDGE_RFC3339_H
#define EDGE_RFC3339_H

#include <stdint.h>

#include "../../core/span.h"

enum { RFC3339_BYTES = sizeof("2026-11-25T21:34:00.123Z") };

/*
 * Reads a date and time from year 1970 to 9999 with `Z` or an offset, and
 * any fraction of a second, into Unix milliseconds: 0, or -1.
 */
int rfc3339_read(struct span s, int64_t *ms);

/*
 * The same where offset, or time of day and offset, may be missing, as in ISO
 * 8601: it is UTC, and midnight.
 */
int rfc3339_read_partial(struct span s, int64_t *ms);

/* Writes `ms` in UTC, NUL-terminated. */
void rfc3339_write(int64_t ms, char out[RFC3339_BYTES]);

#endif
