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
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include "../../service/core/icu_gen.h"
#include "../../service/core/unicode.h"

enum { STRINGS = 20000, POINTS = 12, UNITS_MAX = 512 };

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

/* ICU's NFKC_Casefold of the string, in NFD, without marks of no script and
 * enclosing ones. */
static int32_t
plain_text(const UChar *in, int32_t n, UChar *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar parts[UNITS_MAX], folded[UNITS_MAX];
	int32_t kept = 0;

	n = unorm2_normalize(
	    unorm2_getNFKCCasefoldInstance(&e), in, n, folded, UNITS_MAX, &e);
	n = unorm2_normalize(
	    unorm2_getNFDInstance(&e), folded, n, parts, UNITS_MAX, &e);
	assert_true(U_SUCCESS(e));
	for (int32_t at = 0, from = 0; at < n; from = at) {
		UChar32 c;
		bool loose;

		U16_NEXT(parts, at, n, c);
		loose = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 &&
			(uscript_getScript(c, &e) <= USCRIPT_INHERITED ||
			    u_charType(c) == U_ENCLOSING_MARK);
		if (!loose && !u_isUWhiteSpace(c) &&
		    u_charType(c) != U_FORMAT_CHAR &&
		    u_charType(c) != U_CONTROL_CHAR)
			for (; from < at; from++)
				out[kept++] = parts[from];
	}
	return kept;
}

/* A random point that folds to letters by normalising alone. */
static UChar32
random_point(unsigned *seed)
{
	static const uint32_t scripts[] = {USCRIPT_LATIN, USCRIPT_CYRILLIC,
	    USCRIPT_GREEK, USCRIPT_HANGUL, USCRIPT_HAN, USCRIPT_ARABIC,
	    USCRIPT_DEVANAGARI, USCRIPT_INHERITED, USCRIPT_HIRAGANA};

	for (;;) {
		uint32_t cp = (uint32_t)rand_r(seed) % 0x30000;
		struct unicode_point u = unicode_point(cp);
		size_t i = 0;

		if (u.lookalike || !u_isdefined((UChar32)cp) ||
		    !(u.class_mask & (UNICODE_LETTER | UNICODE_MARK)))
			continue;
		while (i < sizeof scripts / sizeof *scripts &&
		       scripts[i] != u.script)
			i++;
		if (i < sizeof scripts / sizeof *scripts)
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
		UChar s[UNITS_MAX], ours[UNITS_MAX], a[UNITS_MAX], b[UNITS_MAX];
		int32_t n = 0, n_ours, n_a, n_b;

		for (int k = 0; k < POINTS; k++) {
			UChar32 c = random_point(&seed);

			U16_APPEND_UNSAFE(s, n, c);
		}
		n_ours = folded_apart(s, n, ours);
		n_a = plain_text(s, n, a);
		n_b = plain_text(ours, n_ours, b);
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
