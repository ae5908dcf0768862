/*
 * Connections to Redis, to an address or a path, and what goes out and comes in
 * on them by hiredis: here it does not mind that there is no memory, and makes
 * room for whatever a reply announces. Nothing here waits.
 */
#ifndef EDGE_STATE_REDIS_WIRE_H
#define EDGE_STATE_REDIS_WIRE_H

#include <hiredis.h>
#include <stdbool.h>

#include "../format/uri.h"

/* How much of a reply is borne with. */
struct redis_bounds {
	int elements;  /* of an array */
	size_t unread; /* bytes of one that is not whole */
};

struct redis_wire {
	redisContext *c;                /* NULL: it is closed */
	redisReplyObjectFunctions make; /* hiredis's, but for arrays */
	void *(*make_array)(const redisReadTask *task, int n); /* its own */
	struct redis_bounds bounds;
	size_t unread; /* bytes that came since the last whole reply */
	bool endless;  /* an array of too many elements was announced */
	char why[128]; /* what the server said when it went wrong */
};

/* Begins to connect: NULL, or what is wrong. */
const char *redis_wire_open(struct redis_wire *w, const struct redis_uri *u,
    struct redis_bounds bounds);
void redis_wire_close(struct redis_wire *w);

/* Writes what was appended, as far as the socket takes it: 1 all, 0 some, or
 * -1 and why. */
int redis_wire_write(struct redis_wire *w);

/*
 * Reads what there is and has every whole reply taken, which returns 0, or
 * -1: it makes no sense. NULL, or what is wrong.
 */
const char *redis_wire_read(struct redis_wire *w,
    int (*take)(void *arg, const redisReply *r), void *arg);

#endif
