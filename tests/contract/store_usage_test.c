/* What a store promises about its counts of usage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_decisions.h"

static struct usage
usage_of(int64_t site, const char *month, const char *blog)
{
	struct usage u = {
	    .site = site,
	    .blog = span_of(blog),
	    .of = {1, 2, 3, 4, 5},
	};

	snprintf(u.month, sizeof u.month, "%s", month);
	return u;
}

static void
note_usage(void *arg, const struct usage *u)
{
	char *out = arg;

	snprintf(out + strlen(out), 256 - strlen(out), "%s/%.*s/%d/%d ",
	    u->month, (int)u->blog.n, u->blog.p, (int)u->of[USAGE_CALLS],
	    (int)u->of[USAGE_FALSE_POSITIVES]);
}

static void
usage_adds_up(void **state)
{
	struct fixture *f = *state;
	const struct usage counts[] = {
	    usage_of(f->site, "2026-11", "a.example"),
	    usage_of(f->site, "2026-11", "b.example"),
	    usage_of(f->site, "2026-11", "a.example"),
	    usage_of(f->site, "2026-10", "a.example"),
	    usage_of(f->site, "2025-01", "a.example"),
	};
	char seen[256] = "";
	struct err e;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		assert_int_equal(put_feedback(f, NULL, &counts[i]), STORE_DONE);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-01", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen,
	    "2026-10/a.example/1/5 2026-11/a.example/2/10 "
	    "2026-11/b.example/1/5 ");
	*seen = '\0';
	assert_int_equal(
	    store_each_usage(f->reader, f->site + 1,
		&(struct usage_visit){"2026-01", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen, "");
}

/* Puts of one group are counted together, those that are not done are not. */
static void
usage_of_a_group(void **state)
{
	struct fixture *f = *state;
	const struct usage a = usage_of(f->site, "2026-11", "a.example"),
			   b = usage_of(f->site, "2026-11", "b.example");
	struct decision nowhere = decision_of(999, DECISION_SPAM, 1);
	struct waited w[] = {
	    {.put.usage = &a},
	    {.put.usage = &a},
	    {.put = {.decisions = &nowhere, .n_decisions = 1, .usage = &a}},
	    {.put.usage = &b},
	    {.put.usage = &a},
	};
	char seen[256] = "";
	struct err e;

	put_all(f, w, sizeof w / sizeof *w);
	for (size_t i = 0; i < sizeof w / sizeof *w; i++)
		assert_int_equal(w[i].put.result,
		    w[i].put.n_decisions == 0 ? STORE_DONE : STORE_DOWN);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-11", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(
	    seen, "2026-11/a.example/3/15 2026-11/b.example/1/5 ");
}

static void
all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct decision l =
	    decision_of(999, DECISION_SPAM, 1); /* no such site */
	struct usage u = usage_of(f->site, "2026-11", "a.example");
	char seen[256] = "";
	struct err e;

	assert_int_equal(put_feedback(f, &l, &u), STORE_DOWN);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-11", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen, "");
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(usage_adds_up),
	    CASE(usage_of_a_group),
	    CASE(all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
