/* Buckets: they empty, fill with time, and are apart. */
#include "../../service/edge/http/limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SECOND = 1000000 };

static const struct limiter_quota three = {3, 60};

static struct limiter *
limiter(unsigned log2_slots)
{
	struct err e;
	struct limiter *l = limiter_open(log2_slots, &e);

	assert_non_null(l);
	return l;
}

static void
a_bucket_empties_and_fills(void **state)
{
	static const struct {
		int64_t at_s;
		bool refused;
		uint32_t remaining, reset_s;
	} steps[] = {
	    {1000, false, 2, 20},
	    {1000, false, 1, 40},
	    {1001, false, 0, 59},
	    {1001, true, 0, 19}, /* and costs nothing */
	    {1019, true, 0, 1},
	    {1020, false, 0, 60},
	    {1020, true, 0, 20},
	    {1079, false, 1, 21},
	    {9999, false, 2, 20},
	};
	struct limiter *l = limiter(4);

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct limiter_answer a =
		    limiter_take(l, 7, &three, steps[i].at_s * SECOND);

		if (a.refused != steps[i].refused ||
		    a.remaining != steps[i].remaining ||
		    a.reset_s != steps[i].reset_s)
			fail_msg("step %zu: %d %u %u", i, a.refused,
			    a.remaining, a.reset_s);
	}
	limiter_close(l);
}

static void
every_limit_is_exact(void **state)
{
	static const uint32_t limits[] = {1, 7, 60, 999, 6000, 10000000};
	struct limiter *l = limiter(4);

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct limiter_quota q = {limits[i], 60};
		int64_t now = (int64_t)(i + 1) * 1000 * SECOND;
		uint32_t most = limits[i] < 20000 ? limits[i] : 20000;

		for (uint32_t n = 1; n <= most; n++) {
			struct limiter_answer a = limiter_take(l, i, &q, now);

			assert_false(a.refused);
			assert_int_equal(a.remaining, limits[i] - n);
		}
		assert_int_equal(
		    limiter_take(l, i, &q, now).refused, limits[i] == most);
	}
	limiter_close(l);
}

static void
keys_are_apart(void **state)
{
	struct limiter *l = limiter(10);
	int refused = 0;

	(void)state;
	for (uint64_t key = 1; key <= 64; key++)
		for (int i = 0; i < 3; i++)
			refused += limiter_take(
			    l, key * 0x9E3779B97F4A7C15u, &three, SECOND)
				       .refused;
	assert_int_equal(refused, 0);
	for (uint64_t key = 1; key <= 64; key++)
		refused +=
		    limiter_take(l, key * 0x9E3779B97F4A7C15u, &three, SECOND)
			.refused;
	assert_int_equal(refused, 64);
	limiter_close(l);
}

/* 16 slots: who is forgotten is who used least. */
static void
a_full_table_forgets_the_fullest(void **state)
{
	struct limiter *l = limiter(4);

	(void)state;
	for (int i = 0; i < 3; i++)
		limiter_take(l, 1, &three, SECOND);
	for (uint64_t key = 100; key < 10000; key++)
		assert_false(limiter_take(l, key, &three, SECOND).refused);
	assert_true(limiter_take(l, 1, &three, SECOND).refused);
	limiter_close(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_bucket_empties_and_fills),
	    cmocka_unit_test(every_limit_is_exact),
	    cmocka_unit_test(keys_are_apart),
	    cmocka_unit_test(a_full_table_forgets_the_fullest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
