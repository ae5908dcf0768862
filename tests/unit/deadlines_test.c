/* Clocks of one length: they expire in order, each once. */
#include "../../service/edge/process/deadlines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
clocks_expire_in_the_order_of_their_start(void **state)
{
	struct deadline a = {0}, b = {0}, c = {0};
	struct deadlines l;

	(void)state;
	deadlines_init(&l, 100);
	assert_int_equal(deadlines_wait(&l, 5), -1);
	deadline_start(&l, &a, 1000);
	deadline_start(&l, &b, 1010);
	deadline_start(&l, &c, 1020);
	assert_int_equal(deadlines_wait(&l, 1040), 60);
	assert_null(deadlines_expired(&l, 1099));
	deadline_start(&l, &a, 1050); /* again: now the youngest */
	assert_int_equal(deadlines_wait(&l, 1100), 10);
	assert_ptr_equal(deadlines_expired(&l, 1120), &b);
	assert_ptr_equal(deadlines_expired(&l, 1120), &c);
	assert_null(deadlines_expired(&l, 1120));
	assert_int_equal(deadlines_wait(&l, 2000), 0);
	assert_ptr_equal(deadlines_expired(&l, 2000), &a);
	assert_int_equal(deadlines_wait(&l, 2000), -1);
}

static void
a_stopped_clock_never_expires(void **state)
{
	struct deadline a = {0}, b = {0};
	struct deadlines l;

	(void)state;
	deadlines_init(&l, 100);
	deadline_stop(&a); /* harmless */
	deadline_start(&l, &a, 0);
	deadline_start(&l, &b, 0);
	deadline_stop(&a);
	deadline_stop(&a);
	assert_ptr_equal(deadlines_expired(&l, 1000), &b);
	assert_null(deadlines_expired(&l, 1000));
	deadline_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clocks_expire_in_the_order_of_their_start),
	    cmocka_unit_test(a_stopped_clock_never_expires),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
