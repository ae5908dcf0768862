/*
 * Any bytes as the label behind "xn--": what is decoded are scalar values,
 * and encoded again, as RFC 3492 says in section 6.3, they are the same label
 * but for the case of its digits.
 */
#include <strings.h>

#include "../../service/core/punycode.h"
#include "input.h"

enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS = 72 };
enum { LABEL_MAX = 1024, FIRST = 0x80 };

struct encoder {
	char out[LABEL_MAX];
	size_t n;
	uint32_t bias;
};

static void
put(struct encoder *e, char c)
{
	require(e->n < LABEL_MAX);
	e->out[e->n++] = c;
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

static void
adapt(struct encoder *e, uint64_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	e->bias = k + (uint32_t)((BASE - T_MIN + 1) * delta / (delta + SKEW));
}

static void
put_delta(struct encoder *e, uint64_t q)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = threshold(k, e->bias);

		if (q < t)
			break;
		put(e, digits[t + (q - t) % (BASE - t)]);
		q = (q - t) / (BASE - t);
	}
	put(e, digits[q]);
}

static uint32_t
least_from(const uint32_t *points, uint32_t n, uint32_t from)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = 0; i < n; i++)
		if (points[i] >= from && points[i] < least)
			least = points[i];
	return least;
}

static void
put_rest(struct encoder *e, const uint32_t *points, uint32_t n, uint32_t basic)
{
	uint32_t done = basic, from = FIRST;
	uint64_t delta = 0;

	while (done < n) {
		uint32_t m = least_from(points, n, from);

		delta += (uint64_t)(m - from) * (done + 1);
		from = m;
		for (uint32_t i = 0; i < n; i++) {
			delta += points[i] < from;
			if (points[i] != from)
				continue;
			put_delta(e, delta);
			adapt(e, delta, done + 1, done == basic);
			done++;
			delta = 0;
		}
		delta++;
		from++;
	}
}

static void
encode(struct encoder *e, const uint32_t *points, uint32_t n)
{
	uint32_t basic = 0;

	*e = (struct encoder){.bias = BIAS};
	for (uint32_t i = 0; i < n; i++)
		if (points[i] < FIRST) {
			put(e, (char)points[i]);
			basic++;
		}
	if (basic > 0)
		put(e, '-');
	put_rest(e, points, n, basic);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span label = input_of(data, size);
	uint32_t points[PUNYCODE_POINTS_MAX];
	uint32_t n = punycode_decode(label, points);
	struct encoder e;

	require(n <= PUNYCODE_POINTS_MAX);
	for (uint32_t i = 0; i < n; i++)
		require(points[i] <= 0x10ffff &&
			(points[i] < 0xd800 || points[i] > 0xdfff));
	if (n == 0)
		return 0;
	encode(&e, points, n);
	require(e.n == label.n);
	require(strncasecmp(e.out, label.p, e.n) == 0);
	return 0;
}
