/*
 * How much the writer does at once of what nobody waits for. Such work moves
 * what is on disk already, so it is not synced by itself: should it be lost, it
 * is done again, and no commit that is synced can do without it, as the log has
 * one order; after a sync that failed, a log is begun (store_sqlite.c).
 */
#ifndef EDGE_STORE_SQLITE_BITE_H
#define EDGE_STORE_SQLITE_BITE_H

#include "store_sqlite.h"

/* When nobody writes, much; a little when somebody always does. */
enum sqlite_bite_size {
	SETTLE_MUCH,
	INDEX_MUCH,
	SETTLE_LITTLE,
	INDEX_LITTLE,
};

/* `least` things of a kind, and what more there is time for; but when a put
 * waits, one is enough. */
struct sqlite_bite {
	unsigned least, done;
	int64_t until_us;            /* monotonic */
	struct put_queue *yields_to; /* where puts wait; NULL: they may */
};

/* One thing more is done: whether there may be another. */
bool sqlite_bite_goes_on(struct sqlite_bite *b);

/*
 * Does so much of `work`, which commits by itself, returns an SQLite code and
 * sets `more` when there is more. What goes wrong is noted. The caller has the
 * turn.
 */
void sqlite_bite_take(struct store_sqlite *s, enum sqlite_bite_size size,
    int (*work)(struct store_sqlite *, struct sqlite_bite *, bool *more),
    bool *more);

#endif
