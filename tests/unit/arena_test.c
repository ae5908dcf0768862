/* service/core/arena: alignment, refusal, rewinding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/arena.h"

static _Alignas(16) unsigned char block[256];

static void
allocations_are_aligned_and_apart(void **state)
{
	struct arena a;
	unsigned char *p, *q;

	(void)state;
	arena_init(&a, block, sizeof block);
	p = arena_alloc(&a, 3);
	q = arena_alloc(&a, 5);
	assert_true(p == block);
	assert_true(q >= p + 3);
	assert_int_equal((uintptr_t)q % 16, 0);
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const struct {
		size_t size, n, bytes; /* of the block; n elements of bytes */
		int fits;
	} cases[] = {
	    {64, 1, 64, 1},
	    {64, 1, 65, 0},
	    {64, 8, 8, 1},
	    {64, 9, 8, 0},
	    {64, SIZE_MAX, 2, 0},
	    {64, SIZE_MAX / 2, 3, 0},
	    {64, 5, 0, 1},
	    {0, 1, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		void *p;

		arena_init(&a, block, cases[i].size);
		p = arena_array(&a, cases[i].n, cases[i].bytes);
		assert_int_equal(p != NULL, cases[i].fits);
		assert_true(a.used <= cases[i].size);
	}
}

static void
arrays_are_zeroed(void **state)
{
	struct arena a;
	unsigned char *p;

	(void)state;
	memset(block, 0xAA, sizeof block);
	arena_init(&a, block, sizeof block);
	p = arena_array(&a, 4, 8);
	for (int i = 0; i < 32; i++)
		assert_int_equal(p[i], 0);
	assert_int_equal(block[32], 0xAA);
}

static void
a_copy_ends_in_nul(void **state)
{
	struct arena a;
	struct span s;

	(void)state;
	arena_init(&a, block, 5);
	s = arena_copy(&a, span_of("four"));
	assert_int_equal(s.n, 4);
	assert_string_equal(s.p, "four");
	arena_init(&a, block, 4);
	assert_null(arena_copy(&a, span_of("four")).p);
}

static void
rewinding_gives_back(void **state)
{
	struct arena a;
	size_t before;
	void *p;

	(void)state;
	arena_init(&a, block, sizeof block);
	arena_alloc(&a, 7);
	before = a.used;
	p = arena_alloc(&a, 100);
	arena_rewind(&a, before);
	assert_ptr_equal(arena_alloc(&a, 1), p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(allocations_are_aligned_and_apart),
	    cmocka_unit_test(what_does_not_fit_is_refused),
	    cmocka_unit_test(arrays_are_zeroed),
	    cmocka_unit_test(a_copy_ends_in_nul),
	    cmocka_unit_test(rewinding_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
