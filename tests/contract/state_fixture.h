/*
 * A loop and a state for a test, and comments that go through them.
 */
#ifndef TESTS_STATE_FIXTURE_H
#define TESTS_STATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/process/secrets.h"
#include "../../service/edge/state/state_backend.h"

enum { PATIENCE_MS = 60000 }; /* for what must happen at all */

struct fixture {
	struct loop *loop;
	struct state_shared *shared;
	struct state *state;
};

/* One comment on its way. */
struct sent {
	struct state_touch touch;
	struct signal_keys keys;
	int64_t sent_ms, done_ms; /* 0: not yet */
	unsigned times_done;
	unsigned turn; /* it was the how manieth to be done */
};

static unsigned sent_done;

static inline struct fixture
fixture_open(const char *uri)
{
	static const unsigned char secret[STATE_SECRET_BYTES] = "a test's";
	struct fixture f = {0};
	struct err e;

	if (secrets_init(&e) != 0 || (f.loop = loop_open(&e)) == NULL ||
	    (f.shared = state_shared_open(uri, secret, &e)) == NULL ||
	    (f.state = state_open(f.shared, f.loop, STATE_OFTEN, &e)) == NULL)
		fail_msg("%s: %s", uri, e.text);
	return f;
}

static inline void
fixture_close(struct fixture *f)
{
	state_close(f->state);
	state_shared_close(f->shared);
	loop_close(f->loop);
}

/* Turns until the state is up, or down; how long that took, or -1. */
static inline int64_t
fixture_wait(struct fixture *f, bool up)
{
	int64_t start_ms = clock_monotonic_ms();

	while (state_up(f->state) != up) {
		if (clock_monotonic_ms() - start_ms > PATIENCE_MS)
			return -1;
		loop_turn(f->loop, 10);
	}
	return clock_monotonic_ms() - start_ms;
}

static inline void
sent_finished(struct state_touch *t)
{
	struct sent *x = (struct sent *)t;

	x->times_done++;
	x->done_ms = clock_monotonic_ms();
	x->turn = sent_done++;
}

static inline struct sent
comment_of(uint64_t site, int64_t at_ms)
{
	struct sent x = {0};

	x.touch = (struct state_touch){
	    .site = site, .at_ms = at_ms, .done = sent_finished};
	return x;
}

static inline void
comment_add(struct sent *x, enum signal_kind kind, uint64_t key)
{
	x->keys.kinds[x->keys.n] = (uint8_t)kind;
	x->keys.touches[x->keys.n++].key = key;
}

static inline void
send_all(struct fixture *f, struct sent *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		x[i].touch.keys = &x[i].keys;
		x[i].sent_ms = clock_monotonic_ms();
		state_touch(f->state, &x[i].touch);
	}
}

/* Turns until all of them are done. */
static inline void
wait_all(struct fixture *f, const struct sent *x, size_t n)
{
	int64_t start_ms = clock_monotonic_ms();

	loop_turn(f->loop, 0);
	for (size_t i = 0; i < n; i++) {
		while (x[i].times_done == 0) {
			if (clock_monotonic_ms() - start_ms > PATIENCE_MS)
				fail_msg("no answer to comment %zu", i);
			loop_turn(f->loop, 10);
		}
		assert_int_equal(x[i].times_done, 1);
	}
}

#endif
