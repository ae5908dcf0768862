/*
 * Makes comments of what came in a crowd: rows that indices find, and counts.
 * All need the turn and return SQLite codes, SQLITE_DONE when it went well.
 */
#ifndef EDGE_STORE_SQLITE_SETTLE_H
#define EDGE_STORE_SQLITE_SETTLE_H

#include "store_sqlite_bite.h"

/* Learns from the database what is there, when it has been opened. */
int sqlite_settle_prepare(struct store_sqlite *s);

/* Settles the oldest pack, in a transaction that is open; unless the oldest
 * record in packs is newer than the number `until`. `more`: it was not. */
int sqlite_settle_oldest(struct store_sqlite *s, int64_t until, bool *more);

/* Settles packs in a transaction of its own, which may still be open when it
 * went wrong; sets `more` when there are more, else leaves it. */
int sqlite_settle(struct store_sqlite *s, struct sqlite_bite *b, bool *more);

/* Writes a record as the comment `number`, nothing else. */
int sqlite_write_comment(
    struct store_sqlite *s, const struct record *r, int64_t number);

/* Has a site's comment be one by now, in a transaction that is open; or all
 * that a put decides about, or wants sorted in. */
int sqlite_settle_comment(
    struct store_sqlite *s, int64_t site, struct span comment);
int sqlite_settle_for(struct store_sqlite *s, const struct store_put *p);

#endif
