/*
 * Hexadecimal digits, and escapes by them: those of addresses (URL Standard)
 * and of JSON (RFC 8259).
 */
#ifndef CORE_ESCAPE_H
#define CORE_ESCAPE_H

#include <stdint.h>

#include "span.h"

enum {
	ESCAPE_PERCENT_BYTES = 3, /* %XX */
	ESCAPE_UNIT_BYTES = 6,    /* \uXXXX */
};

/* What a hexadecimal digit stands for; -1: it is none. */
static inline int
escape_digit(char c)
{
	char letter = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Bytes as hexadecimal digits, NUL-terminated. */
static inline void
escape_hex(char *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < 2 * n; i++)
		out[i] = digits[bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	out[2 * n] = '\0';
}

/* The byte that a %XX at s.p[at] stands for; -1: there is none. */
static inline int
escape_percent(struct span s, size_t at)
{
	int high, low;

	if (s.n - at < ESCAPE_PERCENT_BYTES || s.p[at] != '%')
		return -1;
	high = escape_digit(s.p[at + 1]);
	low = escape_digit(s.p[at + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* The UTF-16 unit that a \uXXXX at s.p[at] stands for; -1: there is none. */
static inline int32_t
escape_unit(struct span s, size_t at)
{
	int32_t unit = 0;

	if (s.n - at < ESCAPE_UNIT_BYTES || s.p[at] != '\\' ||
	    s.p[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + ESCAPE_UNIT_BYTES; i++) {
		int digit = escape_digit(s.p[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

#endif
