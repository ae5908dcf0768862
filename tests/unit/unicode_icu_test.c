/*
 * The tables against ICU at run time: each code point, and whole strings,
 * where ICU normalises across code points and we point by point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "../../service/core/icu_gen.h"
#include "../../service/core/unicode.h"
#include "../fuzz/icu_plain.h"

enum { STRINGS = 20000, POINTS = 12 };

static void
every_code_point_is_as_icu_says(void **state)
{
	struct icu *icu = icu_open();

	(void)state;
	assert_non_null(icu);
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		struct unicode_point u = unicode_point(cp);
		struct icu_fold want = icu_fold(icu, cp);
		uint32_t got[UNICODE_FOLD_MAX];
		unsigned n = unicode_fold(cp, got);

		if (n != want.n || memcmp(got, want.points, n * 4) != 0 ||
		    u.lookalike != want.lookalike ||
		    u.class_mask != icu_class(cp) || u.script != icu_script(cp))
			fail_msg("U+%04X", cp);
	}
	icu_close(icu);
}

/* A random point that folds to letters by normalising alone. */
static UChar32
random_point(unsigned *seed)
{
	for (;;) {
		uint32_t cp = (uint32_t)rand_r(seed) % 0x30000;

		if (icu_plain_point(cp))
			return (UChar32)cp;
	}
}

/* Our fold of each point, one after the other. */
static int32_t
folded_apart(const UChar *in, int32_t n, UChar *out)
{
	int32_t length = 0;

	for (int32_t at = 0; at < n;) {
		uint32_t points[UNICODE_FOLD_MAX];
		UChar32 c;
		unsigned count;

		U16_NEXT(in, at, n, c);
		count = unicode_fold((uint32_t)c, points);
		for (unsigned i = 0; i < count; i++)
			U16_APPEND_UNSAFE(out, length, points[i]);
	}
	return length;
}

static void
strings_fold_as_their_points(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < STRINGS; i++) {
		UChar s[ICU_PLAIN_UNITS], ours[ICU_PLAIN_UNITS];
		UChar a[ICU_PLAIN_UNITS], b[ICU_PLAIN_UNITS];
		int32_t n = 0, n_ours, n_a, n_b;

		for (int k = 0; k < POINTS; k++) {
			UChar32 c = random_point(&seed);

			U16_APPEND_UNSAFE(s, n, c);
		}
		n_ours = folded_apart(s, n, ours);
		n_a = icu_plain(s, n, a);
		n_b = icu_plain(ours, n_ours, b);
		assert_true(n_a >= 0);
		if (n_a != n_b || memcmp(a, b, (size_t)n_a * sizeof *a) != 0)
			fail_msg("string %d", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_point_is_as_icu_says),
	    cmocka_unit_test(strings_fold_as_their_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
