/* Work beside a loop: in order, elsewhere, and all of it before the end. */
#include "../../service/edge/process/aside.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

enum { JOBS = 16 };

/* What happened, as seen by the jobs. */
struct story {
	struct loop *loop;
	struct aside *aside;
	pthread_t loops; /* the thread of the loop */
	int worked, done;
};

struct job {
	struct aside_job job; /* first */
	struct story *story;
	int number;
};

static void
work(struct aside_job *j)
{
	struct job *one = (struct job *)j;

	assert_false(pthread_equal(pthread_self(), one->story->loops));
	if (one->number == 0)
		usleep(20000); /* the others wait for it */
	assert_int_equal(one->story->worked++, one->number);
}

static void
done(struct aside_job *j)
{
	struct job *one = (struct job *)j;

	assert_true(pthread_equal(pthread_self(), one->story->loops));
	assert_int_equal(one->story->done++, one->number);
}

static void
begin(struct story *s, struct job jobs[JOBS])
{
	struct err e;

	*s = (struct story){.loop = loop_open(&e),
	    .aside = aside_open(&e),
	    .loops = pthread_self()};
	assert_non_null(s->loop);
	assert_non_null(s->aside);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = (struct job){
		    .job = {.work = work, .done = done, .loop = s->loop},
		    .story = s,
		    .number = i,
		};
		aside_do(s->aside, &jobs[i].job);
	}
}

static void
done_in_order(void **state)
{
	struct job jobs[JOBS];
	struct story s;

	(void)state;
	begin(&s, jobs);
	while (s.done < JOBS)
		loop_turn(s.loop, 1000);
	aside_close(s.aside);
	loop_close(s.loop);
}

static void
the_end_waits_for_all(void **state)
{
	struct job jobs[JOBS];
	struct story s;

	(void)state;
	begin(&s, jobs);
	aside_close(s.aside);
	assert_int_equal(s.worked, JOBS);
	while (s.done < JOBS)
		loop_turn(s.loop, 1000);
	loop_close(s.loop);
	aside_close(NULL);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void
work_behind_gate(struct aside_job *j)
{
	(void)j;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
}

static void
count(struct aside_job *j)
{
	((struct job *)j)->story->done++;
}

static void
no_more_wait_than_may(void **state)
{
	struct job jobs[3];
	struct story s = {0};
	struct err e;

	(void)state;
	s.loop = loop_open(&e);
	s.aside = aside_open(&e);
	for (int i = 0; i < 3; i++)
		jobs[i] = (struct job){
		    .job = {work_behind_gate, count, s.loop}, .story = &s};
	pthread_mutex_lock(&gate);
	aside_do(s.aside, &jobs[0].job);
	while (!aside_offer(s.aside, &jobs[1].job, 1))
		usleep(1000); /* until the first waits no more */
	assert_false(aside_offer(s.aside, &jobs[2].job, 1));
	assert_true(aside_offer(s.aside, &jobs[2].job, 2));
	pthread_mutex_unlock(&gate);
	while (s.done < 3)
		loop_turn(s.loop, 1000);
	aside_close(s.aside);
	loop_close(s.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(done_in_order),
	    cmocka_unit_test(the_end_waits_for_all),
	    cmocka_unit_test(no_more_wait_than_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
