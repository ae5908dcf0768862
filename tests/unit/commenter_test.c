/* What is left to a commenter, and when it is a flood. */
#include "../../service/edge/request/commenter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	uint32_t author, ip; /* counts; 0: not said */
	uint32_t limits[2];  /* likewise; 0: none */
	uint32_t flood;
	uint32_t limit, remaining;
	bool floods;
} cases[] = {
    {1, 1, {30, 60}, 10, 30, 29, false},
    {1, 59, {30, 60}, 10, 60, 1, false},
    {31, 59, {30, 60}, 10, 30, 0, false},
    {30, 60, {30, 60}, 10, 30, 0, false},
    {5, 5, {0, 0}, 10, 0, 0, false},
    {5, 0, {0, 60}, 10, 0, 0, false},
    {0, 3, {30, 60}, 10, 60, 57, false},
    {300, 1, {30, 60}, 10, 30, 0, false},
    {301, 1, {30, 60}, 10, 30, 0, true},
    {1, 601, {30, 60}, 10, 60, 0, true},
    {1, 601, {30, 0}, 10, 30, 29, false},
    {4000000000u, 1, {30, 60}, 0, 30, 0, false},
    {4294967295u, 1, {1000000, 60}, 1000, 1000000, 0, true},
    {31, 1, {30, 60}, 1, 30, 0, true},
};

static void
by_count_and_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signals s = {.known = true};
		struct policy_limits limits = {
		    .author = cases[i].limits[0], .ip = cases[i].limits[1]};
		struct commenter_quota q;

		s.of[SIGNAL_AUTHOR].count = cases[i].author;
		s.of[SIGNAL_IP].count = cases[i].ip;
		q = commenter_quota(&s, &limits,
		    (struct commenter_floods){cases[i].flood, cases[i].flood},
		    0);
		if (q.limit != cases[i].limit ||
		    (q.limit > 0 && q.remaining != cases[i].remaining) ||
		    q.floods != cases[i].floods)
			fail_msg("case %zu: %u %u %d", i, q.limit, q.remaining,
			    q.floods);
	}
}

static void
until_the_window_ends(void **state)
{
	static const struct {
		int64_t at_ms;
		uint32_t reset_s;
	} times[] = {{0, 3600}, {1, 3600}, {3599999, 1}, {3600000, 3600},
	    {1800000, 1800}, {-1, 1}};
	struct signals s = {.known = true};
	struct policy_limits limits = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		assert_int_equal(
		    commenter_quota(&s, &limits,
			(struct commenter_floods){10, 10}, times[i].at_ms)
			.reset_s,
		    times[i].reset_s);
}

static void
until_a_flood_ends(void **state)
{
	static const struct {
		uint32_t author[2], ip[2]; /* in both hours; in this one */
		uint32_t reset_s;
	} floods[] = {
	    {{301, 1}, {1, 1}, 300},
	    {{301, 299}, {1, 1}, 300},
	    {{301, 300}, {1, 1}, 3900},
	    {{302, 302}, {1, 1}, 3900},
	    {{1, 1}, {601, 600}, 3900},
	    {{301, 1}, {601, 600}, 3900},
	    {{301, 301}, {601, 1}, 3900},
	};
	struct policy_limits limits = {.author = 30, .ip = 60};

	(void)state;
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		struct signals s = {.known = true};
		struct commenter_quota q;

		s.of[SIGNAL_AUTHOR].count = floods[i].author[0];
		s.of[SIGNAL_AUTHOR].now = floods[i].author[1];
		s.of[SIGNAL_IP].count = floods[i].ip[0];
		s.of[SIGNAL_IP].now = floods[i].ip[1];
		q = commenter_quota(&s, &limits,
		    (struct commenter_floods){10, 10}, 3300 * 1000);
		assert_true(q.floods);
		if (q.reset_s != floods[i].reset_s)
			fail_msg("case %zu: %u", i, q.reset_s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_count_and_limit),
	    cmocka_unit_test(until_the_window_ends),
	    cmocka_unit_test(until_a_flood_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
