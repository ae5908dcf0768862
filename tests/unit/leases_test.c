#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/known/leases.h"

static struct lease
wish(const char *holder, int64_t site, const char *comment)
{
	struct lease l = {.site = site};

	snprintf(l.holder, sizeof l.holder, "%s", holder);
	snprintf(l.name, sizeof l.name, "%s", holder);
	snprintf(l.comment, sizeof l.comment, "%.26s", comment);
	return l;
}

/* One step of a story: who does what, when, and what comes of it. */
struct step {
	const char *holder, *comment;
	int64_t site, now_ms;
	bool ends, done;
	const char *has;  /* whose it is then, when it was to be taken */
	const char *left; /* of which comment nobody's is any more */
};

static void
tell(const struct step *steps, size_t n)
{
	struct leases *l = leases_open();

	assert_non_null(l);
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];
		struct lease w = wish(s->holder, s->site, s->comment);
		struct lease has, left;

		if (s->ends) {
			assert_int_equal(leases_end(l, &w, s->now_ms), s->done);
			continue;
		}
		assert_int_equal(
		    leases_take(l, &w, s->now_ms, &has, &left), s->done);
		assert_string_equal(has.holder, s->has);
		assert_string_equal(left.comment, s->left ? s->left : "");
		if (strcmp(has.holder, s->holder) == 0)
			assert_int_equal(has.until_ms, s->now_ms + LEASE_MS);
	}
	leases_close(l);
}

static void
who_comes_first_has_it(void **state)
{
	static const struct step steps[] = {
	    {"anna", "c1", 1, 1000, .done = true, .has = "anna"},
	    {"ben", "c1", 1, 1001, .has = "anna"},
	    {"anna", "c1", 1, 2000, .has = "anna"}, /* renews */
	    {"ben", "c1", 1, 1000 + LEASE_MS, .has = "anna"},
	    {"ben", "c1", 1, 2000 + LEASE_MS, .done = true, .has = "ben"},
	    {"anna", "c1", 2, 2000 + LEASE_MS, .done = true, .has = "anna"},
	};

	(void)state;
	tell(steps, sizeof steps / sizeof *steps);
}

static void
a_clock_that_goes_back_ends_it(void **state)
{
	static const struct step steps[] = {
	    {"anna", "c1", 1, 9 * LEASE_MS, .done = true, .has = "anna"},
	    {"ben", "c1", 1, 9 * LEASE_MS - 1000, .has = "anna"},
	    {"ben", "c1", 1, LEASE_MS, .done = true, .has = "ben"},
	};

	(void)state;
	tell(steps, sizeof steps / sizeof *steps);
}

static void
one_has_one_at_a_time(void **state)
{
	static const struct step steps[] = {
	    {"anna", "c1", 1, 1, .done = true, .has = "anna"},
	    {"anna", "c2", 1, 2, .done = true, .has = "anna", .left = "c1"},
	    {"ben", "c1", 1, 3, .done = true, .has = "ben"},
	    /* it is left even for what is not to be had */
	    {"anna", "c1", 1, 4, .has = "ben", .left = "c2"},
	};

	(void)state;
	tell(steps, sizeof steps / sizeof *steps);
}

static void
the_holder_ends_it_or_nobody_in_particular(void **state)
{
	static const struct step steps[] = {
	    {"anna", "c1", 1, 1, .done = true, .has = "anna"},
	    {"ben", "c1", 1, 2, .ends = true},
	    {"anna", "c1", 1, 3, .ends = true, .done = true},
	    {"anna", "c1", 1, 4, .ends = true},
	    {"ben", "c1", 1, 5, .done = true, .has = "ben"},
	    {"", "c1", 2, 6, .ends = true},
	    {"", "c1", 1, 6, .ends = true, .done = true},
	};

	(void)state;
	tell(steps, sizeof steps / sizeof *steps);
}

static void
with_too_many_the_first_to_end_goes(void **state)
{
	struct leases *l = leases_open();
	struct lease has, left, w;
	char name[LEASE_HOLDER_BYTES];

	(void)state;
	for (int i = 0; i < LEASES_MAX; i++) {
		snprintf(name, sizeof name, "h%d", i);
		w = wish(name, 1, name);
		/* all but the fifth hold on longer */
		assert_true(
		    leases_take(l, &w, i == 5 ? 1 : 100 + i, &has, &left));
	}
	w = wish("late", 1, "late");
	assert_true(leases_take(l, &w, 5000, &has, &left));
	w = wish("", 1, "h5");
	assert_false(leases_end(l, &w, 5000));
	w = wish("", 1, "h6");
	assert_true(leases_end(l, &w, 5000));
	w = wish("", 1, "late");
	assert_true(leases_end(l, &w, 5000));
	leases_close(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_comes_first_has_it),
	    cmocka_unit_test(a_clock_that_goes_back_ends_it),
	    cmocka_unit_test(one_has_one_at_a_time),
	    cmocka_unit_test(the_holder_ends_it_or_nobody_in_particular),
	    cmocka_unit_test(with_too_many_the_first_to_end_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
