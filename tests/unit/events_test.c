#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/process/events.h"

enum { FIRST = 5000 };

static int
open_events(void **state)
{
	*state = events_open(FIRST);
	return *state == NULL ? -1 : 0;
}

static int
close_events(void **state)
{
	events_close(*state);
	return 0;
}

static void
tell(struct events *e, int64_t site, const char *json)
{
	events_tell(e, site, "queue", span_of(json));
}

static void
are_read_in_order(void **state)
{
	struct events *e = *state;
	struct event one;

	assert_int_equal(events_newest(e), FIRST);
	assert_int_equal(events_after(e, FIRST, &one), EVENTS_NONE);
	tell(e, 7, "{\"a\":1}");
	tell(e, 8, "{}");
	assert_int_equal(events_newest(e), FIRST + 2);
	assert_int_equal(events_after(e, FIRST, &one), EVENTS_ONE);
	assert_int_equal(one.number, FIRST + 1);
	assert_int_equal(one.site, 7);
	assert_string_equal(one.kind, "queue");
	assert_int_equal(one.n, 7);
	assert_memory_equal(one.data, "{\"a\":1}", 7);
	assert_int_equal(events_after(e, FIRST + 1, &one), EVENTS_ONE);
	assert_int_equal(one.site, 8);
	assert_int_equal(events_after(e, FIRST + 2, &one), EVENTS_NONE);
}

/* Though nothing has happened since. */
static void
who_saw_those_of_another_process_is_told(void **state)
{
	static const uint64_t seen[] = {0, FIRST - 1, FIRST + 1, UINT64_MAX};
	struct event one;

	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
		assert_int_equal(
		    events_after(*state, seen[i], &one), EVENTS_MISSED);
		assert_int_equal(one.number, FIRST);
	}
}

static void
who_is_late_is_told_that_some_are_gone(void **state)
{
	struct events *e = *state;
	struct event one;

	for (int i = 0; i < EVENTS_KEPT + 3; i++)
		tell(e, i, "{}");
	assert_int_equal(events_after(e, FIRST + 2, &one), EVENTS_MISSED);
	assert_int_equal(one.number, FIRST + 3);
	assert_int_equal(events_after(e, FIRST + 3, &one), EVENTS_ONE);
	assert_int_equal(one.number, FIRST + 4);
	assert_int_equal(one.site, 3);
}

static void
what_is_too_long_is_not_told(void **state)
{
	static char long_one[EVENT_BYTES_MAX + 2];
	struct events *e = *state;
	struct event one;

	memset(long_one, 'x', EVENT_BYTES_MAX + 1);
	tell(e, 1, long_one);
	assert_int_equal(events_newest(e), FIRST);
	long_one[EVENT_BYTES_MAX] = '\0';
	tell(e, 1, long_one);
	assert_int_equal(events_after(e, FIRST, &one), EVENTS_ONE);
	assert_int_equal(one.n, EVENT_BYTES_MAX);
}

static int heard;

static void
hear(struct events_listener *l)
{
	(void)l;
	heard++;
}

static void
all_listeners_are_woken(void **state)
{
	struct events_listener two[2] = {{.told = hear}, {.told = hear}};

	heard = 0;
	events_listen(*state, &two[0]);
	events_listen(*state, &two[1]);
	tell(*state, 1, "{}");
	assert_int_equal(heard, 2);
}

int
main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, open_events, close_events)
	const struct CMUnitTest tests[] = {
	    TEST(are_read_in_order),
	    TEST(who_saw_those_of_another_process_is_told),
	    TEST(who_is_late_is_told_that_some_are_gone),
	    TEST(what_is_too_long_is_not_told),
	    TEST(all_listeners_are_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
