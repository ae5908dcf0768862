/* Two models side by side: counts, shares, and what is due to chance. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/promotion.h"

#define PUB  ACTION_PUBLISH
#define HOLD ACTION_HOLD
#define REJ  ACTION_REJECT

static void
tell(struct contrast *c, int times, struct contrast_case k)
{
	while (times-- > 0)
		contrast_add(c, &k);
}

/* 40 bad and 60 good ones, and 5 that nobody decided. */
static struct contrast
told(void)
{
	struct contrast c = {0};

	tell(&c, 20, (struct contrast_case){TRUTH_BAD, {REJ, REJ}});
	tell(&c, 9, (struct contrast_case){TRUTH_BAD, {PUB, REJ}});
	tell(&c, 1, (struct contrast_case){TRUTH_BAD, {REJ, PUB}});
	tell(&c, 10, (struct contrast_case){TRUTH_BAD, {HOLD, REJ}});
	tell(&c, 57, (struct contrast_case){TRUTH_GOOD, {PUB, PUB}});
	tell(&c, 2, (struct contrast_case){TRUTH_GOOD, {PUB, HOLD}});
	tell(&c, 1, (struct contrast_case){TRUTH_GOOD, {REJ, PUB}});
	tell(&c, 5, (struct contrast_case){TRUTH_UNKNOWN, {PUB, REJ}});
	return c;
}

static void
counts(void **state)
{
	struct contrast c = told();

	(void)state;
	assert_int_equal(contrast_total(&c), 105);
	assert_int_equal(contrast_agreed(&c), 77);
}

static void
figures(void **state)
{
	struct contrast c = told();
	struct contrast_figures f =
	    contrast_figures(&c, CONTRAST_OLD, ACTION_REJECT);

	(void)state;
	assert_int_equal(f.caught, 21);
	assert_int_equal(f.missed, 19);
	assert_int_equal(f.blocked, 1);
	assert_int_equal(f.passed, 59);
	assert_float_equal(f.precision, 21 / 22.0, 1e-12);
	assert_float_equal(f.recall, 21 / 40.0, 1e-12);
	assert_float_equal(f.false_positives, 1 / 60.0, 1e-12);
	assert_true(f.recall95.low < f.recall && f.recall < f.recall95.high);
	f = contrast_figures(&c, CONTRAST_NEW, ACTION_HOLD);
	assert_int_equal(f.caught, 39);
	assert_int_equal(f.blocked, 2);
}

static void
figures_of_nothing(void **state)
{
	struct contrast c = {0};
	struct contrast_figures f =
	    contrast_figures(&c, CONTRAST_OLD, ACTION_HOLD);

	(void)state;
	assert_true(isnan(f.precision) && isnan(f.recall));
	assert_true(isnan(f.false_positives95.low));
	assert_float_equal(contrast_duel(&c, ACTION_HOLD).p, 1, 0);
}

static void
duel(void **state)
{
	struct contrast c = told();
	struct contrast_duel d = contrast_duel(&c, ACTION_HOLD);

	(void)state;
	/* the old one: a bad one stopped, two good ones not; the new one: nine
	 * bad ones stopped, a good one not */
	assert_int_equal(d.only_old, 3);
	assert_int_equal(d.only_new, 10);
	/* 2 * (1 + 13 + 78 + 286) / 2^13 */
	assert_float_equal(d.p, 2 * 378 / 8192.0, 1e-12);
}

static void
mcnemar(void **state)
{
	static const struct {
		size_t a, b;
		double p;
	} cases[] = {
	    {0, 0, 1},
	    {1, 0, 1},
	    {0, 5, 2 / 32.0},
	    {5, 0, 2 / 32.0},
	    {3, 3, 1},
	    {2, 8, 2 * 56 / 1024.0},
	    /* P(X <= 1450), n = 3000, p = 1/2: normal with correction .0354 */
	    {1450, 1550, 0.0708},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_float_equal(statistics_mcnemar(cases[i].a, cases[i].b),
		    cases[i].p, cases[i].a > 1000 ? 5e-4 : 1e-12);
}

static void
wilson(void **state)
{
	struct interval w = statistics_wilson(8, 10);

	(void)state;
	assert_float_equal(w.low, 0.4901625, 1e-7);
	assert_float_equal(w.high, 0.9433178, 1e-7);
	w = statistics_wilson(7, 7);
	assert_true(w.high == 1);
	w = statistics_wilson(0, 7);
	assert_true(w.low == 0);
	w = statistics_wilson(0, 10);
	assert_true(w.low >= 0 && w.low < 1e-12);
	assert_true(isnan(statistics_wilson(0, 0).low));
}

/* As tables have it, to a hundredth. */
static void
student(void **state)
{
	static const struct {
		size_t freedom;
		double t95;
	} cases[] = {{1, 12.7062}, {4, 2.7764}, {5, 2.5706}, {9, 2.2622},
	    {19, 2.0930}, {1000000, 1.95997}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_float_equal(statistics_t95(cases[i].freedom),
		    cases[i].t95, 0.01 * cases[i].t95);
}

static void
harm(void **state)
{
	static const struct contrast_case falling[] = {
	    {TRUTH_GOOD, {PUB, REJ}},
	    {TRUTH_BAD, {HOLD, PUB}},
	    {TRUTH_UNKNOWN, {PUB, ACTION_DISCARD}},
	    {TRUTH_UNKNOWN, {REJ, HOLD}},
	    {TRUTH_UNKNOWN, {REJ, REJ}},
	    {TRUTH_GOOD, {HOLD, PUB}},
	    {TRUTH_BAD, {PUB, REJ}},
	};

	(void)state;
	for (size_t i = 1; i < sizeof falling / sizeof *falling; i++)
		assert_true(contrast_harm(&falling[i - 1]) >
			    contrast_harm(&falling[i]));
	assert_true(contrast_harm(&falling[1]) >= 1);
	assert_true(contrast_harm(&falling[2]) < 1);
}

/* What speaks against the new one, when it judges `k` so many times more. */
static void
promotion(void **state)
{
	static const struct {
		const char *name;
		int times;
		struct contrast_case k;
		bool objects[PROMOTION_OBJECTIONS];
	} cases[] = {
	    {"nothing new", 0, {TRUTH_BAD, {PUB, PUB}}, {0}},
	    {"more caught", 20, {TRUTH_BAD, {PUB, REJ}}, {0}},
	    {"held instead of rejected", 20, {TRUTH_BAD, {REJ, HOLD}}, {0}},
	    {"less caught", 20, {TRUTH_BAD, {REJ, PUB}}, {1, 1, 0, 0}},
	    {"half rejected", 100, {TRUTH_BAD, {REJ, HOLD}}, {0}},
	    {"less rejected", 101, {TRUTH_BAD, {REJ, HOLD}},
		{[PROMOTION_LENIENT] = true}},
	    {"good ones held", 20, {TRUTH_GOOD, {PUB, HOLD}}, {1, 1, 1, 0}},
	    {"good ones rejected", 9, {TRUTH_GOOD, {HOLD, REJ}}, {0, 0, 0, 1}},
	    {"as many as ever", 20, {TRUTH_GOOD, {REJ, REJ}}, {0}},
	    {"one by chance", 1, {TRUTH_GOOD, {HOLD, REJ}}, {0}},
	};
	const struct promotion_budget budget = {.hold = 0.02, .reject = 0.001};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct contrast c = {0};

		tell(&c, 100, (struct contrast_case){TRUTH_BAD, {REJ, REJ}});
		tell(&c, 100, (struct contrast_case){TRUTH_GOOD, {PUB, PUB}});
		tell(&c, cases[i].times, cases[i].k);
		for (int o = 0; o < PROMOTION_OBJECTIONS; o++)
			if (promotion_objects((enum promotion_objection)o, &c,
				&budget) != cases[i].objects[o])
				fail_msg("%s: %s", cases[i].name,
				    promotion_objection_name(
					(enum promotion_objection)o));
	}
	assert_float_equal(statistics_mcnemar_mid(0, 5), 0.03125, 1e-12);
	assert_float_equal(statistics_mcnemar_mid(3, 3), 1, 0);
}

/* A fall of F1 that chance explains speaks against a model on a gold set only;
 * the standard errors agree with those of 2000 bootstrap samples. */
static void
f1_of_a_sample(void **state)
{
	static const struct {
		const char *name;
		int both, neither, missed, spared; /* missed by the new alone;
						    * spared: good ones */
		bool gold, sample;
	} cases[] = {
	    {"28 decisions", 5, 15, 3, 2, true, false},
	    {"-.038 +- .034", 40, 60, 6, 3, true, false},
	    {"-.073 +- .035, McNemar even", 100, 100, 60, 60, true, true},
	    {"-.091 +- .020", 100, 100, 20, 0, true, true},
	    {"all bad ones of four", 0, 20, 4, 0, true, false},
	    {"all bad ones of five", 0, 20, 5, 0, true, true},
	    {"none is bad", 0, 20, 0, 9, false, false},
	};
	struct promotion_budget budget = {.hold = 0.02, .reject = 0.001};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct contrast c = {0};

		tell(&c, cases[i].both,
		    (struct contrast_case){TRUTH_BAD, {REJ, HOLD}});
		tell(&c, cases[i].neither,
		    (struct contrast_case){TRUTH_GOOD, {PUB, PUB}});
		tell(&c, cases[i].missed,
		    (struct contrast_case){TRUTH_BAD, {HOLD, PUB}});
		tell(&c, cases[i].spared,
		    (struct contrast_case){TRUTH_GOOD, {HOLD, PUB}});
		for (int sample = 0; sample < 2; sample++) {
			budget.sample = sample;
			if (promotion_objects(PROMOTION_F1, &c, &budget) !=
			    (sample ? cases[i].sample : cases[i].gold))
				fail_msg("%s, %d", cases[i].name, sample);
		}
	}
}

/* Whatever comments say: what is learned no more is told no more. */
static void
a_head_is_lost(void **state)
{
	struct model old = {.heads = {{.trained_on = 1}, {.trained_on = 1}}};
	struct model fresh = {.heads = {[HEAD_SPAM] = {.trained_on = 1}}};
	(void)state;

	assert_int_equal(promotion_head_lost(&old, &fresh), HEAD_ABUSE);
	assert_int_equal(promotion_head_lost(&old, &old), MODEL_HEADS);
	assert_int_equal(promotion_head_lost(&fresh, &old), MODEL_HEADS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts),
	    cmocka_unit_test(figures),
	    cmocka_unit_test(figures_of_nothing),
	    cmocka_unit_test(duel),
	    cmocka_unit_test(mcnemar),
	    cmocka_unit_test(promotion),
	    cmocka_unit_test(f1_of_a_sample),
	    cmocka_unit_test(wilson),
	    cmocka_unit_test(student),
	    cmocka_unit_test(harm),
	    cmocka_unit_test(a_head_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
