/* QR codes: their shape; what they say a reader is asked by the page's tests */
#include "../../service/edge/format/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 2331 }; /* of version 40 at level M */

static const char *
row(const json_t *rows, size_t y)
{
	return json_string_value(json_array_get(rows, y));
}

/* The square that stands in three corners. */
static void
assert_finder(const json_t *rows, size_t x, size_t y)
{
	static const char *const finder[] = {"1111111", "1000001", "1011101",
	    "1011101", "1011101", "1000001", "1111111"};

	for (size_t i = 0; i < sizeof(finder) / sizeof(finder[0]); i++)
		assert_memory_equal(row(rows, y + i) + x, finder[i], 7);
}

static void
it_is_a_square_with_three_finders(void **state)
{
	static const size_t lengths[] = {1, 14, 100, 500, BYTES_MAX};
	char text[BYTES_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		json_t *rows;
		size_t n;

		memset(text, 'x', lengths[i]);
		text[lengths[i]] = '\0';
		rows = qr_write(text);
		assert_non_null(rows);
		n = json_array_size(rows);
		for (size_t y = 0; y < n; y++)
			assert_int_equal(strspn(row(rows, y), "01"), n);
		assert_finder(rows, 0, 0);
		assert_finder(rows, n - 7, 0);
		assert_finder(rows, 0, n - 7);
		json_decref(rows);
	}
}

static void
what_does_not_fit_has_none(void **state)
{
	char text[BYTES_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_null(qr_write(text));
	assert_null(qr_write(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_a_square_with_three_finders),
	    cmocka_unit_test(what_does_not_fit_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
