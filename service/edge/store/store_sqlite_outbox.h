/*
 * Webhooks and deliveries in SQLite: _webhook, _delivery and _expiry are the
 * verbs, _group writes notices with what happened, _turn is how the rest is
 * written.
 */
#ifndef EDGE_STORE_SQLITE_OUTBOX_H
#define EDGE_STORE_SQLITE_OUTBOX_H

#include "store_delivery.h"
#include "store_sqlite.h"

/*
 * Statements that make deliveries of what happened, and take others back.
 * They share their parameters, which sqlite_notice_bind takes from here.
 */
extern const char sqlite_put_notice[], sqlite_put_callback[], sqlite_withdraw[];

struct sqlite_notice {
	struct span about; /* starts their ids: of what happened */
	int64_t site, created_at_ms, due_at_ms;
	enum notice_type type;
	struct span comment, decision; /* ids; or empty */
	const char *before, *after;    /* states of the comment; or "" */
};

void sqlite_notice_bind(sqlite3_stmt *q, const struct sqlite_notice *n);

/* A reader's connection, for statements that are used once. */
struct sqlite_link *sqlite_reader_link(struct store_reader *r);

/*
 * Waits for the turn and has `work` done in a transaction of its own, all or
 * nothing. 0 or -1.
 */
int sqlite_in_turn(struct store *store,
    int (*work)(struct store_sqlite *s, void *arg, struct err *e), void *arg,
    struct err *e);

/*
 * Runs and drops `q`, NULL being one that failed: 0, or -1, with ERR_MISSING
 * when nothing changed but a `missing` thing (NULL: that is no fault).
 */
int sqlite_finish(struct store_sqlite *s, sqlite3_stmt *q, const char *missing,
    struct err *e);

/* The verbs of store_webhook.h and store_delivery.h. */
int sqlite_set_webhook(
    struct store *store, const struct webhook *w, struct err *e);
int sqlite_drop_webhook(
    struct store *store, struct store_ref ref, struct err *e);
int sqlite_each_webhook(struct store_reader *r, struct store_ref ref,
    const struct webhook_visit *visit, struct err *e);
int sqlite_each_delivery(
    struct store_reader *r, const struct delivery_visit *visit, struct err *e);
int sqlite_next_due(struct store_reader *r, enum delivery_lane lane,
    struct span busy, int64_t *at_ms, struct err *e);
int sqlite_add_ping(struct store *store, const struct ping *p, struct err *e);
int sqlite_replay_delivery(
    struct store *store, struct store_ref ref, int64_t now_ms, struct err *e);
int sqlite_take_deliveries(
    struct store *store, struct delivery_take *t, struct err *e);
int sqlite_note_deliveries(struct store *store,
    const struct delivery_note *notes, unsigned n, struct err *e);
int sqlite_expire_deliveries(
    struct store *store, struct delivery_expiry *x, struct err *e);

#endif
