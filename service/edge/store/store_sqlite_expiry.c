#include "store_sqlite_outbox.h"

enum { BITE = 256 };

/*
 * What waited too long at who is slow: one attempt there is all that many have
 * in half an hour, so that with some messages a day none would come to its
 * last. Who works is told however late, as after days without the service, and
 * so is who just failed a few times; and what is under way is due later.
 */
static const char give_up[] =
    "UPDATE delivery SET state = 'failed', ended_at = ?1,"
    " error = 'it waited too long' WHERE rowid IN (SELECT rowid FROM delivery"
    " WHERE state = 'due' AND since < ?2 AND due_at <= ?1"
    " AND ifnull((SELECT failures >= ?3 OR NOT active FROM webhook"
    "  WHERE id = delivery.webhook), attempts >= ?4) ORDER BY since LIMIT ?5)";

static const char forget[] =
    "DELETE FROM delivery WHERE rowid IN (SELECT rowid FROM delivery"
    " WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)";

/* With `n` parameters; returns how many that were; -1 and `e`. */
static int
change(struct store_sqlite *s, const char *sql, const int64_t *with, int n,
    struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s, sql, e);

	for (int i = 0; q != NULL && i < n; i++)
		sqlite3_bind_int64(q, i + 1, with[i]);
	return sqlite_finish(s, q, NULL, e) != 0 ? -1
						 : sqlite3_changes(s->link.db);
}

static int
expire(struct store_sqlite *s, void *arg, struct err *e)
{
	struct delivery_expiry *x = arg;
	int64_t ahead_ms =
	    store_clock_ahead(&s->clock, clock_unix_ms(), clock_boot_ms());
	const int64_t slow[] = {x->now_ms, x->waiting_ms - ahead_ms,
	    x->failures, x->attempts, BITE};
	const int64_t old[] = {x->made_ms - ahead_ms, BITE};
	int given_up, gone;

	if (ahead_ms < 0)
		return 0;
	given_up = change(s, give_up, slow, 5, e);
	gone = given_up < 0 ? -1 : change(s, forget, old, 2, e);
	if (gone < 0)
		return -1;
	x->given_up = (unsigned)given_up;
	x->more = given_up == BITE || gone == BITE;
	return 0;
}

int
sqlite_expire_deliveries(
    struct store *store, struct delivery_expiry *x, struct err *e)
{
	x->given_up = 0;
	x->more = false;
	return sqlite_in_turn(store, expire, x, e);
}
