/*
 * Connections to Redis as hiredis opens them, and what goes out on them:
 * there it does not mind that there is no memory. Nothing here waits.
 */
#ifndef EDGE_STATE_REDIS_WIRE_H
#define EDGE_STATE_REDIS_WIRE_H

#include "../format/uri.h"

struct redisContext;

/* Begins to connect; NULL: no memory. `err` of what comes back says more. */
struct redisContext *redis_connect(const struct redis_uri *u);

/* Writes what was appended, as far as the socket takes it: 1 all, 0 some, or
 * -1 and errno. */
int redis_write(struct redisContext *c);

#endif
