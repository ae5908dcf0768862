/* Each row of a sample once a round, whatever part of it is in view. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../training/solver_draws.h"

/* So many that a half of them is more than are in view at a time. */
enum { ROWS = 40000, ENTRIES = 200, RESTING = 7, ROUNDS = 3 };

struct set {
	struct vectors vectors;
	struct sample sample;
};

/* Vectors whose first bucket is their number; every second one is a sample's.
 */
static void
fill(struct set *s)
{
	struct packer *p = packer_open();
	struct err e = {0};

	*s = (struct set){
	    .vectors = {.n_rows = ROWS, .n = ROWS, .buckets = ROWS + ENTRIES}};
	assert_int_equal(vectors_begin(&s->vectors, &e), 0);
	s->sample.vectors = &s->vectors;
	s->sample.rows = memory_new(ROWS, sizeof(*s->sample.rows));
	for (uint32_t i = 0; i < ROWS; i++) {
		struct packed_entry entries[ENTRIES];

		for (uint32_t k = 0; k < ENTRIES; k++)
			entries[k] = (struct packed_entry){i + k, 1, 0};
		assert_int_equal(vectors_add(&s->vectors, i,
				     packer_put(p, entries, ENTRIES), &e),
		    0);
		if (i % 2 == 1)
			s->sample.rows[s->sample.n++] = i;
	}
	packer_close(p);
}

static void
release(struct set *s)
{
	vectors_release(&s->vectors);
	free(s->sample.rows);
}

/* The first bucket of a row. */
static uint32_t
bucket_of(const struct packed_row *row)
{
	struct walk w = packing_walk(row);

	while (walk_next(&w) && w.number == 0)
		;
	return w.bucket;
}

/* Counts the visits of a round and how many rows come behind a lower one. */
static size_t
go_round(struct draws *d, uint8_t *visited, struct random *random)
{
	size_t rising = 0;
	uint32_t before = 0;

	draws_begin(d, random);
	while (draws_next(d))
		for (size_t i = 0; i < d->n; i++) {
			const struct visit *v = &d->visits[i];

			assert_int_equal(
			    bucket_of(v->row), d->sample->rows[v->at]);
			visited[v->at]++;
			rising += v->at >= before;
			before = v->at;
		}
	return rising;
}

static void
check_rounds(bool all)
{
	struct set s;
	struct draws d;
	struct random random = {1};
	uint8_t *visited;

	fill(&s);
	visited = memory_new(s.sample.n, 1);
	draws_open(&d, &s.sample, all);
	for (int round = 1; round <= ROUNDS; round++) {
		go_round(&d, visited, &random);
		for (size_t i = 0; i < s.sample.n; i++)
			assert_int_equal(visited[i], round);
	}
	assert_int_equal(go_round(&d, visited, NULL), s.sample.n);
	draws_close(&d);
	free(visited);
	release(&s);
}

static void
test_all_at_once(void **state)
{
	(void)state;
	check_rounds(true);
}

static void
test_some_at_a_time(void **state)
{
	(void)state;
	check_rounds(false);
}

/* What adds to a model may have nothing to add. */
static void
test_no_rows(void **state)
{
	struct set s;
	struct random random = {1};

	(void)state;
	fill(&s);
	s.sample.n = 0;
	for (int all = 0; all <= 1; all++) {
		struct draws d;

		draws_open(&d, &s.sample, all);
		draws_begin(&d, &random);
		assert_false(draws_next(&d));
		assert_int_equal(d.n, 0);
		draws_close(&d);
	}
	release(&s);
}

/* Other stripes come first, and not all rows at once. */
static void
test_by_chance(void **state)
{
	struct set s;
	struct draws d;
	struct random random = {1};
	uint8_t *visited;

	(void)state;
	fill(&s);
	visited = memory_new(s.sample.n, 1);
	draws_open(&d, &s.sample, false);
	assert_true(go_round(&d, visited, &random) < s.sample.n);
	assert_true(d.n > 0 && d.n < s.sample.n);
	draws_close(&d);
	free(visited);
	release(&s);
}

/* So many rounds without a visit. */
static void
test_rest(void **state)
{
	struct set s;
	struct draws d;
	struct random random = {1};
	uint8_t *visited;

	(void)state;
	fill(&s);
	visited = memory_new(s.sample.n, 1);
	draws_open(&d, &s.sample, false);
	for (size_t i = 0; i < s.sample.n; i += RESTING)
		d.rest[i] = 2;
	for (int round = 0; round < ROUNDS; round++)
		go_round(&d, visited, &random);
	for (size_t i = 0; i < s.sample.n; i++)
		assert_int_equal(
		    visited[i], i % RESTING == 0 ? ROUNDS - 2 : ROUNDS);
	draws_close(&d);
	free(visited);
	release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_at_once),
	    cmocka_unit_test(test_some_at_a_time),
	    cmocka_unit_test(test_no_rows),
	    cmocka_unit_test(test_by_chance),
	    cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
