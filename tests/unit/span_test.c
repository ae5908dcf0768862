/* service/core/span: which name it is. */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_has_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
