#include "told.h"

#include <stdlib.h>

#include "../service/core/utf8.h"

struct span
told_valid(struct span s, struct pool *pool, bool *bad)
{
	if (utf8_valid(s))
		return s;
	size_t n = 0;
	char *out = memory_new(s.n, 4); /* no code point is longer */
	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		at += utf8_read(s, at, &cp, bad);
		n += utf8_write(cp, out + n);
	}
	struct span valid = pool_copy(pool, (struct span){out, n});
	free(out);
	return valid;
}

json_t *
told_json(const char *s)
{
	struct pool pool = {0};
	bool bad = false;
	struct span valid = told_valid(span_of(s), &pool, &bad);
	json_t *told = json_stringn(valid.p, valid.n);
	pool_release(&pool);
	return told;
}

/* C0, DEL and C1. */
static bool
is_obeyed(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

/* The first code points: how many there were. */
static size_t
print_first(FILE *to, struct span s, size_t most)
{
	size_t n = 0;
	for (size_t at = 0; at < s.n && n < most; n++) {
		char bytes[4];
		uint32_t cp;
		bool bad = false;
		at += utf8_read(s, at, &cp, &bad);
		size_t written = utf8_write(is_obeyed(cp) ? ' ' : cp, bytes);
		fwrite(bytes, 1, written, to);
	}
	return n;
}

void
told_print(FILE *to, struct span s)
{
	print_first(to, s, s.n);
}

void
told_print_column(FILE *to, struct span s, size_t width)
{
	for (size_t n = print_first(to, s, width); n < width; n++)
		putc(' ', to);
}
