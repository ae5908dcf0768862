/* service/core/utf8: reading never fails, writing comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/utf8.h"

/* How many code points a string is read as, and how many of them are bad. */
static const struct {
	const char *bytes;
	unsigned points, bad;
} cases[] = {
    {"", 0, 0},
    {"ab", 2, 0},
    {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x82", 3, 0},
    {"\xF4\x8F\xBF\xBF", 1, 0},
    {"\x80", 1, 1},
    {"\xC3", 1, 1},
    {"\xC3z", 2, 1},
    {"\xC0\xAF", 2, 2}, /* overlong: each byte of its own */
    {"\xE0\x80\xAF", 3, 3},
    {"\xED\xA0\x80", 3, 3},     /* a surrogate */
    {"\xF4\x90\x80\x80", 4, 4}, /* beyond U+10FFFF */
    {"\xF5\x80", 2, 2},
    {"\xE2\x82z", 2, 1}, /* a maximal part is one */
    {"\xF0\x9F\x98", 1, 1},
    {"\xF0\x9F\x98\xF0\x9F\x98\x82", 2, 1},
    {"\xFF\xFE", 2, 2},
    {"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", 10, 6},
};

static void
bad_sequences_are_replaced(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span s = span_of(cases[i].bytes);
		unsigned points = 0, bad = 0;

		for (size_t at = 0; at < s.n; points++) {
			bool is_bad = false;
			uint32_t cp;

			at += utf8_read(s, at, &cp, &is_bad);
			assert_true(at <= s.n);
			bad += is_bad;
			assert_true(!is_bad || cp == UTF8_REPLACEMENT);
		}
		assert_int_equal(points, cases[i].points);
		assert_int_equal(bad, cases[i].bad);
		assert_int_equal(utf8_valid(s), bad == 0);
	}
}

/* Wherever the bad one is: eight bytes are looked at together. */
static void
a_bad_byte_is_found_anywhere(void **state)
{
	char text[40];

	(void)state;
	memset(text, 'a', sizeof text);
	for (size_t n = 0; n <= sizeof text; n++) {
		assert_true(utf8_valid((struct span){text, n}));
		for (size_t at = 0; at < n; at++) {
			text[at] = '\x80';
			assert_false(utf8_valid((struct span){text, n}));
			text[at] = 'a';
		}
	}
}

static void
every_code_point_comes_back(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char bytes[4];
		struct span s = {bytes, utf8_write(cp, bytes)};
		bool bad = false, surrogate = (cp & 0x1FF800) == 0xD800;
		uint32_t back;
		size_t n = utf8_read(s, 0, &back, &bad);

		assert_int_equal(bad, surrogate);
		if (!surrogate && (n != s.n || back != cp))
			fail_msg("U+%04X", cp);
	}
}

static void
a_prefix_cuts_no_code_point(void **state)
{
	static const struct {
		const char *bytes;
		size_t most, n;
	} prefixes[] = {
	    {"abc", 5, 3},
	    {"abc", 2, 2},
	    {"abc", 0, 0},
	    {"a\xC3\xA9", 2, 1},
	    {"a\xC3\xA9", 3, 3},
	    {"\xF0\x9F\x98\x82", 3, 0},
	    {"a\xF0\x9F\x98\x82z", 5, 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		assert_int_equal(
		    utf8_prefix(span_of(prefixes[i].bytes), prefixes[i].most).n,
		    prefixes[i].n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bad_sequences_are_replaced),
	    cmocka_unit_test(a_bad_byte_is_found_anywhere),
	    cmocka_unit_test(every_code_point_comes_back),
	    cmocka_unit_test(a_prefix_cuts_no_code_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
