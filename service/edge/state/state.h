/*
 * The state: short-lived counts of what was seen before. Counts the keys of
 * a comment and gives the counts back, in one exchange. Backends: memory
 * (shared by all loops of the process) and redis (a log that all loops of all
 * processes count in its order). Knows nothing of scoring.
 *
 * Keys are authenticated by a secret before they leave the process, and are
 * others each day (UTC): who reads the backend learns no name, address or
 * text, nor who was there on two days.
 */
#ifndef EDGE_STATE_H
#define EDGE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/signals.h"
#include "../process/err.h"
#include "../process/loop.h"

enum { STATE_SECRET_BYTES = 16 };

/*
 * A count of one comment's keys, which become authenticated ones in place.
 * `done` is called exactly once on the loop's
 * thread, maybe before state_touch returns, with `degraded` set when the
 * backend could not answer in time and a local table counted instead.
 */
struct state_touch {
	uint64_t site;
	int64_t at_ms; /* of the comment, Unix time */
	struct signal_keys *keys;
	bool peek;     /* tell what it would be, count nothing */
	bool degraded; /* out */
	void (*done)(struct state_touch *t);
};

/* What all loops of the process share. */
struct state_shared;

struct state_ops;
struct state {
	const struct state_ops *ops;
	struct state_shared *shared;
};

/*
 * Whether `uri` can be read: "memory", or "memory:N" for 2^N counters,
 * "redis://[user:password@]host:port/db" or "redis+unix:/path[?db=N]", with
 * "counters=N" behind the ? as for memory. 0, or -1 and `e`.
 */
int state_uri_check(const char *uri, struct err *e);

/*
 * Opens what `uri` names. Fails on a uri that cannot be read, not on a server
 * that is away or whose name has no address; who is to be found by name is
 * looked for until then, and again whenever it is away. Waits for an address
 * for a second at most. SIGPIPE must be ignored.
 */
struct state_shared *state_shared_open(const char *uri,
    const unsigned char secret[STATE_SECRET_BYTES], struct err *e);
void state_shared_close(struct state_shared *s);

/* How often a loop touches; what does so seldom makes ready when it does. */
enum state_use { STATE_SELDOM, STATE_OFTEN };

/* A loop's own end of the state. */
struct state *state_open(struct state_shared *shared, struct loop *loop,
    enum state_use use, struct err *e);

/*
 * Begins to count, within a turn of the loop: what a turn touched goes out
 * together at its end. Touches of one state are counted in the given order.
 */
void state_touch(struct state *s, struct state_touch *t);

/* Whether the backend answered lately; the local table does not count. */
bool state_up(const struct state *s);

/* Every touch must be done; the loop must not turn any more. */
void state_close(struct state *s);

#endif
