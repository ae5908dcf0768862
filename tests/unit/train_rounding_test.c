/* Weights as whole numbers: near, in order, and never lost. */
#include "../../training/rounding.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "../../service/core/model.h"

enum { N = 8 };

static const double weights[][N] = {
    {0, 1e-300, -1e-300, 3.999999999, -3.999999999, 0.1, -0.1, 1},
    {0, 0, 0, 0, 0, 0, 0, 0},
    {4, -4, 1, 2, 3, -0.0, 1e-12, 0.3},
    {1e-20, -1e-20, 3e-21, 0, 0, 0, 0, 0},
    {1e20, -1e20, 1, 0, 0, 0, 0, -1},
};

static void
check(const double *w)
{
	int16_t out[N * MODEL_HEADS] = {0};
	double unit = rounding(out, w, N), most = 0;

	assert_true(unit > 0 && isfinite(unit));
	for (size_t i = 0; i < N; i++)
		most = fmax(most, fabs(w[i]));
	for (size_t i = 0; i < N; i++) {
		int16_t n = out[i * MODEL_HEADS];

		assert_true(fabs(n * unit - w[i]) <= unit);
		assert_true((n == 0) == (w[i] == 0));
		assert_true(n == 0 || (n > 0) == (w[i] > 0));
		assert_int_equal(out[i * MODEL_HEADS + 1], 0);
	}
	assert_true(most == 0 || unit <= most * 0x1p-14);
}

static void
test_near(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
		check(weights[i]);
}

/* What was rounded before stays as it is. */
static void
test_again(void **state)
{
	int16_t once[N * MODEL_HEADS], twice[N * MODEL_HEADS];
	double rounded[N], unit;

	(void)state;
	unit = rounding(once, weights[2], N);
	for (size_t i = 0; i < N; i++)
		rounded[i] = once[i * MODEL_HEADS] * unit;
	assert_true(rounding(twice, rounded, N) == unit);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(once[i * MODEL_HEADS], twice[i * MODEL_HEADS]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_near),
	    cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
