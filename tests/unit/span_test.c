/* service/core/span: which name it is, copies, words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/span.h"

static void
a_name_has_an_index(void **state)
{
	static const char *const names[] = {"ham", "spam", "spam and ham"};

	(void)state;
	assert_int_equal(span_index(span_of("spam"), names, 3), 1);
	assert_int_equal(span_index((struct span){"spams", 4}, names, 3), 1);
	assert_int_equal(span_index(span_of("spam and ham"), names, 3), 2);
	assert_int_equal(span_index(span_of("spam and ham"), names, 2), -1);
	assert_int_equal(span_index(span_of("Spam"), names, 3), -1);
	assert_int_equal(span_index(span_of_any(NULL), names, 3), -1);
	assert_int_equal(span_index(span_of_any("ham"), names, 3), 0);
}

static void
a_copy_is_cut_to_its_field(void **state)
{
	char out[4];

	(void)state;
	span_copy(out, sizeof out, (struct span){"abcd", 2});
	assert_string_equal(out, "ab");
	span_copy(out, sizeof out, span_of("abc"));
	assert_string_equal(out, "abc");
	span_copy(out, sizeof out, span_of("abcd"));
	assert_string_equal(out, "abc");
	span_copy(out, sizeof out, (struct span){NULL, 0});
	assert_string_equal(out, "");
}

static void
words_have_no_case(void **state)
{
	struct span type = span_of("Text/HTML; charset=x");

	(void)state;
	assert_true(span_is(span_of("For"), "fOR"));
	assert_true(span_is((struct span){NULL, 0}, ""));
	assert_false(span_is(span_of("fort"), "for"));
	assert_false(span_is(span_of("fo"), "for"));
	/* a bit away, but no letters */
	assert_false(span_is(span_of("[@"), "{`"));
	assert_false(span_is(span_of("\xc3\x89"), "\xc3\xa9"));
	assert_true(span_alike(span_of("Host:80"), span_of("hOST:80")));
	assert_false(span_skip_word(&type, "text/plain"));
	assert_true(span_skip_word(&type, "text/html"));
	assert_true(span_equal(type, span_of("; charset=x")));
	assert_false(span_skip_word(&type, "; charset=xy"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_has_an_index),
	    cmocka_unit_test(a_copy_is_cut_to_its_field),
	    cmocka_unit_test(words_have_no_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
