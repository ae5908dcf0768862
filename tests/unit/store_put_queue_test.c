#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store/store_put_queue.h"

enum { PUTS = 2048, PORTION = 16, GROUP = 512, PATIENCE_MS = 1 };

struct fixture {
	struct put_queue queue;
	struct store_put puts[PUTS];
	uint32_t added, taken;
};

static int
setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){.added = 0};
	put_queue_init(&f.queue);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	put_queue_release(&((struct fixture *)*state)->queue);
	return 0;
}

static void
add(struct fixture *f, uint32_t n)
{
	while (n-- > 0)
		put_queue_add(&f->queue, &f->puts[f->added++]);
}

/* They are the next `n` that were added, and no more. */
static void
assert_next(struct fixture *f, const struct store_put *p, uint32_t n)
{
	for (; n > 0; n--, p = p->next)
		assert_ptr_equal(p, &f->puts[f->taken++]);
	assert_null(p);
}

static struct store_put *
take(struct fixture *f)
{
	bool stop;
	struct store_put *p = put_queue_take(&f->queue, PATIENCE_MS, &stop);

	assert_false(stop);
	return p;
}

static void
few_are_a_group_at_once(void **state)
{
	struct fixture *f = *state;

	assert_null(take(f)); /* nothing came */
	for (uint32_t n = 1; n < 4; n++) {
		add(f, n);
		assert_next(f, take(f), n);
		add(f, 1);
		assert_null(put_queue_more(&f->queue));
		assert_next(f, take(f), 1);
	}
}

/* Those that come while a portion is written are of its group. */
static void
many_come_in_portions(void **state)
{
	struct fixture *f = *state;

	add(f, 40);
	assert_next(f, take(f), 40);
	add(f, 30);
	assert_next(f, put_queue_more(&f->queue), 30);
	add(f, 2);
	assert_next(f, put_queue_more(&f->queue), 2);
	add(f, 1);
	assert_null(put_queue_more(&f->queue)); /* so few were the last */
	assert_next(f, take(f), 1);
	assert_int_equal(f->taken, f->added);
}

/* Though each portion comes in time: those before it wait to be answered. */
static void
a_group_ends_though_more_come(void **state)
{
	static const uint32_t portions[] = {16, 40, 200};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(portions) / sizeof(portions[0]); i++) {
		uint32_t portion = portions[i], n = portion;

		add(f, portion);
		assert_next(f, take(f), portion);
		for (; n < GROUP; n += portion) {
			add(f, portion);
			assert_next(f, put_queue_more(&f->queue), portion);
		}
		add(f, portion);
		assert_null(put_queue_more(&f->queue));
		assert_next(f, take(f), portion);
	}
	assert_int_equal(f->taken, f->added);
}

static void
so_many_clients_are_one_group(void **state)
{
	struct fixture *f = *state;

	add(f, GROUP - PORTION);
	assert_next(f, take(f), GROUP - PORTION);
	add(f, PORTION);
	assert_next(f, put_queue_more(&f->queue), PORTION);
	add(f, PORTION);
	assert_null(put_queue_more(&f->queue));
}

/* What was not asked for, since its group failed, is in the next one. */
static void
a_group_that_ends_early_loses_nothing(void **state)
{
	struct fixture *f = *state;

	add(f, 20);
	assert_next(f, take(f), 20);
	add(f, 5);
	assert_next(f, take(f), 5);
	assert_null(put_queue_more(&f->queue));
}

static void
all_is_taken_before_the_end(void **state)
{
	struct fixture *f = *state;
	bool stop;

	add(f, 20);
	put_queue_stop(&f->queue);
	assert_next(f, put_queue_take(&f->queue, PATIENCE_MS, &stop), 20);
	assert_false(stop);
	assert_null(put_queue_more(&f->queue));
	assert_null(put_queue_take(&f->queue, PATIENCE_MS, &stop));
	assert_true(stop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		few_are_a_group_at_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		many_come_in_portions, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_group_ends_though_more_come, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		so_many_clients_are_one_group, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_group_that_ends_early_loses_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		all_is_taken_before_the_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
