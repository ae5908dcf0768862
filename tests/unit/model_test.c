/* model.bin in and out, scores, and every damage that the decoder can see. */
#include "../../service/core/model.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	LOG2 = MODEL_BUCKETS_LOG2_MIN,
	WEIGHTS = MODEL_HEADS * ((1 << LOG2) + FEATURE_NUMBERS),
};

struct fixture {
	struct model model;
	int16_t weights[WEIGHTS];
	unsigned char *bytes;
	size_t n;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	for (int i = 0; i < WEIGHTS; i++)
		f->weights[i] = i % 13 - 6;
	f->model = (struct model){
	    .name = "tiny@2026-11-25",
	    .buckets_log2 = LOG2,
	    .weights = f->weights,
	    .heads = {{-0.5, -2, 0.1, 0, 1, INFINITY, 10, 9,
			  {INFINITY, INFINITY, 5, 4, 3, 3, 2, 1, 0, -1, -2},
			  0.125},
		{0.25, -1, 0, 0.5, INFINITY, INFINITY, 20, 5, .unit = 0.5}},
	};
	f->n = model_bytes(LOG2);
	f->bytes = aligned_alloc(64, (f->n + 63) / 64 * 64);
	memset(f->bytes, 0, f->n);
	model_encode(&f->model, f->bytes);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	free(f->bytes);
	free(f);
	return 0;
}

static const char *
decode(const struct fixture *f, size_t n, struct model *out)
{
	return model_decode(out, (struct span){(const char *)f->bytes, n});
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct model m;

	assert_null(decode(f, f->n, &m));
	assert_string_equal(m.name, f->model.name);
	assert_memory_equal(m.heads, f->model.heads, sizeof(m.heads));
	assert_memory_equal(m.weights, f->weights, sizeof(f->weights));
}

/* Of the hashed buckets only; behind them nothing is counted. */
static void
test_vacant_buckets_are_counted(void **state)
{
	struct fixture *f = *state;
	struct model m;

	for (int i = 0; i < WEIGHTS; i++)
		f->weights[i] = i % 8 == 0 || i >= MODEL_HEADS << LOG2 ? 0 : 1;
	model_encode(&f->model, f->bytes);
	assert_null(decode(f, f->n, &m));
	assert_true(m.vacant[HEAD_SPAM] == 0.25);
	assert_true(m.vacant[HEAD_ABUSE] == 0);
}

static void
test_every_other_length_is_refused(void **state)
{
	struct fixture *f = *state;
	struct model m;

	for (size_t n = 0; n < f->n; n++)
		assert_non_null(decode(f, n, &m));
}

static void
set_head(struct fixture *f, size_t offset, double value)
{
	struct model m = f->model;

	memcpy((char *)&m.heads[1] + offset, &value, sizeof(value));
	model_encode(&m, f->bytes);
}

static void
test_impossible_numbers_are_refused(void **state)
{
	static const struct {
		size_t offset;
		double value;
	} rows[] = {
	    {offsetof(struct model_head, bias), NAN},
	    {offsetof(struct model_head, bias), INFINITY},
	    {offsetof(struct model_head, platt_a), 1},
	    {offsetof(struct model_head, platt_b), -INFINITY},
	    {offsetof(struct model_head, hold), NAN},
	    {offsetof(struct model_head, reject), 0.25},
	    {offsetof(struct model_head, discard), 0.25},
	    {offsetof(struct model_head, budgeted[0]), NAN},
	    {offsetof(struct model_head, budgeted[0]), -1},
	    {offsetof(struct model_head, budgeted[10]), NAN},
	    {offsetof(struct model_head, budgeted[10]), 0.5},
	    {offsetof(struct model_head, unit), 0},
	    {offsetof(struct model_head, unit), -1},
	    {offsetof(struct model_head, unit), NAN},
	    {offsetof(struct model_head, unit), INFINITY},
	    {offsetof(struct model_head, excerpt), -1},
	    {offsetof(struct model_head, excerpt), NAN},
	    {offsetof(struct model_head, excerpt), INFINITY},
	};
	struct fixture *f = *state;
	struct model m;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_head(f, rows[i].offset, rows[i].value);
		assert_non_null(decode(f, f->n, &m));
	}
}

static void
test_a_name_that_answers_cannot_hold_is_refused(void **state)
{
	struct fixture *f = *state;
	struct model m = f->model;

	m.name[0] = '\xff';
	model_encode(&m, f->bytes);
	assert_non_null(decode(f, f->n, &m));
	memset(m.name, 'x', sizeof(m.name));
	model_encode(&m, f->bytes);
	assert_non_null(decode(f, f->n, &m));
}

static void
test_every_bit_of_the_frame_counts(void **state)
{
	struct fixture *f = *state;
	struct model m;

	/* magic, format, features, buckets, heads: 24 bytes */
	for (int bit = 0; bit < 24 * 8; bit++) {
		f->bytes[bit / 8] ^= 1 << bit % 8;
		assert_non_null(decode(f, f->n, &m));
		f->bytes[bit / 8] ^= 1 << bit % 8;
	}
}

/* Three views over five features of two parts; the last is of numbers. */
static void
test_margin_is_the_sum_of_its_shares(void **state)
{
	struct fixture *f = *state;
	struct feature items[] = {
	    {0, 0}, {1u << 24, 1}, {7u << 24, 1}, {255u << 24, 0}, {3, 1}};
	struct features features = {
	    .items = items,
	    .n = 5,
	    .views = {{0, 3, 0.5}, {3, 4, 2},
		{4, 5, 3, .numbered = true, .behaviour = true}},
	    .n_views = 3,
	    .n_parts = 2,
	};
	unsigned char block[256] __attribute__((aligned(16)));
	const struct model *model = &f->model;
	struct margins out = model_score(model, &features);
	const struct excerpt whole = {0};
	struct shares shares;
	struct arena a;

	for (int h = 0; h < MODEL_HEADS; h++) {
		double first = 0.5 * model_weight(model, 0, h) +
			       2 * model_weight(model, 255, h);
		double second = 0.5 * (model_weight(model, 1, h) +
					  model_weight(model, 7, h)) +
				3 * model_weight(model, 256 + 3, h);

		arena_init(&a, block, sizeof(block));
		shares = model_share(model, &features, &whole, h, &a);
		assert_non_null(shares.of);
		assert_null(shares.own);
		assert_true(fabs(shares.of[0] - first) < 1e-12);
		assert_true(fabs(shares.of[1] - second) < 1e-12);
		assert_true(fabs(out.of[h] - model->heads[h].bias - first -
				 second) < 1e-12);
		arena_init(&a, block, 8);
		shares = model_share(model, &features, &whole, h, &a);
		assert_null(shares.of);
	}
}

static void
test_probability(void **state)
{
	const struct model_head h = {.platt_a = -2, .platt_b = 0};

	(void)state;
	assert_true(fabs(model_probability(&h, 0) - 0.5) < 1e-12);
	assert_true(fabs(model_probability(&h, 1) - 1 / (1 + exp(-2))) < 1e-12);
	assert_true(model_probability(&h, 1e9) <= 1);
	assert_true(model_probability(&h, -1e9) >= 0);
	assert_true(model_probability(&h, -3) < model_probability(&h, -2));
}

static void
test_margin_is_the_inverse_of_probability(void **state)
{
	const struct model_head h = {.platt_a = -2, .platt_b = 0.5};
	const struct model_head flat = {.platt_a = 0, .platt_b = 0};

	(void)state;
	for (double p = 0.01; p < 1; p += 0.07)
		assert_true(fabs(model_probability(&h, model_margin(&h, p)) -
				 p) < 1e-12);
	assert_true(model_margin(&h, 1) == INFINITY);
	assert_true(model_margin(&h, 0) == -INFINITY);
	/* every margin is of probability 0.5 */
	assert_true(model_margin(&flat, 0.4) == -INFINITY);
	assert_true(model_margin(&flat, 0.5) == -INFINITY);
	assert_true(model_margin(&flat, 0.6) == INFINITY);
}

static void
test_a_budget_takes_the_stricter_row(void **state)
{
	static const struct {
		double budget, cut_off;
	} rows[] = {
	    {0, INFINITY},
	    {0.00005, INFINITY}, /* below the table */
	    {0.0001, INFINITY},  /* too little data */
	    {0.0005, 5},
	    {0.0009, 5}, /* between 0.0005 and 0.001 */
	    {0.001, 4},
	    {0.2, -2},
	    {1, -2},
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(model_cut_off(&f->model.heads[0], rows[i].budget) ==
			    rows[i].cut_off);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_vacant_buckets_are_counted, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_every_other_length_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_impossible_numbers_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_a_name_that_answers_cannot_hold_is_refused, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		test_every_bit_of_the_frame_counts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_margin_is_the_sum_of_its_shares, set_up, tear_down),
	    cmocka_unit_test(test_probability),
	    cmocka_unit_test(test_margin_is_the_inverse_of_probability),
	    cmocka_unit_test_setup_teardown(
		test_a_budget_takes_the_stricter_row, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
