#include "punycode.h"

/* RFC 3492 section 5 */
enum {
	BASE = 36,
	T_MIN = 1,
	T_MAX = 26,
	SKEW = 38,
	DAMP = 700,
	BIAS = 72,
	FIRST = 0x80,
	LAST = 0x10ffff,
};

static uint32_t
digit_of(char c)
{
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a');
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	return c >= '0' && c <= '9' ? (uint32_t)(c - '0') + 26 : BASE;
}

static uint32_t
adapt(uint32_t delta, uint32_t points, int first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	if (k <= bias)
		return T_MIN;
	return k >= bias + T_MAX ? T_MAX : k - bias;
}

/* The number of variable length at *at; UINT32_MAX: there is none. */
static uint32_t
read_delta(struct span s, size_t *at, uint32_t bias)
{
	uint64_t value = 0, weight = 1;

	for (uint32_t k = BASE; *at < s.n; k += BASE) {
		uint32_t digit = digit_of(s.p[(*at)++]);
		uint32_t t = threshold(k, bias);

		value += digit * weight;
		if (digit == BASE || value >= UINT32_MAX)
			return UINT32_MAX;
		if (digit < t)
			return (uint32_t)value;
		weight *= BASE - t;
		if (weight > UINT32_MAX)
			return UINT32_MAX;
	}
	return UINT32_MAX;
}

/* How many bytes before the last '-' stand for themselves; UINT32_MAX: some
 * cannot, being no ASCII. */
static uint32_t
copy_basic(struct span s, uint32_t out[PUNYCODE_POINTS_MAX])
{
	uint32_t n = (uint32_t)s.n;

	while (n > 0 && s.p[n - 1] != '-')
		n--;
	n -= n > 0;
	for (uint32_t i = 0; i < n; i++) {
		out[i] = (unsigned char)s.p[i];
		if (out[i] >= FIRST)
			return UINT32_MAX;
	}
	return n;
}

uint32_t
punycode_decode(struct span s, uint32_t out[PUNYCODE_POINTS_MAX])
{
	uint32_t n, i = 0, bias = BIAS;
	uint64_t point = FIRST;
	size_t at;

	if (s.n > PUNYCODE_POINTS_MAX)
		return 0;
	n = copy_basic(s, out);
	if (n == UINT32_MAX)
		return 0;
	at = n > 0 ? n + 1 : 0;
	while (at < s.n && n < PUNYCODE_POINTS_MAX) {
		uint32_t delta = read_delta(s, &at, bias);
		uint64_t place = (uint64_t)i + delta;

		if (delta == UINT32_MAX)
			return 0;
		bias = adapt(delta, n + 1, i == 0 && point == FIRST);
		point += place / (n + 1);
		i = (uint32_t)(place % (n + 1));
		if (point > LAST || (point >= 0xd800 && point < 0xe000))
			return 0;
		memmove(&out[i + 1], &out[i], (n - i) * sizeof(*out));
		out[i++] = (uint32_t)point;
		n++;
	}
	return at == s.n ? n : 0;
}
