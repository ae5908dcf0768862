/* Numbers as they are shown, and back. */
#include "../../service/edge/process/veil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SOME = 10000 };

static const unsigned char one[VEIL_KEY_BYTES] = "one";
static const unsigned char other[VEIL_KEY_BYTES] = "other";
static const int64_t most = (INT64_C(1) << 62) - 1;

static void
there_and_back(void **state)
{
	const int64_t ends[] = {0, 1, INT64_C(1) << 31, most - 1, most};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends) + SOME; i++) {
		int64_t n = i < SOME ? (int64_t)i : ends[i - SOME];
		int64_t shown = veil_put(one, n);

		assert_in_range(shown, 0, most);
		assert_true(veil_lift(one, shown) == n);
		assert_true(veil_lift(other, shown) != n);
	}
}

/* Half of those in a row are shown as less than the one before. */
static void
tells_no_order(void **state)
{
	int less = 0;

	(void)state;
	for (int64_t n = 1; n <= SOME; n++)
		less += veil_put(one, n) < veil_put(one, n - 1);
	assert_in_range(less, SOME * 4 / 10, SOME * 6 / 10);
}

static void
what_was_never_shown(void **state)
{
	(void)state;
	assert_int_equal(veil_lift(one, most + 1), 0);
	assert_int_equal(veil_lift(one, INT64_MAX), 0);
	assert_int_equal(veil_lift(one, -1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(there_and_back),
	    cmocka_unit_test(tells_no_order),
	    cmocka_unit_test(what_was_never_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
