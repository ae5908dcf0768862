/*
 * The commands by which a loop writes to the log in Redis and reads it, and
 * what their replies say; knows nothing of the connection's life. The log is
 * a stream, mo:log1: and a name of the installation, whose entries have one
 * field. Every reply is checked by type, size and range.
 */
#ifndef EDGE_STATE_REDIS_COMMAND_H
#define EDGE_STATE_REDIS_COMMAND_H

#include "../format/uri.h"
#include "state_log.h"

struct redisContext;
struct redisReply;

enum {
	REDIS_NAME_BYTES = 32,
	REDIS_PAGE = 64, /* entries that are asked for at once */
	/* Two windows count; the third is for clocks that differ and late
	 * comments. */
	REDIS_USE_S = 3 * COUNTERS_WINDOW_S,
};

/* The name of the log of those who share `secret`, NUL-terminated. */
void redis_name_log(
    char out[REDIS_NAME_BYTES], const unsigned char secret[STATE_SECRET_BYTES]);

/* Each appends commands and returns how many; -1: no memory. */

/* Adds an entry; the reply is its id. */
int redis_append_entry(
    struct redisContext *c, const char *log, const struct log_entry *e);

/* Asks for a page of the entries from `from` on. */
int redis_append_read(
    struct redisContext *c, const char *log, struct log_id from);

/* Those below have replies that only say whether they worked. */

/* Lets go of the entries before `oldest`. */
int redis_append_trim(
    struct redisContext *c, const char *log, struct log_id oldest);

/* Lets go of all of it when for REDIS_USE_S nothing comes. */
int redis_append_expire(struct redisContext *c, const char *log);

/* Logs in, selects the database and tells the server who we are. */
int redis_append_hello(struct redisContext *c, const struct redis_uri *server);

/* Sees whether the server takes writes now. */
int redis_append_probe(struct redisContext *c);

/* Whether `r` says that such a command worked. */
bool redis_reply_is_good(const struct redisReply *r);

/* Reads an id; whether it is one. */
bool redis_reply_id(struct log_id *id, const struct redisReply *r);

/* How many entries are in a page; -1: that is none. */
int redis_reply_page(const struct redisReply *r);

/* Reads entry `i` of a page, which lives as long as it; whether it is one. */
bool redis_reply_entry(const struct redisReply *page, int i, struct log_id *id,
    struct span *entry);

#endif
