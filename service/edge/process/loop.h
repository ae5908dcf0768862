/*
 * One event loop: epoll, timers by deadline, and a mailbox through which
 * other threads hand it work. Everything that serves requests runs on a loop
 * thread and never blocks. Owns no connections; knows no HTTP, no Redis.
 */
#ifndef EDGE_LOOP_H
#define EDGE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct loop;

/* Something with a file descriptor, embedded in its owner. */
struct loop_source {
	int fd;
	/* `events`: EPOLLIN, EPOLLOUT, … that are ready */
	void (*ready)(struct loop_source *s, uint32_t events);
};

/* Something to be called once every turn, embedded in its owner. */
struct loop_idle {
	/* Runs after the ready sources; returns how many milliseconds the
	 * loop may sleep at most, -1 for as long as it likes. */
	int (*turn)(struct loop_idle *i, int64_t now_ms);
	struct loop_idle *next;
};

/* A message for a loop from any thread, embedded in its owner. */
struct loop_post {
	void (*deliver)(struct loop_post *p); /* on the loop's thread */
	struct loop_post *next;
};

/* A loop that does not run yet; NULL and `e` on failure. */
struct loop *loop_open(struct err *e);
void loop_close(struct loop *l);

/* Watches `s` for `events`; again to change them. 0 or -1. */
int loop_watch(struct loop *l, struct loop_source *s, uint32_t events);
void loop_forget(struct loop *l, struct loop_source *s);

/*
 * Calls `i` every turn, the one added last first: what serves requests is
 * opened last, and runs before those that it hands work to.
 */
void loop_add_idle(struct loop *l, struct loop_idle *i);
void loop_remove_idle(struct loop *l, struct loop_idle *i);

/* Hands `p` over, from any thread; it is delivered exactly once. */
void loop_send(struct loop *l, struct loop_post *p);

/* Hands over what is linked by `next` from the newest to the oldest, so that
 * the loop wakes up once, and finds all of it. */
void loop_send_chain(
    struct loop *l, struct loop_post *newest, struct loop_post *oldest);

/* One turn: waits at most `wait_ms` (-1: until something happens). */
void loop_turn(struct loop *l, int wait_ms);

/* Turns until loop_stop. */
void loop_run(struct loop *l);

/* Lets loop_run return soon; from any thread. */
void loop_stop(struct loop *l);

/* Monotonic milliseconds, and Unix time in milliseconds. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
int64_t clock_unix_ms(void);

/* Beyond an int when there are 25 of them. */
#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* How far Unix time may go back when the machine's clock is set right. */
enum { CLOCK_STEP_MS = 60 * 1000 };

/* Milliseconds since the machine started, those included that it slept. */
int64_t clock_boot_ms(void);

#endif
