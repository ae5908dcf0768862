/* Times that are read, times that are not, and their way back. */
#include "../../service/edge/format/rfc3339.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *text;
	int64_t ms; /* -1: no time */
} cases[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2017-11-05T01:10:00Z", INT64_C(1509844200000)},
    {"2017-11-05t01:10:00z", INT64_C(1509844200000)},
    {"2017-11-05 01:10:00Z", INT64_C(1509844200000)},
    {"2017-11-05T01:10:00.5Z", INT64_C(1509844200500)},
    {"2017-11-05T01:10:00.123456789Z", INT64_C(1509844200123)},
    {"2017-11-05T02:40:00+01:30", INT64_C(1509844200000)},
    {"2017-11-04T20:10:00-05:00", INT64_C(1509844200000)},
    {"2016-02-29T00:00:00Z", INT64_C(1456704000000)},
    {"2016-12-31T23:59:60Z", INT64_C(1483228800000)},
    {"9999-12-31T23:59:59Z", INT64_C(253402300799000)},
    {"", -1},
    {"2017-11-05", -1},
    {"2017-11-05T01:10Z", -1},
    {"2017-11-05T01:10:00", -1},
    {"2017-11-05T01:10:00.Z", -1},
    {"2017-11-05T01:10:00+0130", -1},
    {"2017-11-05T01:10:00Z ", -1},
    {"2017-13-05T01:10:00Z", -1},
    {"2017-02-29T01:10:00Z", -1},
    {"2017-11-31T01:10:00Z", -1},
    {"2017-11-05T24:10:00Z", -1},
    {"2017-11-05T01:60:00Z", -1},
    {"2017/11/05T01:10:00Z", -1},
    {"+017-11-05T01:10:00Z", -1},
    {"1969-12-31T23:59:59Z", -1},
    {"1970-01-01T00:00:00+00:01", -1},
};

static void
test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -1;
		int failed = rfc3339_read(span_of(cases[i].text), &ms);

		print_message("\"%s\"\n", cases[i].text);
		assert_int_equal(failed, cases[i].ms < 0 ? -1 : 0);
		if (!failed)
			assert_int_equal(ms, cases[i].ms);
	}
}

/* Where something may be missing. */
static const struct {
	const char *text;
	int64_t ms;
} partial[] = {
    {"1970-01-01", 0},
    {"1970-01-01T00:00:01Z", 1000},
    {"2013-11-07T06:20:48", INT64_C(1383805248000)},
    {"2013-11-07 06:20:48", INT64_C(1383805248000)},
    {"2013-11-07T08:20:48+02:00", INT64_C(1383805248000)},
    {"2014-01-20T22:01:25.037000", INT64_C(1390255285037)},
    {"2000-02-29T23:59:59.5Z", INT64_C(951868799500)},
    {"2001-02-29", -1},
    {"2001-13-01", -1},
    {"2001-00-01", -1},
    {"2001-01-01T", -1},
    {"2001-01-01Z", -1},
    {"2001-01-01+02:00", -1},
    {"2001-01-01T24:00:00", -1},
    {"2001-01-01T12:60:00", -1},
    {"2001-01-01T12:00", -1},
    {"2001-01-01T12:00:00+02", -1},
    {"2001-01-01T12:00:00.", -1},
    {"2001-01-01T12:00:00.Z", -1},
    {"1969-12-31", -1},
    {"", -1},
};

static void
test_read_partial(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(partial) / sizeof(partial[0]); i++) {
		int64_t ms = -1;
		int failed =
		    rfc3339_read_partial(span_of(partial[i].text), &ms);

		print_message("\"%s\"\n", partial[i].text);
		assert_int_equal(failed, partial[i].ms < 0 ? -1 : 0);
		if (!failed)
			assert_int_equal(ms, partial[i].ms);
	}
}

static void
test_round_trip(void **state)
{
	char text[RFC3339_BYTES];
	int64_t back;

	(void)state;
	for (int64_t ms = 1; ms < INT64_C(253402300799999);
	     ms = ms * 3 + 7919) {
		rfc3339_write(ms, text);
		assert_int_equal(rfc3339_read(span_of(text), &back), 0);
		assert_int_equal(back, ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_read_partial),
	    cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
