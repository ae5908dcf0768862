/* service/core/escape: hexadecimal digits, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/escape.h"

static void
bytes_have_digits(void **state)
{
	static const unsigned char bytes[] = {0x00, 0x9a, 0xbc, 0xff};
	char out[2 * sizeof bytes + 1];

	(void)state;
	escape_hex(out, bytes, sizeof bytes);
	assert_string_equal(out, "009abcff");
	escape_hex(out, bytes, 0);
	assert_string_equal(out, "");
}

static void
digits_have_bytes(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		unsigned char byte = (unsigned char)i;
		char escape[] = "%  ";

		escape_hex(escape + 1, &byte, 1);
		assert_int_equal(escape_percent(span_of(escape), 0), i);
	}
	assert_int_equal(escape_percent(span_of("%0g"), 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_have_digits),
	    cmocka_unit_test(digits_have_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
