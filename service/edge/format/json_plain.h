/*
 * What a string of JSON holds as it is, looked through eight bytes at a time:
 * all but controls, quotation marks and backslashes.
 */
#ifndef EDGE_JSON_PLAIN_H
#define EDGE_JSON_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* `b` in each byte of a word. */
static inline uint64_t
json_plain_all(unsigned char b)
{
	return UINT64_MAX / 255 * b;
}

/*
 * Whether one of eight bytes is not plain. A byte below the one subtracted
 * borrows into its high bit; those that had it before do not count.
 */
static inline bool
json_plain_ends(uint64_t word)
{
	const uint64_t one = json_plain_all(1);
	uint64_t quote = word ^ json_plain_all('"');
	uint64_t escape = word ^ json_plain_all('\\');

	return (((word - json_plain_all(' ')) & ~word) |
		   ((quote - one) & ~quote) | ((escape - one) & ~escape)) &
	       json_plain_all(0x80);
}

/* The first byte of [p, end) that is not plain, or `end`. */
static inline const char *
json_plain_end(const char *p, const char *end)
{
	uint64_t word;

	for (; end - p >= (ptrdiff_t)sizeof(word); p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		if (json_plain_ends(word))
			break;
	}
	while (p < end && (unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
