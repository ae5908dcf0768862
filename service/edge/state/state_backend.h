/*
 * What the backends of the state share: their table of functions, what all
 * loops of the process have in common, and the process's own table of
 * counts. Only state*.c include this.
 */
#ifndef EDGE_STATE_BACKEND_H
#define EDGE_STATE_BACKEND_H

#include "../format/uri.h"
#include "state.h"
#include "state_checkup.h"

struct state_ops {
	void (*touch)(struct state *s, struct state_touch *t);
	bool (*up)(const struct state *s);
	void (*close)(struct state *s);
};

/* How a kind of state is opened. */
struct state_backend {
	/* Reads the whole `uri` into `s`, and no more: 0, or -1 and `e`. */
	int (*read)(struct state_shared *s, const char *uri, struct err *e);
	/* Opens what all loops share of it: 0, or -1 and `e`. */
	int (*share)(struct state_shared *s, struct err *e);
	/* Closes that, or what was opened when `share` failed; NULL: not
	 * needed. */
	void (*unshare)(struct state_shared *s);
	struct state *(*open)(struct state_shared *s, struct loop *l,
	    enum state_use use, struct err *e);
	/* As state_check_up, of its server; NULL: it has none. */
	int (*check_up)(const struct redis_uri *server,
	    struct state_checkup *out, struct err *e);
};

extern const struct state_backend state_memory, state_redis;

int state_redis_check_up(
    const struct redis_uri *server, struct state_checkup *out, struct err *e);

struct state_shared {
	const struct state_backend *backend;
	unsigned char secret[STATE_SECRET_BYTES];
	struct state_table *table;
	unsigned table_log2;     /* its size at most */
	struct redis_uri server; /* redis */
	struct redis_name *name; /* redis: of its host; NULL: an address */
	int64_t silence_ms;      /* redis: given up after this much of it */
};

enum {
	STATE_TABLE_LOG2 = 18,       /* 6 MiB when full */
	STATE_TABLE_GROWN_LOG2 = 22, /* 96 MiB */
	STATE_SILENCE_MS = 20,
};

/*
 * A table of 2^`log2_most` counters at most: it begins with 2^18 and doubles
 * when it forgets what still counts. NULL and `e`.
 */
struct state_table *state_table_open(unsigned log2_most, struct err *e);
void state_table_close(struct state_table *t);

/* Counts, or peeks; from any thread. Memory fetches meanwhile what `next`,
 * which may be NULL, will ask for. */
void state_table_count(struct state_table *table, struct state_touch *t,
    const struct state_touch *next);

/* Forgets all counts. */
void state_table_clear(struct state_table *t);

#endif
