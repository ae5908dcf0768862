/*
 * The address of a host that goes by a name, which may come to be known late
 * and may change. It is asked for on a thread of its own: that takes as long
 * as it takes. Knows no Redis.
 */
#ifndef EDGE_STATE_REDIS_NAME_H
#define EDGE_STATE_REDIS_NAME_H

#include "../process/loop.h"

enum { REDIS_ADDRESS_BYTES = 64 }; /* IPv6, with the name of an interface */

struct redis_name;

/* Who wants to hear of it, embedded in its owner and all zeros. */
struct redis_waiter {
	struct loop *loop;
	struct loop_post post; /* its `deliver` is the owner's to set */
	bool waits;            /* from asking until that is delivered */
	uint64_t turn;         /* these are the name's */
	struct redis_waiter *next;
};

/* Whether `host` is an address as it is. */
bool redis_name_is_address(const char *host);

/* Asks for the address of `host`, and waits for a second at most; not knowing
 * it is no failure. NULL and `e`. */
struct redis_name *redis_name_open(const char *host, struct err *e);

/* Nobody may wait any more. Does not wait for an answer that is on its way;
 * harmless on NULL. */
void redis_name_close(struct redis_name *n);

/* Asks anew; once there is an answer, whatever it is, `w` is told so. What
 * follows is on the thread of the waiter's loop. */
void redis_name_ask(struct redis_name *n, struct redis_waiter *w);

/* Lets `w` wait no longer; the loop must not turn any more. */
void redis_name_forget(struct redis_name *n, struct redis_waiter *w);

/* The last address that it was known to have, from any thread: NULL, or why
 * there is none. */
const char *redis_name_address(
    struct redis_name *n, char out[REDIS_ADDRESS_BYTES]);

#endif
