/* Rows packed and walked again: all gaps, all numbers of values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../training/memory.h"
#include "../../training/packing.h"

enum { MANY = 6000, FEW = 4000 };

/* The row is these entries, with values that are no more than `off` less. */
static void
assert_row(
    struct span bytes, const struct packed_entry *entries, size_t n, double off)
{
	struct walk w = packing_walk((const void *)bytes.p);
	size_t at = 0;

	while (walk_next(&w)) {
		double value;

		if (w.number == 0) {
			assert_true(w.value == 0);
			continue;
		}
		assert_true(at < n);
		value = (double)entries[at].value;
		assert_int_equal(w.bucket, entries[at].bucket);
		assert_true(w.value <= value && w.value >= value - off);
		at++;
	}
	assert_int_equal(at, n);
}

/* The narrowest and widest gaps with few values, and what begins a digit. */
static void
test_gaps(void **state)
{
	static const struct packed_entry entries[] = {{0, 1}, {1, -2},
	    {(1 << 13) + 1, 1}, {(1 << 14) + 1, 1},
	    {(1 << 14) + (1 << 15), 0.5}, {1 << 22, 1}, {UINT32_MAX - 1, 1},
	    {UINT32_MAX, -2}};
	enum { N = sizeof(entries) / sizeof(entries[0]) };
	struct packed_entry given[N];
	struct packer *p = packer_open();

	(void)state;
	memcpy(given, entries, sizeof(given));
	assert_row(packer_put(p, given, N), entries, N, 0);
	assert_row(packer_put(p, given, 0), entries, 0, 0);
	assert_row(packer_put(p, given + N - 1, 1), entries + N - 1, 1, 0);
	packer_close(p);
}

/* As many values as leave 4 bits for gaps; each as it was. */
static void
test_many_values(void **state)
{
	struct packed_entry *entries = memory_new(FEW, sizeof(*entries));
	struct packed_entry *given = memory_new(FEW, sizeof(*given));
	struct packer *p = packer_open();
	struct packed_row row;
	struct span bytes;

	(void)state;
	for (uint32_t i = 0; i < FEW; i++)
		entries[i] = (struct packed_entry){
		    i * 17 + i % 3 * 5, 1 + (float)i / (1 << 20)};
	memcpy(given, entries, FEW * sizeof(*given));
	bytes = packer_put(p, given, FEW);
	memcpy(&row, bytes.p, sizeof(row));
	assert_int_equal(row.bits, 12);
	assert_int_equal(row.n_values, FEW + 1);
	assert_row(bytes, entries, FEW, 0);
	packer_close(p);
	free(given);
	free(entries);
}

/* Too many: they lose their last bits, and no more than it takes. */
static void
test_too_many_values(void **state)
{
	struct packed_entry *entries = memory_new(MANY, sizeof(*entries));
	struct packed_entry *given = memory_new(MANY, sizeof(*given));
	struct packer *p = packer_open();
	struct packed_row row;
	struct span bytes;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		entries[i] =
		    (struct packed_entry){2 * i, 1 + (float)i / (1 << 20)};
	memcpy(given, entries, MANY * sizeof(*given));
	bytes = packer_put(p, given, MANY);
	memcpy(&row, bytes.p, sizeof(row));
	/* they lie 2^-20 apart: of two neighbours one is left, and the 0 */
	assert_int_equal(row.n_values, MANY / 2 + 1);
	assert_row(bytes, entries, MANY, 1.0 / (1 << 20));
	packer_close(p);
	free(given);
	free(entries);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_gaps),
	    cmocka_unit_test(test_many_values),
	    cmocka_unit_test(test_too_many_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
