/*
 * Sites and keys in SQLite: what store_sqlite_admin.c and _purge.c do for the
 * rest of the store. Private to store_sqlite*.c.
 */
#ifndef EDGE_STORE_SQLITE_ADMIN_H
#define EDGE_STORE_SQLITE_ADMIN_H

#include "store_sqlite.h"

/* The verbs of store_admin.h. */
int sqlite_change(
    struct store *s, struct store_change *changes, uint32_t n, struct err *e);
int sqlite_each_site(struct store_reader *r,
    void (*each)(void *arg, const struct store_site *site), void *arg,
    struct err *e);
int sqlite_each_key(struct store_reader *r,
    void (*each)(void *arg, const struct store_key *k), void *arg,
    struct err *e);

/*
 * Makes changes within the transaction that is open: an SQLite code, where
 * SQLITE_CONSTRAINT is one that cannot be made, and `e` says why.
 */
int sqlite_write_changes(struct store_sqlite *s, struct store_change *changes,
    uint32_t n, struct err *e);

/* Deletes some of what deleted sites had; sets *more when it did. */
int sqlite_purge_sites(struct store_sqlite *s, int64_t now_ms, bool *more);

/* Rows of `site` and `api_key`: statements that give their columns. */
extern const char sqlite_select_sites[], sqlite_select_keys[];
struct store_site sqlite_site_read(sqlite3_stmt *q);
struct store_key sqlite_key_read(sqlite3_stmt *q);

#endif
