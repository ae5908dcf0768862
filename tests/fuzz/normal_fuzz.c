/*
 * The normaliser against ICU alone: a text of letters of the input, in words,
 * is folded by unicode_fold point by point, by text_normalise, and by ICU as
 * a whole; what is left of the three is the same.
 */
#include "../../service/core/text.h"
#include "../../service/core/utf8.h"
#include "arena.h"
#include "icu_plain.h"

enum { POINTS_MAX = 48, ROOM = 1 << 17 };

/* A text as ICU takes it, and as we do. */
struct sample {
	UChar units[ICU_PLAIN_UNITS];
	int32_t n;
	uint32_t points[POINTS_MAX];
	uint32_t n_points;
	char bytes[4 * POINTS_MAX];
	size_t n_bytes;
	bool fits; /* not more points at any place than bytes, see text.h */
};

/* Whether the two before it are like `cp`, but for loose marks, which go. */
static bool
is_third(const struct sample *s, uint32_t cp)
{
	uint32_t alike = 0, i = s->n_points;

	while (alike < 2 && i-- > 0)
		if (s->points[i] == cp)
			alike++;
		else if (!icu_plain_is_loose((UChar32)s->points[i]))
			break;
	return alike == 2;
}

/* The letters of the input, and single spaces between words. Marks that would
 * be squeezed are left out: no count tells of those behind an ideograph. */
static void
read_sample(struct sample *s, struct span in)
{
	size_t at = 0;

	s->n = 0;
	s->n_points = 0;
	s->n_bytes = 0;
	s->fits = true;
	while (at < in.n && s->n_points < POINTS_MAX) {
		uint32_t cp;
		bool bad;

		at += utf8_read(in, at, &cp, &bad);
		if (cp != ' ' && !icu_plain_point(cp))
			continue;
		if (unicode_point(cp).class_mask & UNICODE_MARK &&
		    is_third(s, cp))
			continue;
		U16_APPEND_UNSAFE(s->units, s->n, cp);
		s->points[s->n_points++] = cp;
		s->n_bytes += utf8_write(cp, s->bytes + s->n_bytes);
	}
}

/* Without spaces, whose number is not what this is about. */
static void
append(UChar *out, int32_t *n, uint32_t cp)
{
	if (cp == ' ')
		return;
	require(*n + 2 <= ICU_PLAIN_UNITS);
	U16_APPEND_UNSAFE(out, *n, cp);
}

static int32_t
folded_apart(struct sample *s, UChar *out)
{
	uint32_t points[UNICODE_FOLD_MAX];
	size_t bytes = 0, all = 0;
	char as_bytes[4];
	int32_t n = 0;

	for (uint32_t i = 0; i < s->n_points; i++) {
		unsigned folded = unicode_fold(s->points[i], points);

		bytes += utf8_write(s->points[i], as_bytes);
		all += folded;
		s->fits = s->fits && all <= bytes;
		for (unsigned k = 0; k < folded; k++)
			append(out, &n, points[k]);
	}
	return n;
}

/* Whether more was done than ICU does: "dot" in a host is no word, … */
static bool
more_than_folded(const struct text_counts *c)
{
	return c->squeezed + c->links + c->mails > 0;
}

/* -1: repeats were squeezed, or addresses found, which ICU does not do. */
static int32_t
normalised(const struct sample *s, UChar *out)
{
	struct span source = {s->bytes, s->n_bytes};
	struct arena a;
	struct text t;
	int32_t n = 0;

	arena_open(&a, ROOM);
	require(text_normalise(&t, source, FORMAT_TEXT, &a) == 0);
	for (uint32_t i = 0; i < t.n; i++)
		append(out, &n, t.points[i]);
	arena_drop(&a);
	return more_than_folded(&t.counts) ? -1 : n;
}

static void
require_same(
    const UChar *wanted, int32_t n_wanted, const UChar *ours, int32_t n)
{
	UChar plain[ICU_PLAIN_UNITS];
	int32_t n_plain = icu_plain(ours, n, plain);

	require(n_plain == n_wanted);
	require(memcmp(plain, wanted, (size_t)n_plain * sizeof *plain) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	UChar wanted[ICU_PLAIN_UNITS], ours[ICU_PLAIN_UNITS];
	struct sample s;
	int32_t n_wanted, n;

	read_sample(&s, input_of(data, size));
	n_wanted = icu_plain(s.units, s.n, wanted);
	require(n_wanted >= 0);
	n = folded_apart(&s, ours);
	require_same(wanted, n_wanted, ours, n);
	if (!s.fits)
		return 0;
	n = normalised(&s, ours);
	if (n >= 0)
		require_same(wanted, n_wanted, ours, n);
	return 0;
}
