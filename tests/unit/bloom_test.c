/* service/edge/store/bloom: a set that may have what it has not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store/bloom.h"
#include "../../training/random.h"

static struct bloom bloom;

/* The hashes of a keyed function look like that. */
static uint64_t
hash_of(uint64_t i)
{
	return random_next(&(struct random){i});
}

static void
an_empty_one_has_nothing(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		assert_false(bloom_may_have(&bloom, hash_of(i)));
}

static void
a_full_one_has_all_and_few_others(void **state)
{
	int wrong = 0;

	(void)state;
	for (uint64_t i = 0; i < BLOOM_HASHES_MAX; i++)
		bloom_add(&bloom, hash_of(i));
	for (uint64_t i = 0; i < BLOOM_HASHES_MAX; i++)
		assert_true(bloom_may_have(&bloom, hash_of(i)));
	for (uint64_t i = 0; i < 100000; i++)
		wrong += bloom_may_have(&bloom, hash_of(BLOOM_HASHES_MAX + i));
	assert_in_range(wrong, 500, 1500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_one_has_nothing),
	    cmocka_unit_test(a_full_one_has_all_and_few_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
