/*
 * A loop's end of the log (state_log.h): the touches that wait, what is on
 * its way to the server and back, and a table of counts made of all entries
 * in their order, so that all who read the log have the same counts. Talks in
 * exchanges, one at a time: what waits is written, all that is new is read,
 * and whatever of it is ours is done on the way. Knows nothing of the
 * connection's life.
 */
#ifndef EDGE_STATE_REDIS_LOG_H
#define EDGE_STATE_REDIS_LOG_H

#include "state_redis_command.h"

enum {
	REDIS_PENDING_MAX = 4096, /* touches; a power of two */
	REDIS_ENTRIES_MAX = 32,   /* in an exchange */
};

struct redis_log {
	char name[REDIS_NAME_BYTES];
	struct state_table *table;
	bool wanted;        /* somebody touches; else there is nothing in it */
	struct log_id last; /* the last entry that is counted in it */
	int64_t counted_ms; /* when, by our clock */
	bool grown;         /* since we let it expire */
	int64_t trimmed_ms, expires_ms; /* when we last asked for that */

	/* What is told from `kept` on is enough for any table, and bounds the
	 * log whatever its server's clock says; `mark` is to be `kept`. */
	struct log_id kept, mark;
	uint64_t told, told_most; /* bytes since `mark`; until the next one */
	int64_t marked_ms;        /* when we set it, by our clock */

	bool known; /* that the server has the same log as before */

	/* modulo their size, the oldest first: [first, sent) are part of the
	 * exchange, [sent, end) wait for the next */
	struct waiting {
		struct state_touch *touch;
		int64_t since_ms;
	} pending[REDIS_PENDING_MAX];
	uint32_t first, sent, end;

	/* what is on its way, in the order of its replies */
	struct exchange {
		/* our entries, each of the pending touches before `end` */
		struct own_entry {
			struct log_id id;
			uint32_t end;
		} entries[REDIS_ENTRIES_MAX];
		unsigned n, named, counted; /* all; with an id; done */
		unsigned simple; /* replies that say whether it worked */
		bool page;       /* a page of the log, the last of all */
	} exchange;
};

/* Of those who share `secret`; 0, or -1 and `e`. */
int redis_log_open(struct redis_log *g,
    const unsigned char secret[STATE_SECRET_BYTES], unsigned table_log2,
    struct err *e);
void redis_log_close(struct redis_log *g);

/* Lets a touch wait; false: there are too many. */
bool redis_log_add(struct redis_log *g, struct state_touch *t, int64_t now_ms);

/*
 * Each begins an exchange by appending it to what goes out: on a new
 * connection, whatever became of the last one; about what waits; and to see
 * how the server is. 0, or -1: no memory.
 */
int redis_log_hello(struct redis_log *g, struct redisContext *c,
    const struct redis_uri *server);
int redis_log_ask(struct redis_log *g, struct redisContext *c, int64_t now_ms);
int redis_log_probe(
    struct redis_log *g, struct redisContext *c, int64_t now_ms);

/*
 * Takes the next reply, which brings touches to their `done` and may append
 * a request for more. 1: the exchange is over, 0: more will come, -1: it
 * makes no sense.
 */
int redis_log_take(struct redis_log *g, struct redisContext *c,
    const struct redisReply *r, int64_t now_ms);

/* Ends the exchange, and all touches without the log: `count` is called for
 * each, in their order, before the first is done. */
void redis_log_give_up(struct redis_log *g,
    void (*count)(void *arg, struct state_touch *t), void *arg);

static inline bool
redis_log_is_busy(const struct redis_log *g)
{
	return g->exchange.page;
}

/* Since when the oldest touch waits; -1: there is none. */
static inline int64_t
redis_log_since_ms(const struct redis_log *g)
{
	return g->first == g->end
		   ? -1
		   : g->pending[g->first % REDIS_PENDING_MAX].since_ms;
}

#endif
