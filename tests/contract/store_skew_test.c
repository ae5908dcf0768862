/* What a clock that was wrong leaves in a store, and how it is mended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store/store_audit.h"
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
	struct delivery_expiry x = {.made_ms = NOW_MS + 1};
	struct err e;

	add_webhook(f, f->site, 1 << NOTICE_HELD);
	hold(f);
	put_clock(f, 31);
	assert_int_equal(store_expire_deliveries(f->store, &x, &e), 0);
	assert_int_equal(next_due(f), NOW_MS);
	put_clock(f, -31);
	assert_int_equal(store_expire_deliveries(f->store, &x, &e), 0);
	assert_int_equal(next_due(f), INT64_MAX);
}

/* As it is after the year 2100 was past and is to come again. */
#define YEAR_2100 "4102444800000"

static const char late[] = "UPDATE delivery SET due_at = " YEAR_2100 ";"
			   "UPDATE webhook SET paused_until = " YEAR_2100;

static void
a_clock_that_goes_back_delays_none(void **state)
{
	struct fixture *f = *state;

	add_webhook(f, f->site, 1 << NOTICE_HELD);
	hold(f);
	run(f, late);
	put_clock(f, -3650);
	assert_in_range(next_due(f), NOW_MS, clock_unix_ms());
}

/* By less than a day, which is not doubted, and has it off until then. */
static void
a_clock_that_goes_back_a_little_delays_none(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;

	add_webhook(f, f->site, 1 << NOTICE_HELD);
	hold(f);
	put_clock(f, 0);
	run(f, late);
	put_clock(f, 0);
	assert_true(next_due(f) > clock_unix_ms());
	pthread_mutex_lock(&s->turn);
	s->clock_base_ms += day_ms / 24;
	pthread_mutex_unlock(&s->turn);
	put_clock(f, 0);
	assert_in_range(next_due(f), NOW_MS, clock_unix_ms());
	assert_false(store_look(f->store).keeps_all);
}

/* Nor did one that went back while nobody was there. */
static void
a_restart_delays_none(void **state)
{
	struct fixture *f = *state;
	struct record now = record_of(f->site);
	struct err e;

	add_webhook(f, f->site, 1 << NOTICE_HELD);
	hold(f);
	now.received_at_ms = clock_unix_ms(); /* or the clock is doubted */
	assert_int_equal(put_one(f, &now, &e), STORE_DONE);
	run(f, late);
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	put_clock(f, 0);
	assert_in_range(next_due(f), NOW_MS, clock_unix_ms());
}

static enum store_result
put_under(struct fixture *f, const char *key, unsigned char request)
{
	struct record r = record_of(f->site);
	struct waited w = {
	    .put =
		{
		    .records = &r,
		    .n = 1,
		    .once = {.site = f->site,
			.key = span_of(key),
			.request = {request}},
		    .answer = span_of("{}"),
		},
	};

	put_all(f, &w, 1);
	return w.put.result;
}

/* The number that `sql` asks for. */
static int64_t
number(struct fixture *f, const char *sql)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct err e;
	int64_t n;

	pthread_mutex_lock(&s->turn);
	assert_int_equal(sqlite_link_number(&s->link, sql, &n, &e), 0);
	pthread_mutex_unlock(&s->turn);
	return n;
}

/* More than a bite of them: none after them would ever go. */
static void
answers_of_years_to_come_hold_up_nothing(void **state)
{
	struct fixture *f = *state;
	char key[16];

	for (int i = 0; i < 80; i++) {
		snprintf(key, sizeof key, "ahead %d", i);
		assert_int_equal(put_under(f, key, 1), STORE_DONE);
	}
	assert_int_equal(put_under(f, "ahead 0", 1), STORE_REPEATED);
	run(f, "UPDATE answer SET created_at = " YEAR_2100);
	assert_int_equal(put_under(f, "ahead 0", 2), STORE_DONE);
	assert_int_equal(put_under(f, "old", 1), STORE_DONE);
	run(f, "UPDATE answer SET created_at = 1 WHERE key = 'old'");
	for (int i = 0; i < 3; i++)
		put_clock(f, 0);
	assert_int_equal(number(f, "SELECT count(*) FROM answer"), 1);
}

static void
entries_of_years_to_come_hold_up_nothing(void **state)
{
	struct fixture *f = *state;
	struct audit_check check;
	struct err e;

	for (int i = 0; i < 99; i++)
		add_webhook(f, f->site, 1 << NOTICE_HELD);
	run(f, "UPDATE audit SET at = " YEAR_2100 ";"
	       "UPDATE audit SET at = 1 WHERE number > 80");
	put_clock(f, 0);
	put_clock(f, 0);
	assert_int_equal(number(f, "SELECT count(*) FROM audit"), 1);
	/* without one that came later nobody knows how old they are */
	run(f, "UPDATE audit SET at = " YEAR_2100);
	add_webhook(f, f->site, 1 << NOTICE_HELD);
	put_clock(f, 0);
	assert_int_equal(number(f, "SELECT count(*) FROM audit"), 2);
	assert_int_equal(store_check_audit(f->reader, &check, &e), 0);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_clock_that_jumps_deletes_no_delivery),
	    CASE(a_clock_that_goes_back_delays_none),
	    CASE(a_clock_that_goes_back_a_little_delays_none),
	    CASE(a_restart_delays_none),
	    CASE(answers_of_years_to_come_hold_up_nothing),
	    CASE(entries_of_years_to_come_hold_up_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
