/* Regular expressions: what matches where, and what is refused why. */
#include "../../service/edge/known/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof *(table))

static void
note(void *arg, size_t pattern, size_t start, size_t end)
{
	char *out = arg;
	size_t n = strlen(out);

	snprintf(out + n, 128 - n, "%zu:%zu-%zu ", pattern, start, end);
}

static const struct {
	const char *text, *found;
} texts[] = {
    {"", ""},
    {"nothing", ""},
    {"a CASINO", "0:2-8 "},
    {"b\xc3\xb6ses casino", "0:7-13 1:0-6 "},
    {"x123", "2:1-4 "},
    {"\xff\xfe 123", "2:3-6 "},
};

static void
test_matches(void **state)
{
	const struct span patterns[] = {
	    span_of("cas.no"), span_of("^b.SES"), span_of("(\\d)+")};
	struct regex_fault f;
	struct regex_set *s = regex_set_open(patterns, ROWS(patterns), &f);

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < ROWS(texts); i++) {
		char found[128] = "";

		print_message("%s\n", texts[i].text);
		regex_set_match(s, span_of(texts[i].text),
		    &(struct regex_visit){note, found});
		assert_string_equal(found, texts[i].found);
	}
	regex_set_close(s);
}

static const struct {
	const char *pattern;
	size_t offset;
	const char *says;
} faults[] = {
    {"ab)", 0, "unexpected"},
    {"ab[z-a]", 3, "character class range"},
    {"a(?=b)", 1, "perl operator"},
    {"(a)\\1", 3, "escape"},
    {"a**", 1, "repetition"},
    {"a*", 0, "empty text"},
    {"", 0, "empty text"},
    {"(\\pL{200}){5}", 0, ""},
    {"\xff", 0, "UTF-8"},
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(faults); i++) {
		const struct span patterns[] = {
		    span_of("fine"), span_of(faults[i].pattern)};
		struct regex_fault f = {0};

		print_message("%s\n", faults[i].pattern);
		assert_null(regex_set_open(patterns, 2, &f));
		assert_int_equal(f.pattern, 1);
		assert_int_equal(f.offset, faults[i].offset);
		if (strstr(f.text, faults[i].says) == NULL)
			fail_msg("%s", f.text);
	}
}

/* What each of `n` bytes leads to a state that none led to before. */
static struct span
hard_text(size_t n)
{
	static char text[1 << 15];
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		text[i] = "ab"[x >> 31];
	}
	return (struct span){text, n};
}

/* 45,000 steps a byte: up to 40 s for all of it, if nobody asked. */
static void
test_hard_ones_are_left_out(void **state)
{
	static const struct {
		size_t bytes;
		int result;
	} cases[] = {{100, 0}, {1 << 15, 1}};
	static char texts_of[700][32];
	static struct span patterns[700];
	struct regex_fault f;
	struct regex_set *s;

	(void)state;
	patterns[0] = span_of("a+b");
	for (size_t i = 1; i < ROWS(patterns); i++) {
		snprintf(texts_of[i], sizeof(texts_of[i]),
		    "[ab ]*a[ab ]{26}%zuq", 100 + i);
		patterns[i] = span_of(texts_of[i]);
	}
	s = regex_set_open(patterns, ROWS(patterns), &f);
	assert_non_null(s);
	for (size_t i = 0; i < ROWS(cases); i++) {
		char found[128] = "";

		assert_int_equal(regex_set_match(s, hard_text(cases[i].bytes),
				     &(struct regex_visit){note, found}),
		    cases[i].result);
		assert_memory_equal(found, "0:", 2);
	}
	regex_set_close(s);
}

/* Each is small enough, but all of them are not. */
static void
test_too_large_together(void **state)
{
	static char texts_of[1000][32];
	static struct span patterns[1000];
	struct regex_fault f = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(patterns); i++) {
		snprintf(texts_of[i], sizeof(texts_of[i]), "x%zu[ab]{300}", i);
		patterns[i] = span_of(texts_of[i]);
	}
	assert_null(regex_set_open(patterns, ROWS(patterns), &f));
	assert_int_equal(f.pattern, ROWS(patterns));
	assert_string_equal(
	    f.text, "the regular expressions are too large together");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matches),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_hard_ones_are_left_out),
	    cmocka_unit_test(test_too_large_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
