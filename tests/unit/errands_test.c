/* Errands: run elsewhere, end here, few at a time, and can be called off. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../service/edge/process/errands.h"

struct task {
	struct errand errand; /* first */
	pthread_t ran_on;
	int ran, done;
};

static struct loop *loop;

static void
note_run(struct errand *w)
{
	struct task *t = (struct task *)w;

	t->ran_on = pthread_self();
	t->ran++;
}

/* Runs until it is called off. */
static void
run_long(struct errand *w)
{
	while (!atomic_load(&w->called_off))
		usleep(1000);
	((struct task *)w)->ran++;
}

static void
note_done(struct errand *w)
{
	((struct task *)w)->done++;
}

static void
wait_for(const struct task *t)
{
	for (int i = 0; i < 500 && !t->done; i++)
		loop_turn(loop, 10);
	assert_int_equal(t->done, 1);
}

static void
one_runs_elsewhere_and_ends_here(void **state)
{
	struct errands *s = errands_open(1);
	struct task t = {.errand = {note_run, note_done, loop}};
	struct err e;

	(void)state;
	assert_int_equal(errands_start(s, &t.errand, &e), 0);
	wait_for(&t);
	assert_int_equal(t.ran, 1);
	assert_false(pthread_equal(t.ran_on, pthread_self()));
	errands_close(s);
}

static void
only_so_many(void **state)
{
	struct errands *s = errands_open(2);
	struct task t[3] = {0};
	struct err e;

	(void)state;
	for (int i = 0; i < 3; i++)
		t[i].errand = (struct errand){run_long, note_done, loop};
	assert_int_equal(errands_start(s, &t[0].errand, &e), 0);
	assert_int_equal(errands_start(s, &t[1].errand, &e), 0);
	assert_int_equal(errands_start(s, &t[2].errand, &e), -1);
	assert_int_equal(e.code, ERR_RATE);
	atomic_store(&t[0].errand.called_off, true);
	wait_for(&t[0]);
	assert_int_equal(errands_start(s, &t[2].errand, &e), 0);
	errands_call_off(s);
	wait_for(&t[1]);
	wait_for(&t[2]);
	assert_int_equal(errands_start(s, &t[0].errand, &e), -1);
	assert_int_equal(e.code, ERR_DOWN);
	errands_close(s);
}

static void
closing_waits(void **state)
{
	struct errands *s = errands_open(1);
	struct task t = {.errand = {run_long, note_done, loop}};
	struct err e;

	(void)state;
	assert_int_equal(errands_start(s, &t.errand, &e), 0);
	errands_close(s);
	assert_int_equal(t.ran, 1);
	wait_for(&t);
}

static int
open_loop(void **state)
{
	struct err e;

	(void)state;
	loop = loop_open(&e);
	return loop == NULL ? -1 : 0;
}

static int
close_loop(void **state)
{
	(void)state;
	loop_close(loop);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_runs_elsewhere_and_ends_here),
	    cmocka_unit_test(only_so_many),
	    cmocka_unit_test(closing_waits),
	};

	return cmocka_run_group_tests(tests, open_loop, close_loop);
}
