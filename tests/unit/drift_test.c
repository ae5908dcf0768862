/* Drift: what is counted of a verdict, and how far counts are apart. */
#include "../../service/core/drift.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof *(table))

static const struct {
	double score;
	int bin;
} scores[] = {
    {-1, -1},
    {0, 0},
    {1, DRIFT_BINS - 1},
    {.0001, 0},
    {.5, DRIFT_BINS / 2},
    {.4999, DRIFT_BINS / 2 - 1},
    {.9999, DRIFT_BINS - 1},
    {.9, 12},
};

static void
test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(scores); i++) {
		struct verdict v = {.unseen = NAN};
		struct drift_sample s;

		v.scores[HEAD_SPAM] = .3; /* what the site makes of it */
		v.alone[HEAD_SPAM] = scores[i].score;
		v.reasons.n = 3;
		v.reasons.items[0].part.code = REASON_LINKS;
		v.reasons.items[1].part.code = REASON_OTHER;
		v.reasons.items[2].part.code = REASON_DECIDED;
		s = drift_sample_of(&v);
		print_message("%g\n", scores[i].score);
		assert_int_equal(s.scores[HEAD_SPAM], scores[i].bin);
		assert_int_equal(s.unseen, -1);
		assert_int_equal(s.groups, 1 << REASON_LINKS);
		v.unseen = 1;
		assert_int_equal(drift_sample_of(&v).unseen, DRIFT_BINS - 1);
	}
}

static void
test_counts(void **state)
{
	const struct drift_sample s = {
	    .scores = {3, -1}, .unseen = 19, .groups = 1 << REASON_EMPTY};
	struct drift_counts c = {.n = 0}, twice = {.n = 0};

	(void)state;
	drift_add(&c, &s);
	drift_add_all(&twice, &c);
	drift_add_all(&twice, &c);
	assert_int_equal(twice.n, 2);
	assert_int_equal(twice.scores[HEAD_SPAM][3], 2);
	assert_int_equal(twice.unseen[19], 2);
	assert_int_equal(twice.groups[REASON_EMPTY], 2);
	assert_int_equal(twice.groups[REASON_TEXT], 0);
}

/* By hand: (.5 - .8) ln(.5 / .8) + (.5 - .2) ln(.5 / .2) = .4159 */
static const struct {
	uint32_t reference[4], now[4];
	double psi;
} pairs[] = {
    {{500, 0, 0, 500}, {800, 0, 0, 200}, .4159},
    {{250, 250, 250, 250}, {250, 250, 250, 250}, 0},
    {{250, 250, 250, 250}, {2500, 2500, 2500, 2500}, 0},
    /* bins that are nearly empty say nothing of their own */
    {{990, 4, 3, 3}, {960, 10, 15, 15}, 0},
    {{500, 20, 20, 460}, {500, 0, 40, 460}, 0},
    {{0, 0, 0, 1000}, {1000, 0, 0, 0}, 15.1942},
    {{100, 100, 100, 100}, {900, 0, 0, 100}, NAN},
    {{1000, 0, 0, 0}, {1, 1, 1, 1}, NAN},
};

static void
test_psi(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(pairs); i++) {
		double psi = drift_psi(pairs[i].reference, pairs[i].now, 4);

		print_message("%zu: %g\n", i, psi);
		if (isnan(pairs[i].psi))
			assert_true(isnan(psi));
		else
			assert_true(fabs(psi - pairs[i].psi) < .0001);
	}
	assert_true(fabs(drift_psi_share((struct drift_share){500, 1000},
			     (struct drift_share){800, 1000}) -
			 .4159) < .0001);
	assert_true(isfinite(drift_psi_share(
	    (struct drift_share){0, 1000}, (struct drift_share){1000, 1000})));
	assert_true(isnan(drift_psi_share(
	    (struct drift_share){5, 10}, (struct drift_share){800, 1000})));
}

static void
test_states(void **state)
{
	(void)state;
	assert_int_equal(drift_state(NAN), DRIFT_UNKNOWN);
	assert_int_equal(drift_state(.09), DRIFT_STEADY);
	assert_int_equal(drift_state(.15), DRIFT_WATCH);
	assert_int_equal(drift_state(.21), DRIFT_CHANGED);
	assert_string_equal(drift_state_name(DRIFT_CHANGED), "changed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_samples),
	    cmocka_unit_test(test_counts),
	    cmocka_unit_test(test_psi),
	    cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
