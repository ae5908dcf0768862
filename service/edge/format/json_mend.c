#include "json_mend.h"

#include <stdbool.h>
#include <stdint.h>

#include "../../core/escape.h"

enum {
	SURROGATES = 0xD800,
	LOW = 0xDC00, /* those from here on are the second of a pair */
	BEHIND = 0xE000,
};

/* Bytes of the escape at `at`, and whether it stands for no character. */
static size_t
read_escape(struct span s, size_t at, bool *none)
{
	int32_t unit = escape_unit(s, at), next;

	*none = unit == 0 || (unit >= SURROGATES && unit < BEHIND);
	if (unit < 0)
		return 2;
	if (unit < SURROGATES || unit >= LOW)
		return ESCAPE_UNIT_BYTES;
	next = escape_unit(s, at + ESCAPE_UNIT_BYTES);
	if (next < LOW || next >= BEHIND)
		return ESCAPE_UNIT_BYTES;
	*none = false;
	return 2 * (size_t)ESCAPE_UNIT_BYTES;
}

/*
 * The first escape from `at` on that stands for no character, or s.n. Each
 * is passed as a whole, so that the second of two backslashes begins none.
 */
static size_t
next_none(struct span s, size_t at)
{
	while (at < s.n) {
		const char *slash = memchr(s.p + at, '\\', s.n - at);
		bool none;
		size_t n;

		if (slash == NULL)
			break;
		at = (size_t)(slash - s.p);
		n = read_escape(s, at, &none);
		if (none)
			return at;
		at += n;
	}
	return s.n;
}

int
json_mend(struct span *text, struct arena *a)
{
	static const char replacement[] = "\\ufffd";
	size_t at = next_none(*text, 0);
	char *copy;

	if (at == text->n)
		return 0;
	copy = arena_alloc(a, text->n);
	if (copy == NULL)
		return -1;
	memcpy(copy, text->p, text->n);
	for (; at < text->n; at = next_none(*text, at + ESCAPE_UNIT_BYTES))
		memcpy(copy + at, replacement, ESCAPE_UNIT_BYTES);
	text->p = copy;
	return 0;
}
