/* One machine of a site's: how hard it has it, and when it stops. */
#include "../../service/core/adapt_machine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROWS = 20, WORDS = 3, BUCKETS = 64, OWN = 10 };

struct fixture {
	struct adapt_item items[ROWS][WORDS];
	struct adapt_row rows[ROWS];
	struct adapt_label labels[ROWS];
	uint8_t folds[ROWS];
	struct adapt_sample sample;
	struct adapt_machine machine;
	unsigned char room[1 << 14];
};

/* Every second row is bad: a word of it says so, one is common to all, and one
 * its own. The model is right about all, if not sure. */
static void
fill(struct fixture *f)
{
	struct arena a;

	*f = (struct fixture){
	    .sample = {.labels = f->labels, .folds = f->folds, .n = ROWS}};
	for (uint32_t i = 0; i < ROWS; i++) {
		bool bad = i % 2 == 1;

		f->items[i][0] = (struct adapt_item){bad, 0.4f};
		f->items[i][1] = (struct adapt_item){2, 0.4f};
		f->items[i][2] = (struct adapt_item){OWN + i, 0.4f};
		f->rows[i] = (struct adapt_row){f->items[i], WORDS};
		f->rows[i].margins[HEAD_SPAM] = bad ? 0.5 : -0.5;
		f->labels[i] = (struct adapt_label){&f->rows[i], bad};
	}
	arena_init(&a, f->room, sizeof(f->room));
	assert_int_equal(
	    adapt_machine_init(&f->machine, &f->sample, BUCKETS, &a), 0);
}

static double
strain(struct fixture *f, double offset)
{
	adapt_machine_learn(&f->machine, &f->sample, offset, ADAPT_NO_FOLD);
	return adapt_machine_strain(&f->machine, &f->sample, offset);
}

/* It bends most where the model says the opposite. */
static void
test_strain(void **state)
{
	static struct fixture f;
	double against, alone, along;

	(void)state;
	fill(&f);
	against = strain(&f, -1);
	alone = strain(&f, 0);
	along = strain(&f, 1);
	assert_true(against > 1.2 * alone && alone > 1.2 * along);
	assert_true(along > 0);
}

/* Who is called off does no more rounds. */
static void
test_called_off(void **state)
{
	static struct fixture f;
	atomic_bool ending = false;

	(void)state;
	fill(&f);
	f.sample.ending = &ending;
	assert_true(strain(&f, 0) > 0);
	assert_true(adapt_machine_margin(&f.machine, &f.rows[1]) > 0);
	atomic_store(&ending, true);
	assert_true(strain(&f, 0) == 0);
	assert_true(adapt_machine_margin(&f.machine, &f.rows[1]) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strain),
	    cmocka_unit_test(test_called_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
