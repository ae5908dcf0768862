/*
 * Both solvers on the same hinge-loss problem agree, and the weights that a
 * libsvm machine is collapsed to are its own decision function.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "../../training/random.h"
#include "../../training/solver.h"

enum { ROWS = 300, ENTRIES = 20, BUCKETS_LOG2 = 10 };

/* Sparse rows of two kinds that overlap; each has `ENTRIES` buckets. */
struct set {
	struct vectors vectors;
	struct packer *packer;
	float scale; /* of the values */
	uint32_t rows[ROWS];
	int8_t classes[ROWS];
	struct sample sample;
};

static int
by_bucket(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* Most buckets are common to both kinds, some are a kind's own. */
static void
fill_row(struct set *s, size_t row, struct random *random)
{
	bool bad = row % 3 == 0;
	uint32_t own = bad ? 0 : 64, bucket[ENTRIES];
	struct packed_entry entries[ENTRIES];
	struct err e = {0};
	size_t n = 0;
	while (n < ENTRIES) {
		uint32_t b = random_chance(random, 30)
				 ? own + random_below(random, 64)
				 : 128 + random_below(random, 800);
		size_t i = 0;
		while (i < n && bucket[i] != b)
			i++;
		bucket[n] = b;
		n += i == n;
	}
	qsort(bucket, ENTRIES, sizeof(*bucket), by_bucket);
	for (size_t i = 0; i < ENTRIES; i++)
		entries[i] = (struct packed_entry){bucket[i],
		    s->scale * (float)(0.1 + random_below(random, 100) / 250.0),
		    0};
	if (vectors_add(&s->vectors, (uint32_t)row,
		packer_put(s->packer, entries, ENTRIES), &e) != 0)
		fail_msg("%s", e.text);
	s->rows[row] = (uint32_t)row;
	s->classes[row] = bad ? 1 : -1;
}

static void
set_init_scaled(struct set *s, uint64_t seed, float scale)
{
	struct random random = {seed};
	s->scale = scale;
	struct err e = {0};
	s->vectors = (struct vectors){
	    .n_rows = ROWS,
	    .n = ROWS,
	    .buckets_log2 = BUCKETS_LOG2,
	    .buckets = 1u << BUCKETS_LOG2,
	};
	if (vectors_begin(&s->vectors, &e) != 0)
		fail_msg("%s", e.text);
	s->packer = packer_open();
	for (size_t i = 0; i < ROWS; i++)
		fill_row(s, i, &random);
	packer_close(s->packer);
	s->sample = (struct sample){.vectors = &s->vectors,
	    .rows = s->rows,
	    .classes = s->classes,
	    .n = ROWS};
}

static void
set_init(struct set *s, uint64_t seed)
{
	set_init_scaled(s, seed, 1);
}

static void
train(struct machine *m, const struct set *s, const char *solver, double c)
{
	struct solver_options o = solver_defaults();
	struct err e = {0};
	o.solver = solver;
	o.loss = LOSS_HINGE;
	o.c = c;
	o.eps = 1e-6;
	o.bias_feature = 10;
	if (solver_train(m, &s->sample, &o, &e) != 0)
		fail_msg("%s", e.text);
}

static double
margin(const struct machine *m, const struct set *s, size_t row)
{
	struct scratch_view view = {0};
	double x = machine_margin(m, vectors_row(&s->vectors, row, &view));
	scratch_look_away(&view);
	return x;
}

static void
assert_agree(const struct set *s, const char *other, double c)
{
	struct machine a, b;
	train(&a, s, "libsvm", c);
	train(&b, s, other, c);
	for (size_t row = 0; row < ROWS; row++) {
		double x = margin(&a, s, row);
		double y = margin(&b, s, row);
		double apart = fabs(x - y) / fmax(1, fabs(x));
		if (apart > 0.01 || (fabs(x) > 0.01 && (x > 0) != (y > 0)))
			fail_msg("%s, C %g, row %zu: %.9g and %.9g", other, c,
			    row, x, y);
	}
	machine_release(&a);
	machine_release(&b);
}

static void
test_solvers_agree(void **state)
{
	static const double cs[] = {0.1, 1, 10};
	struct set s;
	(void)state;
	set_init(&s, 3);
	for (size_t i = 0; i < sizeof(cs) / sizeof(*cs); i++) {
		assert_agree(&s, "liblinear", cs[i]);
		assert_agree(&s, "dual", cs[i]);
	}
	vectors_release(&s.vectors);
}

/* With the squared loss too, which libsvm has not. */
static void
test_squared_agrees(void **state)
{
	struct set s;
	struct machine a, b;
	struct err e = {0};
	struct solver_options o = solver_defaults();
	(void)state;
	set_init(&s, 8);
	o.eps = 1e-6;
	o.solver = "dual";
	assert_int_equal(solver_train(&a, &s.sample, &o, &e), 0);
	o.solver = "liblinear";
	assert_int_equal(solver_train(&b, &s.sample, &o, &e), 0);
	for (size_t row = 0; row < ROWS; row++)
		assert_true(
		    fabs(margin(&a, &s, row) - margin(&b, &s, row)) < 1e-4);
	machine_release(&a);
	machine_release(&b);
	vectors_release(&s.vectors);
}

/* Asserts that two machines of our own give the same margins. */
static void
assert_same(struct set *s, const struct sample *x, const struct sample *y)
{
	struct machine a, b;
	struct err e = {0};
	struct solver_options o = solver_defaults();
	o.eps = 1e-9;
	assert_int_equal(solver_train(&a, x, &o, &e), 0);
	assert_int_equal(solver_train(&b, y, &o, &e), 0);
	for (size_t row = 0; row < ROWS; row++)
		assert_true(
		    fabs(margin(&a, s, row) - margin(&b, s, row)) < 1e-4);
	machine_release(&a);
	machine_release(&b);
}

/* A row of twice the cost is that row twice. */
static void
test_costs(void **state)
{
	enum { TWICE = 100 };
	struct set s;
	double costs[ROWS];
	uint32_t rows[ROWS + TWICE];
	int8_t classes[ROWS + TWICE];
	(void)state;
	set_init(&s, 9);
	struct sample weighed = s.sample;
	struct sample doubled = s.sample;
	for (size_t i = 0; i < ROWS + TWICE; i++) {
		rows[i] = s.rows[i % ROWS];
		classes[i] = s.classes[i % ROWS];
	}
	for (size_t i = 0; i < ROWS; i++)
		costs[i] = i < TWICE ? 2 : 1;
	weighed.costs = costs;
	doubled.rows = rows;
	doubled.classes = classes;
	doubled.n = ROWS + TWICE;
	assert_same(&s, &weighed, &doubled);
	vectors_release(&s.vectors);
}

/* Freedom of four in all buckets is features of twice the value. */
static void
test_freedom(void **state)
{
	struct set s, twice;
	struct machine a, b;
	struct err e = {0};
	struct solver_options o = solver_defaults();
	double freedom[1 << BUCKETS_LOG2];
	(void)state;
	set_init(&s, 10);
	set_init_scaled(&twice, 10, 2);
	o.eps = 1e-9;
	for (size_t i = 0; i < sizeof(freedom) / sizeof(*freedom); i++)
		freedom[i] = 4;
	s.sample.freedom = freedom;
	assert_int_equal(solver_train(&a, &s.sample, &o, &e), 0);
	assert_int_equal(solver_train(&b, &twice.sample, &o, &e), 0);
	for (size_t i = 0; i < s.vectors.buckets; i++)
		assert_true(fabs(a.weights[i] - 2 * b.weights[i]) < 1e-4);
	o.solver = "liblinear";
	s.sample.freedom = freedom;
	machine_release(&a);
	assert_int_equal(solver_train(&a, &s.sample, &o, &e), -1);
	machine_release(&b);
	vectors_release(&twice.vectors);
	vectors_release(&s.vectors);
}

static void
test_collapsed_is_libsvm(void **state)
{
	struct set s, fresh;
	struct scratch_view view = {0};
	struct machine m;
	(void)state;
	set_init(&s, 4);
	set_init(&fresh, 5);
	train(&m, &s, "libsvm", 1);
	assert_non_null(m.weights);
	for (size_t row = 0; row < ROWS; row++) {
		double x = margin(&m, &fresh, row);
		double y =
		    libsvm_margin(&m, vectors_row(&fresh.vectors, row, &view));
		if (!(fabs(x - y) <= 1e-9))
			fail_msg("row %zu: %.17g and %.17g", row, x, y);
	}
	scratch_look_away(&view);
	machine_release(&m);
	vectors_release(&s.vectors);
	vectors_release(&fresh.vectors);
}

/* Which class comes first in the data must not turn the sign. */
static void
test_sign(void **state)
{
	static const char *const solvers[] = {"libsvm", "liblinear", "dual"};
	struct set s;
	(void)state;
	set_init(&s, 6);
	for (int i = 0; i < 3; i++) {
		struct machine m;
		size_t right = 0;
		s.sample.rows = s.rows + 1; /* a good row is the first */
		s.sample.classes = s.classes + 1;
		s.sample.n = ROWS - 1;
		train(&m, &s, solvers[i], 1);
		for (size_t row = 0; row < ROWS; row++)
			right +=
			    (margin(&m, &s, row) > 0) == (s.classes[row] > 0);
		assert_in_range(right, ROWS * 9 / 10, ROWS);
		machine_release(&m);
	}
	vectors_release(&s.vectors);
}

static void
test_kernel(void **state)
{
	struct set s;
	struct machine m;
	struct err e = {0};
	struct solver_options o = solver_defaults();
	size_t right = 0;
	(void)state;
	set_init(&s, 7);
	o.kernel = KERNEL_RBF;
	o.c = 10;
	assert_int_equal(solver_train(&m, &s.sample, &o, &e), 0);
	assert_null(m.weights);
	for (size_t row = 0; row < ROWS; row++)
		right += (margin(&m, &s, row) > 0) == (s.classes[row] > 0);
	assert_in_range(right, ROWS * 9 / 10, ROWS);
	machine_release(&m);
	vectors_release(&s.vectors);
}

static const struct {
	const char *solver, *says;
	enum solver_kernel kernel;
	enum solver_loss loss;
} refused[] = {
    {"libsvm", "libsvm: C-SVC has the hinge loss only", KERNEL_LINEAR,
	LOSS_SQUARED},
    {"liblinear", "liblinear: it has no kernels", KERNEL_RBF, LOSS_HINGE},
    {"other", "no solver is called other", KERNEL_LINEAR, LOSS_HINGE},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct solver_options o = solver_defaults();
		struct err e = {0};
		o.solver = refused[i].solver;
		o.kernel = refused[i].kernel;
		o.loss = refused[i].loss;
		assert_null(solver_choose(&o, &e));
		assert_memory_equal(
		    e.text, refused[i].says, strlen(refused[i].says));
	}
}

static void
test_one_class(void **state)
{
	struct set s;
	struct machine m;
	struct err e = {0};
	struct solver_options o = solver_defaults();
	(void)state;
	set_init(&s, 8);
	memset(s.classes, 1, sizeof(s.classes));
	assert_int_equal(solver_train(&m, &s.sample, &o, &e), -1);
	assert_non_null(strstr(e.text, "both kinds are needed"));
	vectors_release(&s.vectors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_solvers_agree),
	    cmocka_unit_test(test_squared_agrees),
	    cmocka_unit_test(test_costs),
	    cmocka_unit_test(test_freedom),
	    cmocka_unit_test(test_collapsed_is_libsvm),
	    cmocka_unit_test(test_sign),
	    cmocka_unit_test(test_kernel),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_one_class),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
