/* service/core/span: which name it is, copies. */
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
	assert_int_equal(span_index((struct span){NULL, 0}, names, 3), -1);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_has_an_index),
	    cmocka_unit_test(a_copy_is_cut_to_its_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
