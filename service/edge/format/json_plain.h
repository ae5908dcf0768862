/*
 * What a string of JSON holds as it is, looked through 16 bytes at a time:
 * all but controls, quotation marks and backslashes.
 */
#ifndef EDGE_JSON_PLAIN_H
#define EDGE_JSON_PLAIN_H

#include "../../core/bits.h"

/* Which of 16 bytes are not plain. */
static inline uint32_t
json_plain_marks(const char *p)
{
	uint8_t marks[BITS];

	for (int i = 0; i < BITS; i++) {
		unsigned char c = (unsigned char)p[i];

		marks[i] = c < ' ' || c == '"' || c == '\\' ? 0xFF : 0;
	}
	return bits_gather(marks);
}

/* The first byte of [p, end) that is not plain, or `end`. */
static inline const char *
json_plain_end(const char *p, const char *end)
{
	const char *from = p;
	uint32_t marks;

	for (; end - p >= BITS; p += BITS) {
		marks = json_plain_marks(p);
		if (marks != 0)
			return p + bits_lowest(marks);
	}
	if (p < end && end - from >= BITS) { /* some of it once more */
		marks = json_plain_marks(end - BITS);
		return marks != 0 ? end - BITS + bits_lowest(marks) : end;
	}
	while (p < end && (unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
