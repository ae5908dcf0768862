#include "charset.h"

#include "../../core/utf8.h"

enum { UTF8_BYTES_MAX = 4 };

/* Bytes 0x80 to 0x9F; the five that are undefined are controls (WHATWG). */
static const uint16_t windows_1252[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E,
    0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
    0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178};

enum charset
charset_named(struct span name)
{
	static const char *const western[] = {"iso-8859-1", "iso8859-1",
	    "iso_8859-1", "latin1", "latin-1", "windows-1252", "cp1252",
	    "us-ascii", "ascii"};

	for (size_t i = 0; i < sizeof(western) / sizeof(western[0]); i++)
		if (span_is(name, western[i]))
			return CHARSET_WINDOWS_1252;
	return CHARSET_UTF8;
}

static size_t
read_point(struct span s, size_t at, enum charset charset, uint32_t *cp)
{
	unsigned char byte = (unsigned char)s.p[at];
	bool bad;

	if (charset == CHARSET_UTF8)
		return utf8_read(s, at, cp, &bad);
	*cp = byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
	return 1;
}

struct span
charset_read(struct span s, enum charset charset, size_t bytes, struct arena *a)
{
	struct span out = utf8_prefix(s, bytes);
	size_t n = 0, used = a->used;
	char *p;

	if (charset == CHARSET_UTF8 && utf8_valid(out))
		return out.p != NULL ? out : span_of("");
	p = arena_alloc(a, bytes + UTF8_BYTES_MAX);
	if (p == NULL)
		return (struct span){NULL, 0};
	for (size_t at = 0; at < s.n && n <= bytes;) {
		uint32_t cp;

		at += read_point(s, at, charset, &cp);
		n += utf8_write(cp, p + n);
	}
	out = utf8_prefix((struct span){p, n}, bytes);
	arena_rewind(a, used);
	return (struct span){arena_alloc(a, out.n), out.n};
}
