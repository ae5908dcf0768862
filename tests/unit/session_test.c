/* The cookie among others, when a session is over, and names of people. */
#include "../../service/edge/request/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *cookie, *token; /* NULL: none */
} cookies[] = {
    {"", NULL},
    {"__Host-sid=abc", "abc"},
    {"a=b; __Host-sid=abc", "abc"},
    {"a=b;__Host-sid=abc; c=d", "abc"},
    {"__Host-sid=first; __Host-sid=second", "first"},
    {"__Host-sid=", NULL},
    {"__Host-sid=; __Host-sid=abc", "abc"},
    {"x__Host-sid=abc", NULL},
    {"a=__Host-sid=abc", NULL},
    {"__host-sid=abc", NULL},
    {"__Host-sid", NULL},
    {";;; ;", NULL},
};

static void
cookie_among_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++) {
		struct span got = session_token(span_of(cookies[i].cookie));

		if (cookies[i].token == NULL
			? got.p != NULL
			: !span_equal(got, span_of(cookies[i].token)))
			fail_msg("\"%s\"", cookies[i].cookie);
	}
}

enum { HOUR_MS = 3600 * 1000 };

static const struct {
	int64_t begun, seen, now; /* hours */
	bool over;
} times[] = {
    {0, 0, 0, false},
    {0, 0, 11, false},
    {0, 0, 12, true},
    {0, 160, 167, false},
    {0, 167, 168, true},
    {5, 5, 4, true}, /* the clock went back */
    {0, 5, 4, true},
};

static void
sessions_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct store_session s = {
		    .created_at_ms = times[i].begun * HOUR_MS,
		    .seen_at_ms = times[i].seen * HOUR_MS,
		};

		assert_int_equal(
		    session_is_over(&s, times[i].now * HOUR_MS), times[i].over);
	}
}

static const struct {
	const char *name;
	bool misfit;
} names[] = {
    {"jammy", false},
    {"j.a_m-m@y", false},
    {"a", true},
    {"", true},
    {"-ab", true},
    {"a b", true},
    {"a/b", true},
    {"Operator", true},
    {"j\xc3\xa4mmy", true},
    {"abcdefghijklmnopqrstuvwxyz012345", false},
    {"abcdefghijklmnopqrstuvwxyz0123456", true},
};

static void
names_of_people(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (account_name_misfit(names[i].name) != names[i].misfit)
			fail_msg("\"%s\"", names[i].name);
}

/* A role may what those below it may; only operators are of all sites. */
static void
roles_grow(void **state)
{
	(void)state;
	for (int r = ROLE_VIEWER; r < ROLES; r++) {
		unsigned less = account_scopes((enum role)(r - 1));
		unsigned more = account_scopes((enum role)r);

		assert_int_equal(less & ~more, 0);
		assert_true(more != less);
		assert_int_equal(
		    (more & SCOPE_OPERATOR) != 0, r == ROLE_OPERATOR);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cookie_among_others),
	    cmocka_unit_test(sessions_end),
	    cmocka_unit_test(names_of_people),
	    cmocka_unit_test(roles_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
