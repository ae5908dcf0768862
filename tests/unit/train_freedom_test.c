/* How freely weights may grow: one view's words, and one number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "../../training/freedom.h"

enum { LOG2 = 18, ROWS = 8, COMMON = 5, EVEN, SIDED, FAR = (1 << LOG2) - 1 };
enum { NUMBER = (1 << LOG2) + 3, VIEW_TEXT = 1, VIEW_NUMBERS = 2 };

/* The odd rows are bad. All have COMMON and, a wide gap off, FAR; two have
 * EVEN, one of each class; two bad ones have SIDED; one has NUMBER. */
static const struct {
	uint32_t buckets[4];
	size_t n;
} rows[ROWS] = {
    {{COMMON, EVEN, FAR}, 3},
    {{COMMON, EVEN, FAR}, 3},
    {{COMMON, FAR}, 2},
    {{COMMON, SIDED, FAR}, 3},
    {{COMMON, FAR}, 2},
    {{COMMON, SIDED, FAR, NUMBER}, 4},
    {{COMMON, FAR}, 2},
    {{COMMON, FAR}, 2},
};

struct set {
	struct vectors vectors;
	uint32_t numbers[ROWS];
	int8_t classes[ROWS];
	struct sample sample;
};

static void
fill(struct set *s)
{
	struct vectors *v = &s->vectors;
	struct packer *p = packer_open();
	struct err e = {0};

	*s = (struct set){
	    .vectors = {.n_rows = ROWS, .n = ROWS, .buckets_log2 = LOG2}};
	v->buckets = (uint32_t)model_buckets(LOG2);
	assert_int_equal(vectors_begin(v, &e), 0);
	for (uint32_t i = 0; i < v->buckets; i++)
		v->kind[i] = i >> LOG2 == 0 ? VIEW_TEXT : VIEW_NUMBERS;
	for (uint32_t i = 0; i < ROWS; i++) {
		struct packed_entry entries[4];

		for (size_t k = 0; k < rows[i].n; k++)
			entries[k] =
			    (struct packed_entry){rows[i].buckets[k], 0.5f, 0};
		assert_int_equal(
		    vectors_add(v, i, packer_put(p, entries, rows[i].n), &e),
		    0);
		s->numbers[i] = i;
		s->classes[i] = i % 2 == 1 ? 1 : -1;
	}
	packer_close(p);
	s->sample = (struct sample){
	    .vectors = v, .rows = s->numbers, .classes = s->classes, .n = ROWS};
}

/* As the header has it, but for the scale of the view. */
static double
factor(double bad, double good)
{
	double idf = 1 + log((1.0 + ROWS) / (1 + bad + good));
	double r =
	    log((1 + bad) / (2 + ROWS / 2)) - log((1 + good) / (2 + ROWS / 2));

	return idf * idf * (0.25 + fabs(r));
}

static void
assert_near(double x, double y)
{
	assert_true(fabs(x - y) < 1e-9);
}

static void
test_factors(void **state)
{
	struct set s;
	double *f, mean;

	(void)state;
	fill(&s);
	f = freedom_of(&s.sample);
	mean = (f[COMMON] + f[FAR]) * ROWS + (f[EVEN] + f[SIDED]) * 2;
	mean /= 2 * ROWS + 2 + 2;
	assert_near(mean, 1);
	assert_near(f[SIDED] / f[COMMON], factor(2, 0) / factor(4, 4));
	assert_near(f[EVEN] / f[COMMON], factor(1, 1) / factor(4, 4));
	assert_true(f[COMMON] < f[EVEN] && f[EVEN] < f[SIDED]);
	assert_true(f[NUMBER] == 1 && f[NUMBER + 1] == 1);
	/* what a walk only passes on its way is in no row */
	for (uint32_t i = SIDED + 1; i < FAR; i++)
		assert_true(f[i] == f[0]);
	free(f);
	vectors_release(&s.vectors);
}

/* A row that counts twice is two rows. */
static void
test_costs(void **state)
{
	uint32_t twice[ROWS + 1];
	int8_t classes[ROWS + 1];
	double costs[ROWS], *by_cost, *by_rows;
	struct sample more;
	struct set s;

	(void)state;
	fill(&s);
	for (uint32_t i = 0; i <= ROWS; i++) {
		twice[i] = i % ROWS;
		classes[i] = s.classes[i % ROWS];
		costs[i % ROWS] = i == ROWS ? 2 : 1;
	}
	more = s.sample;
	more.rows = twice;
	more.classes = classes;
	more.n = ROWS + 1;
	s.sample.costs = costs;
	by_cost = freedom_of(&s.sample);
	by_rows = freedom_of(&more);
	for (uint32_t i = 0; i < s.vectors.buckets; i++)
		assert_near(by_cost[i], by_rows[i]);
	free(by_cost);
	free(by_rows);
	vectors_release(&s.vectors);
}

/* Of a hundred rows, words of two corpora of fifty, half of them bad. */
enum { MANY = 100, ALIKE = 10, AT_ODDS, ONE_SAYS };

static size_t
entries_of(struct packed_entry *entries, uint32_t i)
{
	bool bad = i % 2 == 1, second = i >= MANY / 2;
	size_t n = 0;

	entries[n++] = (struct packed_entry){COMMON, 0.5f, 0};
	if (bad)
		entries[n++] = (struct packed_entry){ALIKE, 0.5f, 0};
	if (bad != second)
		entries[n++] = (struct packed_entry){AT_ODDS, 0.5f, 0};
	if (bad && !second)
		entries[n++] = (struct packed_entry){ONE_SAYS, 0.5f, 0};
	return n;
}

/* What corpora are at odds about tells nothing, as often as it is seen. */
static void
test_corpora(void **state)
{
	struct vectors v = {.n_rows = MANY, .n = MANY, .buckets_log2 = LOG2};
	uint32_t numbers[MANY], sets[MANY];
	int8_t classes[MANY];
	struct sample s = {.vectors = &v,
	    .rows = numbers,
	    .classes = classes,
	    .sets = sets,
	    .n_sets = 3, /* of the last there is nothing */
	    .n = MANY};
	struct packer *p = packer_open();
	struct err e = {0};
	double *f;

	(void)state;
	v.buckets = (uint32_t)model_buckets(LOG2);
	assert_int_equal(vectors_begin(&v, &e), 0);
	for (uint32_t i = 0; i < v.buckets; i++)
		v.kind[i] = VIEW_TEXT;
	for (uint32_t i = 0; i < MANY; i++) {
		struct packed_entry entries[4];
		size_t n = entries_of(entries, i);

		assert_int_equal(
		    vectors_add(&v, i, packer_put(p, entries, n), &e), 0);
		numbers[i] = i;
		sets[i] = i >= MANY / 2;
		classes[i] = i % 2 == 1 ? 1 : -1;
	}
	packer_close(p);
	f = freedom_of(&s);
	/* as many rows have either; log 26 and its opposite come to none */
	assert_near(f[ALIKE] / f[AT_ODDS], (0.25 + log(26)) / 0.25);
	assert_true(f[ONE_SAYS] > f[AT_ODDS]);
	free(f);
	/* a corpus that is too small to tell anything goes with another */
	for (uint32_t i = 0; i < MANY; i++)
		sets[i] = i < 30;
	f = freedom_of(&s);
	s.sets = NULL;
	double *heap = freedom_of(&s);
	for (uint32_t i = 0; i < v.buckets; i++)
		assert_near(f[i], heap[i]);
	free(f);
	free(heap);
	vectors_release(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_factors),
	    cmocka_unit_test(test_corpora),
	    cmocka_unit_test(test_costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
