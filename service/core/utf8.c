#include "utf8.h"

/* What a lead byte allows: how many bytes follow, and the first's range. */
struct lead {
	uint8_t follow, low, high;
};

static struct lead
lead_of(unsigned char b)
{
	if (b < 0xC2 || b > 0xF4)
		return (struct lead){0, 0, 0};
	if (b < 0xE0)
		return (struct lead){1, 0x80, 0xBF};
	if (b < 0xF0) /* no overlong forms, no surrogates */
		return (struct lead){
		    2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF};
	return (struct lead){
	    3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF};
}

size_t
utf8_read(struct span s, size_t at, uint32_t *cp, bool *bad)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	size_t left = s.n - at;
	struct lead lead;
	uint32_t c;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	lead = lead_of(p[0]);
	c = p[0] & (0x3Fu >> lead.follow);
	for (size_t i = 1; i <= lead.follow; i++) {
		if (i >= left || p[i] < lead.low || p[i] > lead.high) {
			*cp = UTF8_REPLACEMENT;
			*bad = true;
			return i;
		}
		c = c << 6 | (p[i] & 0x3F);
		lead.low = 0x80;
		lead.high = 0xBF;
	}
	if (lead.follow == 0) {
		c = UTF8_REPLACEMENT;
		*bad = true;
	}
	*cp = c;
	return 1 + (size_t)lead.follow;
}

/* Past ASCII, eight bytes at a time. */
static size_t
skip_ascii(struct span s, size_t at)
{
	const uint64_t high_bits = UINT64_MAX / 255 * 0x80;
	uint64_t word;

	for (; s.n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		if (word & high_bits)
			break;
	}
	return at;
}

bool
utf8_valid(struct span s)
{
	bool bad = false;
	uint32_t cp;

	for (size_t at = skip_ascii(s, 0); at < s.n && !bad;) {
		at += utf8_read(s, at, &cp, &bad);
		at = skip_ascii(s, at);
	}
	return !bad;
}

size_t
utf8_write(uint32_t cp, char out[4])
{
	unsigned char *o = (unsigned char *)out;

	if (cp < 0x80) {
		o[0] = (unsigned char)cp;
		return 1;
	}
	if (cp < 0x800) {
		o[0] = (unsigned char)(0xC0 | cp >> 6);
		o[1] = 0x80 | (cp & 0x3F);
		return 2;
	}
	if (cp < 0x10000) {
		o[0] = (unsigned char)(0xE0 | cp >> 12);
		o[1] = 0x80 | (cp >> 6 & 0x3F);
		o[2] = 0x80 | (cp & 0x3F);
		return 3;
	}
	o[0] = (unsigned char)(0xF0 | cp >> 18);
	o[1] = 0x80 | (cp >> 12 & 0x3F);
	o[2] = 0x80 | (cp >> 6 & 0x3F);
	o[3] = 0x80 | (cp & 0x3F);
	return 4;
}

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

struct span
utf8_prefix(struct span s, size_t bytes)
{
	if (bytes >= s.n)
		return s;
	/* a code point has at most three bytes after its lead; of others there
	 * may be any number, which begin nothing that could be cut */
	for (size_t back = 1; back <= 3 && back <= bytes; back++) {
		uint32_t cp;
		bool bad;

		if (!is_tail(s.p[bytes - back])) {
			if (utf8_read(s, bytes - back, &cp, &bad) > back)
				bytes -= back;
			break;
		}
	}
	return (struct span){s.p, bytes};
}
