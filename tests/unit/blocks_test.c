/* The pool of request memory: reuse, bounds, and pages given back. */
#include "../../service/edge/process/blocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { POOLED = 1024 * 1024, PAGE = 4096 };

static void
a_block_is_used_again(void **state)
{
	struct blocks b;
	struct arena first, second;

	(void)state;
	blocks_init(&b, POOLED);
	assert_int_equal(blocks_take(&b, 5000, &first), 0);
	assert_int_equal(first.size, 5000);
	assert_non_null(arena_alloc(&first, 5000));
	assert_null(arena_alloc(&first, 1));
	void *base = first.base;
	blocks_give(&b, &first);
	assert_null(first.base);
	assert_int_equal(blocks_take(&b, POOLED, &second), 0);
	assert_ptr_equal(second.base, base);
	assert_int_equal(second.used, 0);
	second.base[POOLED - 1] = 1; /* all of it is there */
	blocks_give(&b, &second);
	blocks_release(&b);
}

static void
a_large_block_is_not_kept(void **state)
{
	struct blocks b;
	struct arena a;

	(void)state;
	blocks_init(&b, POOLED);
	assert_int_equal(blocks_take(&b, POOLED + 1, &a), 0);
	a.base[POOLED] = 1;
	blocks_give(&b, &a);
	assert_int_equal(b.kept, 0);
	assert_int_equal(blocks_take(&b, SIZE_MAX / 2, &a), -1);
	blocks_give(&b, &(struct arena){0});
	blocks_release(&b);
}

/* Whoever had a block left its pages: who maps one has none of those. */
static void
a_mapped_block_is_nobody_s(void **state)
{
	unsigned char there[POOLED / PAGE];
	struct blocks b;
	struct arena pooled, mapped;

	(void)state;
	blocks_init(&b, POOLED);
	assert_int_equal(blocks_take(&b, POOLED, &pooled), 0);
	memset(pooled.base, 1, BLOCKS_RESIDENT);
	blocks_give(&b, &pooled);
	assert_int_equal(blocks_map(&b, 5000, &mapped), 0);
	assert_true(mapped.size >= 5000);
	assert_int_equal(mincore(mapped.base, POOLED, there), 0);
	for (size_t i = 0; i < sizeof there; i++)
		assert_int_equal(there[i] & 1, 0);
	blocks_give(&b, &mapped);
	assert_int_equal(b.kept, 1); /* the other one */
	assert_int_equal(blocks_map(&b, SIZE_MAX / 2, &mapped), -1);
	blocks_release(&b);
}

/* Has `n` blocks in use at once. */
static void
use(struct blocks *b, unsigned n)
{
	static struct arena taken[4 * BLOCKS_KEPT_LEAST];
	unsigned i;

	assert_in_range(n, 1, 4 * BLOCKS_KEPT_LEAST);
	for (i = 0; i < n; i++)
		assert_int_equal(blocks_take(b, PAGE, &taken[i]), 0);
	for (i = 0; i < n; i++)
		blocks_give(b, &taken[i]);
}

static void
as_many_are_kept_as_are_needed(void **state)
{
	enum { MANY = 4 * BLOCKS_KEPT_LEAST, FEWER = 3 * BLOCKS_KEPT_LEAST };
	struct blocks b;
	int64_t now_ms = 1000000;
	int wait_ms;

	(void)state;
	blocks_init(&b, POOLED);
	assert_int_equal(blocks_turn(&b, now_ms), -1);
	use(&b, MANY);
	assert_int_equal(b.kept, MANY);
	wait_ms = blocks_turn(&b, now_ms);
	assert_in_range(wait_ms, 1, 60000);
	use(&b, MANY);
	now_ms += wait_ms;
	assert_int_equal(blocks_turn(&b, now_ms), wait_ms);
	assert_int_equal(b.kept, MANY);
	use(&b, FEWER);
	assert_int_equal(blocks_turn(&b, now_ms + wait_ms - 1), 1);
	assert_int_equal(b.kept, MANY);
	now_ms += wait_ms;
	assert_int_equal(blocks_turn(&b, now_ms), wait_ms);
	assert_int_equal(b.kept, FEWER);
	now_ms += wait_ms;
	blocks_turn(&b, now_ms);
	assert_int_equal(b.kept, BLOCKS_KEPT_LEAST);
	assert_int_equal(blocks_turn(&b, now_ms), -1);
	blocks_release(&b);
	assert_int_equal(b.kept, 0);
}

/* How many pages of [from, POOLED) are resident. */
static unsigned
resident(unsigned char *base, size_t from)
{
	unsigned char pages[POOLED / PAGE];
	unsigned n = 0;
	size_t i;

	assert_int_equal(mincore(base, POOLED, pages), 0);
	for (i = from / PAGE; i < POOLED / PAGE; i++)
		n += pages[i] & 1;
	return n;
}

static void
pages_of_a_big_request_go_back(void **state)
{
	struct blocks b;
	struct arena a;
	unsigned char *base;
	int rewound, rounds;

	(void)state;
	for (rewound = 0; rewound <= 1; rewound++) {
		blocks_init(&b, POOLED);
		assert_int_equal(blocks_take(&b, POOLED, &a), 0);
		base = a.base;
		memset(arena_alloc(&a, POOLED), 1, POOLED);
		if (rewound)
			arena_rewind(&a, 0);
		for (rounds = 0; rounds < 64; rounds++) {
			blocks_give(&b, &a);
			assert_int_equal(blocks_take(&b, POOLED, &a), 0);
		}
		assert_ptr_equal(a.base, base);
		assert_int_equal(resident(base, BLOCKS_RESIDENT), 0);
		assert_in_range(resident(base, 0), 1, BLOCKS_RESIDENT / PAGE);
		blocks_give(&b, &a);
		blocks_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_block_is_used_again),
	    cmocka_unit_test(a_large_block_is_not_kept),
	    cmocka_unit_test(a_mapped_block_is_nobody_s),
	    cmocka_unit_test(as_many_are_kept_as_are_needed),
	    cmocka_unit_test(pages_of_a_big_request_go_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
