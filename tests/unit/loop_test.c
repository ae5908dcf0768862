/* The event loop: who is called, in which order, and how long it sleeps. */
#include "../../service/edge/process/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cmocka.h>

static struct loop *
open_loop(void)
{
	struct err e;
	struct loop *l = loop_open(&e);

	assert_non_null(l);
	return l;
}

/* What happened, as letters in order. */
static char trace[64];
static size_t traced;

static void
note(char c)
{
	if (traced < sizeof trace - 1)
		trace[traced++] = c;
	trace[traced] = '\0';
}

static int
start(void **state)
{
	(void)state;
	traced = 0;
	trace[0] = '\0';
	return 0;
}

struct letter_post {
	struct loop_post post;
	char letter;
};

static void
note_post(struct loop_post *p)
{
	note(((struct letter_post *)p)->letter);
}

static void
posts_arrive_in_order_and_once(void **state)
{
	struct letter_post posts[] = {
	    {{note_post, NULL}, 'a'},
	    {{note_post, NULL}, 'b'},
	    {{note_post, NULL}, 'c'},
	};
	struct loop *l = open_loop();
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		loop_send(l, &posts[i].post);
	assert_string_equal(trace, "");
	loop_turn(l, -1);
	loop_turn(l, 0);
	assert_string_equal(trace, "abc");
	loop_send(l, &posts[1].post); /* may be sent again once delivered */
	loop_turn(l, -1);
	assert_string_equal(trace, "abcb");
	loop_close(l);
}

static void
a_chain_arrives_in_order_behind_what_waits(void **state)
{
	struct letter_post posts[] = {
	    {{note_post, NULL}, 'a'},
	    {{note_post, NULL}, 'b'},
	    {{note_post, &posts[1].post}, 'c'},
	    {{note_post, NULL}, 'd'},
	};
	struct loop *l = open_loop();

	(void)state;
	loop_send(l, &posts[0].post);
	loop_send_chain(l, &posts[2].post, &posts[1].post);
	loop_send(l, &posts[3].post);
	loop_turn(l, -1);
	assert_string_equal(trace, "abcd");
	loop_send_chain(l, &posts[3].post, &posts[3].post); /* rings alone */
	loop_turn(l, -1);
	assert_string_equal(trace, "abcdd");
	loop_close(l);
}

struct letter_source {
	struct loop_source source;
	struct loop *loop;
	struct loop_source *victim;
	char letter;
};

static void
note_source(struct loop_source *s, uint32_t events)
{
	struct letter_source *l = (struct letter_source *)s;

	note(events & EPOLLIN ? l->letter : '?');
	if (l->victim != NULL)
		loop_forget(l->loop, l->victim);
}

static void
open_pipe(struct letter_source *s, struct loop *l, char letter)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	close(fds[1]);
	*s = (struct letter_source){
	    .source = {fds[0], note_source}, .loop = l, .letter = letter};
	assert_int_equal(loop_watch(l, &s->source, EPOLLIN), 0);
}

static void
a_forgotten_source_is_silent_even_in_the_same_turn(void **state)
{
	struct loop *l = open_loop();
	struct letter_source a, b;

	(void)state;
	open_pipe(&a, l, 'x');
	open_pipe(&b, l, 'x');
	a.victim = &b.source;
	b.victim = &a.source;
	loop_turn(l, 0);
	assert_string_equal(trace, "x");
	loop_forget(l, &a.source);
	loop_forget(l, &b.source);
	loop_turn(l, 0);
	assert_string_equal(trace, "x");
	close(a.source.fd);
	close(b.source.fd);
	loop_close(l);
}

static void
watching_again_changes_the_events(void **state)
{
	struct loop *l = open_loop();
	struct letter_source a;

	(void)state;
	open_pipe(&a, l, 'a');
	assert_int_equal(loop_watch(l, &a.source, EPOLLPRI), 0);
	loop_turn(l, 0);
	assert_null(strchr(trace, 'a'));
	assert_int_equal(loop_watch(l, &a.source, EPOLLIN), 0);
	loop_turn(l, 0);
	assert_non_null(strchr(trace, 'a'));
	a.source.fd = -1;
	assert_int_equal(loop_watch(l, &a.source, EPOLLIN), -1);
	loop_close(l);
}

struct letter_idle {
	struct loop_idle idle;
	char letter;
	int sleep_ms;
};

static int
note_idle(struct loop_idle *i, int64_t now_ms)
{
	struct letter_idle *l = (struct letter_idle *)i;

	assert_in_range(now_ms, 1, INT64_MAX);
	note(l->letter);
	return l->sleep_ms;
}

static void
the_newest_idle_runs_first_and_the_shortest_sleep_wins(void **state)
{
	struct letter_idle state_end = {{note_idle, NULL}, 's', -1};
	struct letter_idle http_end = {{note_idle, NULL}, 'h', 20};
	struct loop *l = open_loop();
	int64_t t0;

	(void)state;
	loop_add_idle(l, &state_end.idle);
	loop_add_idle(l, &http_end.idle);
	loop_turn(l, -1); /* does not sleep: nobody has been asked yet */
	assert_string_equal(trace, "hs");
	t0 = clock_monotonic_ms();
	loop_turn(l, -1);
	assert_in_range(clock_monotonic_ms() - t0, 15, 60000);
	loop_remove_idle(l, &http_end.idle);
	loop_turn(l, 0);
	assert_string_equal(trace, "hshss");
	loop_close(l);
}

enum { SENDERS = 4, POSTS_EACH = 2000 };

struct counted_post {
	struct loop_post post;
	int *delivered;
};

static void
count_post(struct loop_post *p)
{
	++*((struct counted_post *)p)->delivered;
}

struct sender {
	pthread_t thread;
	struct loop *loop;
	struct counted_post posts[POSTS_EACH];
};

static void *
send_all(void *arg)
{
	struct sender *s = arg;
	size_t i;

	for (i = 0; i < POSTS_EACH; i++)
		loop_send(s->loop, &s->posts[i].post);
	return NULL;
}

static void
no_post_of_any_thread_is_lost(void **state)
{
	static struct sender senders[SENDERS];
	struct loop *l = open_loop();
	int delivered = 0;
	size_t i, k;

	(void)state;
	for (i = 0; i < SENDERS; i++) {
		senders[i].loop = l;
		for (k = 0; k < POSTS_EACH; k++)
			senders[i].posts[k] = (struct counted_post){
			    {count_post, NULL}, &delivered};
		pthread_create(&senders[i].thread, NULL, send_all, &senders[i]);
	}
	/* a lost wake-up would sleep here for ever */
	while (delivered < SENDERS * POSTS_EACH)
		loop_turn(l, -1);
	for (i = 0; i < SENDERS; i++)
		pthread_join(senders[i].thread, NULL);
	loop_turn(l, 0);
	assert_int_equal(delivered, SENDERS * POSTS_EACH);
	loop_close(l);
}

static void *
run_loop(void *loop)
{
	loop_run(loop);
	return NULL;
}

static void
stop_wakes_a_sleeping_loop(void **state)
{
	struct loop *l = open_loop();
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, run_loop, l);
	usleep(2000);
	loop_stop(l);
	assert_int_equal(pthread_join(thread, NULL), 0);
	loop_close(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(posts_arrive_in_order_and_once, start),
	    cmocka_unit_test_setup(
		a_chain_arrives_in_order_behind_what_waits, start),
	    cmocka_unit_test_setup(
		a_forgotten_source_is_silent_even_in_the_same_turn, start),
	    cmocka_unit_test_setup(watching_again_changes_the_events, start),
	    cmocka_unit_test_setup(
		the_newest_idle_runs_first_and_the_shortest_sleep_wins, start),
	    cmocka_unit_test(no_post_of_any_thread_is_lost),
	    cmocka_unit_test(stop_wakes_a_sleeping_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
