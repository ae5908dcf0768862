/* When a clock is believed that says what is old enough to be deleted. */
#include "../../service/edge/store/store_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND INT64_C(1000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)
#define YEAR   (365 * DAY)
#define NOW    (50 * YEAR)
#define BOOT   (3 * DAY)

static void
a_clock_that_goes_on_is_believed(void **state)
{
	struct store_clock c;

	(void)state;
	store_clock_start(&c, NOW - HOUR, NOW, BOOT);
	assert_int_equal(store_clock_ahead(&c, NOW, BOOT), 0);
	assert_int_equal(store_clock_ahead(&c, NOW + YEAR, BOOT + YEAR), 0);
}

static void
by_a_step_ahead_nothing_ages(void **state)
{
	struct store_clock c;

	(void)state;
	store_clock_start(&c, 0, NOW, BOOT);
	assert_int_equal(store_clock_ahead(&c, NOW + SECOND, BOOT), 0);
	assert_int_equal(store_clock_ahead(&c, NOW + HOUR, BOOT), HOUR);
	assert_int_equal(store_clock_ahead(&c, NOW - HOUR, BOOT), 0);
	assert_int_equal(store_clock_ahead(&c, NOW + DAY + 1, BOOT), -1);
	assert_int_equal(store_clock_ahead(&c, NOW - DAY - 1, BOOT), -1);
	assert_int_equal(store_clock_ahead(&c, NOW, BOOT), 0);
}

static void
a_gap_at_the_start_is_doubted_for_an_hour(void **state)
{
	static const int64_t newest[] = {NOW - 2 * DAY, NOW + 2 * DAY};
	struct store_clock c;

	(void)state;
	for (int i = 0; i < 2; i++) {
		store_clock_start(&c, newest[i], NOW, BOOT);
		assert_int_equal(store_clock_ahead(&c, NOW, BOOT), -1);
		assert_int_equal(
		    store_clock_ahead(&c, NOW + HOUR - 1, BOOT + HOUR - 1), -1);
		assert_int_equal(
		    store_clock_ahead(&c, NOW + HOUR, BOOT + HOUR), 0);
		assert_int_equal(
		    store_clock_ahead(&c, NOW + 2 * HOUR, BOOT + 2 * HOUR), 0);
		assert_int_equal(
		    store_clock_ahead(&c, NOW + YEAR, BOOT + 2 * HOUR), -1);
	}
}

/* A machine without a battery, whose clock is set once there is a network. */
static void
a_clock_that_is_set_soon_is_believed_from_then(void **state)
{
	struct store_clock c;

	(void)state;
	store_clock_start(&c, NOW - HOUR, NOW + 10 * YEAR, BOOT);
	assert_int_equal(
	    store_clock_ahead(&c, NOW + 10 * YEAR, BOOT + SECOND), -1);
	assert_int_equal(store_clock_ahead(&c, NOW, BOOT + SECOND), 0);
	assert_int_equal(
	    store_clock_ahead(&c, NOW + HOUR, BOOT + SECOND + HOUR), 0);
	assert_int_equal(
	    store_clock_ahead(&c, NOW + 10 * YEAR, BOOT + SECOND + HOUR), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_clock_that_goes_on_is_believed),
	    cmocka_unit_test(by_a_step_ahead_nothing_ages),
	    cmocka_unit_test(a_gap_at_the_start_is_doubted_for_an_hour),
	    cmocka_unit_test(a_clock_that_is_set_soon_is_believed_from_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
