/*
 * The commands that count a comment in Redis and what their replies say;
 * knows nothing of the connection's life. A key counts in one hash for each
 * site and window (counters.h), mo:{site}:window, in two fields:
 *
 *   c and the 8 bytes of the authenticated key: how many events
 *   t and the same: when the last one was, in ms from the window's start
 *
 * HINCRBY gives every comment a count of its own, so that no script is
 * needed. Every reply is checked by type, size and range.
 */
#ifndef EDGE_STATE_REDIS_COMMAND_H
#define EDGE_STATE_REDIS_COMMAND_H

#include "../format/uri.h"
#include "state.h"

struct redisContext;
struct redisReply;

/* Appends what counts `t`: 0, or -1: no memory. */
int redis_append_touch(struct redisContext *c, const struct state_touch *t);

/* Takes the `i`-th reply to it: 1 it was the last, 0 there are more, -1. */
int redis_take_reply(
    struct state_touch *t, unsigned i, const struct redisReply *r);

/*
 * Commands whose replies only say whether they worked; each returns how many
 * it appended, -1: no memory.
 */

/* Lets the hash that `t` counts in expire when it is of no more use. */
int redis_append_expire(struct redisContext *c, const struct state_touch *t);

/* Logs in, selects the database and tells the server who we are. */
int redis_append_hello(struct redisContext *c, const struct redis_uri *server);

/* Sees whether the server takes writes now. */
int redis_append_probe(struct redisContext *c);

/* Whether `r` says that such a command worked. */
bool redis_reply_is_good(const struct redisReply *r);

#endif
