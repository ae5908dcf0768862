/* service/edge/state/state_memory: how much its table holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../service/edge/state/state_backend.h"
#include "../../training/random.h"

#define IN_2026 INT64_C(1795000000000)

enum { CROWD = 400000 };

/* As scattered as a hash. */
static uint64_t
key_of(uint64_t i)
{
	return random_next(&(struct random){i});
}

/* Counts each of a crowd once; how many, in percent, are known after that. */
static uint64_t
percent_known(unsigned log2_most)
{
	struct signal_keys k = {.n = 1};
	struct state_touch t = {.keys = &k, .at_ms = IN_2026};
	struct err e;
	struct state_table *table = state_table_open(log2_most, &e);
	uint64_t known = 0;

	assert_non_null(table);
	for (uint64_t i = 1; i <= CROWD; i++) {
		k.touches[0].key = key_of(i);
		state_table_count(table, &t, NULL);
	}
	t.peek = true;
	for (uint64_t i = 1; i <= CROWD; i++) {
		k.touches[0].key = key_of(i);
		state_table_count(table, &t, NULL);
		known += k.touches[0].count == 2;
	}
	state_table_close(table);
	return known * 100 / CROWD;
}

static void
a_table_grows_as_far_as_it_may(void **state)
{
	(void)state;
	assert_in_range(percent_known(18), 50, 70);
	assert_in_range(percent_known(20), 98, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_table_grows_as_far_as_it_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
