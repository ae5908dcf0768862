/* Names: each once, numbered as they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "../../training/names.h"

enum { MANY = 5000 };

static void
test_numbers(void **state)
{
	struct names k = {0};
	char name[16];
	(void)state;
	for (uint32_t i = 0; i < 3 * MANY; i++) {
		snprintf(name, sizeof(name), "%u", i % MANY);
		assert_int_equal(names_number(&k, span_of(name)), i % MANY);
	}
	assert_int_equal(k.n, MANY);
	assert_string_equal(k.items[MANY - 1].p, "4999");
	assert_int_equal(names_number(&k, (struct span){0}), MANY);
	assert_int_equal(names_number(&k, span_of("")), MANY);
	names_release(&k);
	assert_int_equal(k.n, 0);
}

static void
test_order(void **state)
{
	static const char *const rising[] = {"", "a", "aa", "a\xff", "b"};
	enum { N = sizeof(rising) / sizeof(*rising) };
	(void)state;
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			int is =
			    names_order(span_of(rising[i]), span_of(rising[j]));
			int sign = (is > 0) - (is < 0);
			assert_int_equal(sign, (i > j) - (i < j));
		}
	assert_int_equal(names_order((struct span){0}, (struct span){0}), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
