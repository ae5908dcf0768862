#include "loop.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "deadlines.h"

enum { EVENTS_PER_TURN = 64 };

struct loop {
	int epoll_fd;
	struct loop_source wake; /* an eventfd: there is mail, or a stop */
	_Atomic(struct loop_post *) mail; /* newest first */
	atomic_uint senders;              /* threads inside loop_send */
	atomic_bool stopped;
	struct loop_idle *idles;
	int sleep_ms; /* what the idles of the last turn allow; -1: any */
	/* the events of this turn; [at, n) are yet to be told */
	struct epoll_event events[EVENTS_PER_TURN];
	int at, n;
};

int64_t
clock_monotonic_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_monotonic_ms(void)
{
	return clock_monotonic_us() / 1000;
}

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_unix_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t
clock_boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

static void
wake_ready(struct loop_source *s, uint32_t events)
{
	uint64_t n;

	(void)events;
	while (read(s->fd, &n, sizeof n) == -1 && errno == EINTR)
		continue;
}

static void
wake_up(struct loop *l)
{
	uint64_t one = 1;

	while (write(l->wake.fd, &one, sizeof one) == -1 && errno == EINTR)
		continue;
}

struct loop *
loop_open(struct err *e)
{
	struct loop *l = calloc(1, sizeof *l);

	if (l == NULL) {
		err_set(e, ERR_DOWN, "no memory for an event loop");
		return NULL;
	}
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	l->wake.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->wake.ready = wake_ready;
	if (l->epoll_fd == -1 || l->wake.fd == -1 ||
	    loop_watch(l, &l->wake, EPOLLIN) != 0) {
		err_set(e, ERR_DOWN, "event loop: %s", strerror(errno));
		loop_close(l);
		return NULL;
	}
	return l;
}

void
loop_close(struct loop *l)
{
	if (l == NULL)
		return;
	while (atomic_load(&l->senders) > 0)
		sched_yield();
	if (l->epoll_fd != -1)
		close(l->epoll_fd);
	if (l->wake.fd != -1)
		close(l->wake.fd);
	free(l);
}

int
loop_watch(struct loop *l, struct loop_source *s, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = s};

	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, s->fd, &ev) == 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &ev);
}

void
loop_forget(struct loop *l, struct loop_source *s)
{
	int i;

	epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
	/* an earlier source of this very turn may be what forgets it */
	for (i = l->at; i < l->n; i++)
		if (l->events[i].data.ptr == s)
			l->events[i].data.ptr = NULL;
}

void
loop_add_idle(struct loop *l, struct loop_idle *i)
{
	i->next = l->idles;
	l->idles = i;
	l->sleep_ms = 0;
}

void
loop_remove_idle(struct loop *l, struct loop_idle *i)
{
	struct loop_idle **at = &l->idles;

	while (*at != NULL && *at != i)
		at = &(*at)->next;
	if (*at != NULL)
		*at = i->next;
}

void
loop_send(struct loop *l, struct loop_post *p)
{
	loop_send_chain(l, p, p);
}

void
loop_send_chain(
    struct loop *l, struct loop_post *newest, struct loop_post *oldest)
{
	struct loop_post *head = atomic_load(&l->mail);

	/* the loop may deliver, and be closed, while we still ring */
	atomic_fetch_add(&l->senders, 1);
	do
		oldest->next = head;
	while (!atomic_compare_exchange_weak(&l->mail, &head, newest));
	/* whoever found the box empty rings; the others ride along */
	if (head == NULL)
		wake_up(l);
	atomic_fetch_sub(&l->senders, 1);
}

static void
deliver_mail(struct loop *l)
{
	struct loop_post *newest = atomic_exchange(&l->mail, NULL);
	struct loop_post *oldest = NULL;
	struct loop_post *next;

	for (; newest != NULL; newest = next) {
		next = newest->next;
		newest->next = oldest;
		oldest = newest;
	}
	for (; oldest != NULL; oldest = next) {
		next = oldest->next; /* the post may be gone afterwards */
		oldest->deliver(oldest);
	}
}

static void
tell_ready(struct loop *l)
{
	struct epoll_event *ev;
	struct loop_source *s;

	while (l->at < l->n) {
		ev = &l->events[l->at++];
		s = ev->data.ptr;
		if (s != NULL)
			s->ready(s, ev->events);
	}
}

void
loop_turn(struct loop *l, int wait_ms)
{
	struct loop_idle *i, *next;
	int64_t now_ms;

	wait_ms = deadlines_sooner(wait_ms, l->sleep_ms);
	l->at = 0;
	l->n = epoll_wait(l->epoll_fd, l->events, EVENTS_PER_TURN, wait_ms);
	tell_ready(l);
	deliver_mail(l);
	l->sleep_ms = -1;
	now_ms = clock_monotonic_ms();
	for (i = l->idles; i != NULL; i = next) {
		next = i->next;
		l->sleep_ms = deadlines_sooner(l->sleep_ms, i->turn(i, now_ms));
	}
}

void
loop_run(struct loop *l)
{
	while (!atomic_load(&l->stopped))
		loop_turn(l, -1);
}

void
loop_stop(struct loop *l)
{
	atomic_store(&l->stopped, true);
	wake_up(l);
}
