/*
 * People and sessions in SQLite: the verbs of store_account.h, and the
 * parameters of changes, for the table of store_sqlite_admin.c.
 */
#ifndef EDGE_STORE_SQLITE_ACCOUNT_H
#define EDGE_STORE_SQLITE_ACCOUNT_H

#include "store_sqlite.h"

int sqlite_get_account(struct store_reader *r, const struct account_query *by,
    struct arena *a, struct account_found *out, struct err *e);
int sqlite_each_account(
    struct store_reader *r, const struct account_visit *visit, struct err *e);

/* ?1 to ?12: name, operator, password, totp, totp_step, recovery, prefs,
 * link, link_until, created_at, id, revision */
void sqlite_account_bind(sqlite3_stmt *q, const struct store_change *c);

/* ?1 to ?3: account, site, role */
void sqlite_grant_bind(sqlite3_stmt *q, const struct store_change *c);

/* ?1 to ?6: hash, account, its revision, created_at, seen_at, by_link */
void sqlite_session_bind(sqlite3_stmt *q, const struct store_change *c);

#endif
