/* What a clock that was wrong leaves in a store, and how it is mended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store/store_sqlite.h"
#include "store_webhook_fixture.h"

static const int64_t day_ms = 24 * 3600 * 1000;

/* Sets the clock by some days, as far as the store can see. */
static void
put_clock(struct fixture *f, int64_t days)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	bool more;

	pthread_mutex_lock(&s->turn);
	s->clock.base -= days * day_ms;
	sqlite_tidy(s, clock_unix_ms(), &more);
	pthread_mutex_unlock(&s->turn);
}

static int64_t
next_due(struct fixture *f)
{
	int64_t at_ms;
	struct err e;

	assert_int_equal(
	    store_next_due(f->reader, LANE_WORKING, span_of(""), &at_ms, &e),
	    0);
	return at_ms;
}

static void
a_clock_that_jumps_deletes_no_delivery(void **state)
{
	struct fixture *f = *state;
	struct err e;
	bool more;

	add_webhook(f, f->site, 1 << NOTICE_HELD);
	hold(f);
	put_clock(f, 31);
	assert_int_equal(
	    store_expire_deliveries(f->store, NOW_MS + 1, &more, &e), 0);
	assert_int_equal(next_due(f), NOW_MS);
	put_clock(f, -31);
	assert_int_equal(
	    store_expire_deliveries(f->store, NOW_MS + 1, &more, &e), 0);
	assert_int_equal(next_due(f), INT64_MAX);
}

static void
a_clock_that_goes_back_delays_none(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct err e;

	add_webhook(f, f->site, 1 << NOTICE_HELD);
	hold(f);
	pthread_mutex_lock(&s->turn);
	assert_int_equal(sqlite_link_run(&s->link,
			     "UPDATE delivery SET due_at = 4102444800000", &e),
	    0);
	pthread_mutex_unlock(&s->turn);
	put_clock(f, -3650);
	assert_in_range(next_due(f), NOW_MS, clock_unix_ms());
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_clock_that_jumps_deletes_no_delivery),
	    CASE(a_clock_that_goes_back_delays_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
