/* Metrics and calibration against values worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "../../training/calibrate.h"
#include "../../training/metrics.h"
#include "../../training/random.h"
#include "../../training/reliability.h"

static void
assert_near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance))
		fail_msg("%.9g, expected %.9g", value, expected);
}

/* By falling margin: bad good bad bad | good good, zero at the bar. */
static const struct scored six[] = {
    {-1, false},
    {3, true},
    {0.5, true},
    {2, false},
    {1, true},
    {-2, false},
};

static void
test_six_rows(void **state)
{
	struct scored s[6];
	struct metrics m;
	(void)state;
	memcpy(s, six, sizeof(s));
	metrics_of(&m, s, 6);
	assert_int_equal(m.n, 6);
	assert_int_equal(m.bad, 3);
	/* 7 of 9 pairs in order */
	assert_near(m.auc, 7.0 / 9, 1e-12);
	/* (1/1 + 2/3 + 3/4) / 3 */
	assert_near(m.average_precision, 29.0 / 36, 1e-12);
	assert_near(m.accuracy, 5.0 / 6, 1e-12);
	assert_near(m.precision, 0.75, 1e-12);
	assert_near(m.recall, 1, 1e-12);
	assert_near(m.blocked, 1.0 / 3, 1e-12);
	/* (3*2 - 1*0) / sqrt(4 * 3 * 3 * 2) */
	assert_near(m.mcc, 6 / sqrt(72), 1e-12);
	assert_near(m.recall_1, 1.0 / 3, 1e-12);
	assert_near(metrics_recall_at(s, 6, 0.34), 1, 1e-12);
	/* DeLong: placements of the bad {1, 2/3, 2/3}, of the good
	 * {1/3, 1, 1}: variances 1/27 and 4/27, over 3 each */
	assert_near(
	    m.auc95.low, 7.0 / 9 - 1.959963984540054 * sqrt(5.0 / 81), 1e-12);
	assert_near(m.auc95.high, 1, 1e-12);
}

static void
test_ties_and_one_kind(void **state)
{
	struct scored tied[] = {{1, true}, {1, false}, {1, true}, {1, false}};
	struct scored bad[] = {{1, true}, {-1, true}};
	struct metrics m;
	(void)state;
	metrics_of(&m, tied, 4);
	assert_near(m.auc, 0.5, 1e-12);
	assert_near(m.average_precision, 0.5, 1e-12);
	assert_near(m.recall_1, 0, 1e-12);
	metrics_of(&m, bad, 2);
	assert_true(isnan(m.auc));
	assert_near(m.recall, 0.5, 1e-12);
	assert_near(m.mcc, 0, 0);
}

static void
test_intervals(void **state)
{
	(void)state;
	/* Wilson, 95 %, 8 of 10: Brown, Cai, DasGupta 2001 form */
	struct interval w = statistics_wilson(8, 10);
	assert_near(w.low, 0.490162, 1e-5);
	assert_near(w.high, 0.943318, 1e-5);
	/* the rule of three in its exact form: 1 - 0.05^(1/n) */
	assert_near(
	    metrics_clopper_pearson(0, 100, 0.95), 1 - pow(0.05, 0.01), 1e-9);
	/* P(X <= 1 | 2, p) = 1 - p^2 = 0.05 */
	assert_near(metrics_clopper_pearson(1, 2, 0.95), sqrt(0.95), 1e-9);
	assert_near(metrics_clopper_pearson(5, 5, 0.95), 1, 0);
}

/* How often the interval of as many rows, drawn anew, has the coefficient. */
static double
covered(const struct confusion *of, size_t n)
{
	const size_t ends[] = {of->caught, of->caught + of->missed,
	    of->caught + of->missed + of->blocked,
	    of->caught + of->missed + of->blocked + of->passed};
	struct random random = {7};
	double true_mcc = metrics_mcc(of);
	enum { ROUNDS = 4000 };
	int within = 0;
	for (int round = 0; round < ROUNDS; round++) {
		size_t counts[4] = {0};
		for (size_t i = 0; i < n; i++) {
			size_t at = random_below(&random, (uint32_t)ends[3]);
			int which = 0;
			while (at >= ends[which])
				which++;
			counts[which]++;
		}
		struct interval found = metrics_mcc_95(&(struct confusion){
		    counts[0], counts[1], counts[2], counts[3]});
		within += found.low <= true_mcc && true_mcc <= found.high;
	}
	return (double)within / ROUNDS;
}

static void
test_mcc_interval(void **state)
{
	/* even, nearly perfect, rare, hardly better than chance */
	static const struct confusion cases[] = {{40, 10, 5, 45},
	    {45, 3, 1, 51}, {30, 50, 10, 910}, {30, 25, 20, 25}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_near(covered(&cases[i], 400), 0.95, 0.02);
	struct interval perfect =
	    metrics_mcc_95(&(struct confusion){50, 0, 0, 50});
	assert_true(perfect.low == 1 && perfect.high == 1);
	struct interval many =
	    metrics_mcc_95(&(struct confusion){173855, 0, 0, 299371});
	assert_near(many.low, 1, 1e-9);
	assert_true(isnan(metrics_mcc_95(&(struct confusion){5, 5, 0, 0}).low));
	assert_true(isnan(metrics_mcc_95(&(struct confusion){0, 5, 0, 5}).low));
}

static void
test_conformal(void **state)
{
	double good[2000];
	(void)state;
	for (int i = 0; i < 2000; i++)
		good[i] = i;
	/* one of 1,000 may lie above: the highest must not */
	assert_true(
	    calibration_cut_off(good, 999, 0.001) == nextafter(998, INFINITY));
	assert_true(isinf(calibration_cut_off(good, 998, 0.001)));
	/* two of 2,001 */
	assert_true(calibration_cut_off(good, 2000, 0.001) ==
		    nextafter(1998, INFINITY));
	assert_true(calibration_cut_off(good, 0, 0.5) == INFINITY);
}

/* The budget is kept by fresh rows, on average over many calibrations. */
static void
test_conformal_keeps_budget(void **state)
{
	struct random random = {11};
	double good[99], over = 0;
	enum { ROUNDS = 4000 };
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 99; i++) {
			double v = (double)random_below(&random, 1 << 30);
			int at = i;
			for (; at > 0 && good[at - 1] > v; at--)
				good[at] = good[at - 1];
			good[at] = v;
		}
		double fresh = (double)random_below(&random, 1 << 30);
		over += fresh >= calibration_cut_off(good, 99, 0.05);
	}
	assert_near(over / ROUNDS, 0.05, 0.012);
}

/* With two margins only, Platt's fit meets the smoothed shares exactly:
 * (9 * 10/12 + 1/12) / 10 of ten at +1, the rest of them below. */
static void
test_platt(void **state)
{
	const struct platt_prior none = {.weight = 0};
	struct scored s[20];
	(void)state;
	for (int i = 0; i < 20; i++) {
		bool up = i < 10, odd = i % 10 == 0;
		s[i] = (struct scored){up ? 1 : -1, up != odd};
	}
	struct platt fit = calibration_platt(s, 20, &none);
	double share = (9 * 11.0 / 12 + 1.0 / 12) / 10;
	double expected = log(1 / share - 1);
	assert_near(fit.a, expected, 1e-4);
	assert_near(fit.b, 0, 1e-4);
}

/* Margins that tell the wrong way, and are far from nought, leave the base
 * rate, whatever is thought beforehand. */
static void
test_platt_of_nothing(void **state)
{
	const struct platt_prior some = {{-2, 1}, 0.001}, none = {.weight = 0};
	struct scored s[100];
	(void)state;
	for (int i = 0; i < 100; i++)
		s[i] =
		    (struct scored){-3 + 0.01 * i - (i % 4 == 0), i % 4 == 0};
	struct platt fit = calibration_platt(s, 100, &none);
	assert_true(fit.a == 0);
	assert_near(calibration_probability(fit, -3), 0.25, 0.01);
	fit = calibration_platt(s, 100, &some);
	assert_true(fit.a == 0);
	assert_near(calibration_probability(fit, 5), 0.25, 0.01);
}

/* A prior that weighs much is kept, and one that weighs little is not. */
static void
test_platt_prior(void **state)
{
	struct platt_prior prior = {.at = {-3, 1}, .weight = 1e6};
	struct scored s[100];
	struct platt fit;
	(void)state;
	for (int i = 0; i < 100; i++)
		s[i] = (struct scored){i % 2 ? 1 : -1, i % 2 == (i > 9)};
	fit = calibration_platt(s, 100, &prior);
	assert_near(fit.a, -3, 1e-2);
	assert_near(fit.b, 1, 1e-2);
	prior.weight = 1e-6;
	fit = calibration_platt(s, 100, &prior);
	assert_true(fit.a > -3 && fit.a < -2);
	assert_near(fit.b, 0, 1e-2);
}

static void
test_platt_backwards(void **state)
{
	struct scored s[] = {{-1, true}, {1, false}, {-2, true}, {2, false}};
	const struct platt_prior none = {.weight = 0};
	(void)state;
	assert_true(calibration_platt(s, 4, &none).a == 0);
}

/* 1 and 3 are out of order: 0, {1, 0}, 1, 1 bad become shares that rise. */
static void
test_isotonic(void **state)
{
	struct scored s[] = {{4, true}, {1, false}, {3, false}, {2, true},
	    {5, true}, {1, false}};
	double p[6];
	(void)state;
	isotonic_fit(p, s, 6);
	assert_near(p[0], 1.0 / 4, 1e-12); /* two of margin 1, none bad */
	assert_near(p[1], 1.0 / 4, 1e-12);
	assert_near(p[2], 2.0 / 4, 1e-12); /* 2 and 3, one bad */
	assert_near(p[3], 2.0 / 4, 1e-12);
	assert_near(p[4], 3.0 / 4, 1e-12); /* 4 and 5, both bad */
	assert_near(p[5], 3.0 / 4, 1e-12);
}

/* A sigmoid fits what is one; where it is not, isotonic regression does. */
static void
test_reliability(void **state)
{
	enum { N = 4000 };
	static struct scored s[N];
	struct random random = {7};
	struct reliability r[CALIBRATORS];
	(void)state;
	for (int step = 0; step < 2; step++) {
		for (int i = 0; i < N; i++) {
			double margin = random_below(&random, 4000) / 1e3 - 2;
			double share = step ? (fabs(margin) > 1 ? 0.3 : 0.05) +
						  (margin > 1.5 ? 0.6 : 0)
					    : 1 / (1 + exp(-2 * margin));
			s[i] = (struct scored){
			    margin, random_below(&random, 1000) < 1000 * share};
		}
		reliability_compare(r, s, N);
		if (step)
			assert_true(r[CALIBRATOR_ISOTONIC].brier <
				    r[CALIBRATOR_PLATT].brier - 0.01);
		else
			assert_true(r[CALIBRATOR_PLATT].log_loss <
					r[CALIBRATOR_ISOTONIC].log_loss &&
				    r[CALIBRATOR_PLATT].ece < 0.03);
	}
}

/* What is told of a calibration that was kept is told of that one. */
static void
test_calibration_of_others(void **state)
{
	const struct model_head steep = {.platt_a = -40, .platt_b = 20};
	struct scored s[100];

	(void)state;
	for (int i = 0; i < 100; i++)
		s[i] = (struct scored){i >= 50, i >= 75};
	/* all of margin 1 are said to be bad, and half of them are */
	struct above above = calibrate_count(&steep, s, 100);
	assert_near(above.reliability[CALIBRATOR_PLATT].brier, 0.25, 1e-6);
	assert_near(above.reliability[CALIBRATOR_PLATT].ece, 0.25, 1e-6);
	assert_near(above.reliability[CALIBRATOR_ISOTONIC].brier, 0.125, 2e-3);
}

/* Those that are said to be alike are in one bin, good ones first or not. */
static void
test_error_of_ties(void **state)
{
	enum { N = 1000 };
	struct reliability r[CALIBRATORS];
	struct scored s[N];

	(void)state;
	for (int i = 0; i < N; i++)
		s[i] = (struct scored){0, i % 4 < 2};
	reliability_compare(r, s, N);
	assert_near(r[CALIBRATOR_PLATT].ece, 0, 1e-3);
	assert_near(r[CALIBRATOR_ISOTONIC].ece, 0, 1e-3);
	/* one row has nothing that it could be fitted by */
	reliability_compare(r, s, 1);
	assert_near(r[CALIBRATOR_ISOTONIC].brier, 0.25, 1e-12);
}

/* What is said with certainty and wrong costs much, not all. */
static void
test_loss_is_finite(void **state)
{
	struct reliability r[CALIBRATORS];
	struct scored s[40];
	json_t *o;

	(void)state;
	for (int i = 0; i < 40; i++)
		s[i] = (struct scored){i / 2 % 2 == 0 ? -1 : 1, i / 2 % 2 == 0};
	s[0].margin = -1e9;
	s[1].margin = 1e9;
	reliability_compare(r, s, 40);
	o = reliability_json(r);
	assert_true(json_is_real(
	    json_object_get(json_object_get(o, "platt"), "log_loss")));
	json_decref(o);
}

static void
test_one_bad_row(void **state)
{
	struct scored s[] = {{3, true}, {1, false}, {0, false}};
	struct metrics m;

	(void)state;
	metrics_of(&m, s, 3);
	assert_near(m.auc, 1, 1e-12);
	/* of a single one it is not known how far they are spread */
	assert_near(m.auc95.low, 0, 1e-12);
	assert_near(m.auc95.high, 1, 1e-12);
}

static void
test_cut_offs_in_order(void **state)
{
	struct scored s[3000];
	struct model_head h = {0};
	struct budget budget = budget_defaults();
	(void)state;
	for (int i = 0; i < 3000; i++)
		s[i] = (struct scored){i % 100 - (i % 3 ? 60 : 0), i % 3 == 0};
	struct above above = calibrate_head(&h, s, 3000, &budget);
	assert_int_equal(h.calibrated_on, 2000);
	assert_true(h.hold <= h.reject);
	assert_true(h.reject <= h.discard);
	assert_true(isinf(h.discard));
	assert_true(above.reject <= 2);
	assert_true(above.hold >= above.reject);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_six_rows),
	    cmocka_unit_test(test_ties_and_one_kind),
	    cmocka_unit_test(test_intervals),
	    cmocka_unit_test(test_mcc_interval),
	    cmocka_unit_test(test_conformal),
	    cmocka_unit_test(test_conformal_keeps_budget),
	    cmocka_unit_test(test_platt),
	    cmocka_unit_test(test_platt_of_nothing),
	    cmocka_unit_test(test_platt_prior),
	    cmocka_unit_test(test_platt_backwards),
	    cmocka_unit_test(test_isotonic),
	    cmocka_unit_test(test_reliability),
	    cmocka_unit_test(test_calibration_of_others),
	    cmocka_unit_test(test_error_of_ties),
	    cmocka_unit_test(test_loss_is_finite),
	    cmocka_unit_test(test_one_bad_row),
	    cmocka_unit_test(test_cut_offs_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
