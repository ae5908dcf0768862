/* When what could not be delivered is tried again. */
#include "../../service/edge/hook/courier_retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
waits_grow_and_end(void **state)
{
	static const int64_t middle_s[] = {
	    5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
	enum { ATTEMPTS = sizeof middle_s / sizeof *middle_s };

	(void)state;
	for (uint32_t i = 1; i <= ATTEMPTS; i++) {
		int64_t ms = middle_s[i - 1] * 1000, spread = ms / 5;

		assert_true(courier_retry_ms(i, 0) == ms - spread);
		for (uint32_t random = 1; random != 0; random *= 3) {
			int64_t wait = courier_retry_ms(i, random);

			assert_true(wait >= ms - spread && wait <= ms + spread);
			if (random > UINT32_MAX / 3)
				break;
		}
	}
	assert_true(courier_retry_ms(ATTEMPTS + 1, 0) == -1);
	assert_true(courier_retry_ms(UINT32_MAX, 0) == -1);
	assert_true(courier_retry_ms(0, 0) == -1);
}

static void
waits_differ(void **state)
{
	(void)state;
	assert_true(courier_retry_ms(1, 1) != courier_retry_ms(1, 1000));
	assert_true(courier_retry_ms(9, 1) != courier_retry_ms(9, 1u << 30));
}

static void
pauses_grow_to_half_an_hour(void **state)
{
	static const struct {
		uint32_t failures;
		int64_t ms;
	} cases[] = {{0, 0}, {1, 0}, {2, 0}, {3, 30000}, {4, 60000},
	    {5, 120000}, {8, 960000}, {9, 1800000}, {10, 1800000},
	    {UINT32_MAX, 1800000}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(courier_pause_ms(cases[i].failures) == cases[i].ms);
}

static void
who_is_slow_failed_for_half_an_hour(void **state)
{
	enum { HALF_HOUR_MS = 30 * 60 * 1000 };
	int64_t tried_ms = 0, paused_ms = 0;

	(void)state;
	for (uint32_t i = 1; i < COURIER_SLOW_ATTEMPTS; i++)
		tried_ms += courier_retry_ms(i, 0) * 5 / 4; /* the middle */
	for (uint32_t i = 1; i < COURIER_SLOW_FAILURES; i++)
		paused_ms += courier_pause_ms(i);
	assert_true(tried_ms >= HALF_HOUR_MS && paused_ms >= HALF_HOUR_MS);
	assert_true(courier_pause_ms(COURIER_SLOW_FAILURES) == HALF_HOUR_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waits_grow_and_end),
	    cmocka_unit_test(waits_differ),
	    cmocka_unit_test(pauses_grow_to_half_an_hour),
	    cmocka_unit_test(who_is_slow_failed_for_half_an_hour),
	};

	return cmocka_run_group_tests_name("courier_retry", tests, NULL, NULL);
}
