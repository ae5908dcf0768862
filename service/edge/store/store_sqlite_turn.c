#include "store_sqlite_outbox.h"

/* Whoever is in the door is next: else one that takes a turn after the other
 * would be faster each time than who has to wake up for it. */
void
sqlite_turn_take(struct store_sqlite *s)
{
	pthread_mutex_lock(&s->door);
	pthread_mutex_lock(&s->turn);
	pthread_mutex_unlock(&s->door);
}

void
sqlite_turn_give(struct store_sqlite *s)
{
	pthread_mutex_unlock(&s->turn);
}

/* BEGIN or COMMIT; one that fails says something of the connection. */
static int
bound(struct store_sqlite *s, const char *sql, struct err *e)
{
	if (sqlite_link_run(&s->link, sql, e) == 0)
		return 0;
	sqlite_note_fault(s, sqlite3_errcode(s->link.db));
	return -1;
}

/* Whether what failed is the disk, and not the work. */
static bool
is_disk_fault(int code)
{
	static const int faults[] = {
	    SQLITE_IOERR, SQLITE_FULL, SQLITE_CORRUPT, SQLITE_NOTADB};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if ((code & 0xff) == faults[i])
			return true;
	return false;
}

/* With the turn, and a connection that can be used. */
static int
transact(struct store_sqlite *s,
    int (*work)(struct store_sqlite *s, void *arg, struct err *e), void *arg,
    struct err *e)
{
	if (bound(s, "BEGIN IMMEDIATE", e) != 0)
		return -1;
	if (work(s, arg, e) == 0)
		return bound(s, "COMMIT", e);
	if (is_disk_fault(sqlite3_errcode(s->link.db)))
		sqlite_note_fault(s, sqlite3_errcode(s->link.db));
	else
		sqlite_group_drop(s);
	return -1;
}

int
sqlite_in_turn(struct store *store,
    int (*work)(struct store_sqlite *s, void *arg, struct err *e), void *arg,
    struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	int result = -1;

	sqlite_turn_take(s);
	if (s->link.db == NULL || s->broken || s->moved)
		*e = s->fault;
	else if (sqlite_link_in_place(&s->link, e) == 0)
		result = transact(s, work, arg, e);
	sqlite_turn_give(s);
	return result;
}

int
sqlite_finish(
    struct store_sqlite *s, sqlite3_stmt *q, const char *missing, struct err *e)
{
	int code, result = 0;

	if (q == NULL)
		return -1;
	code = sqlite3_step(q);
	if (code != SQLITE_DONE)
		result = sqlite_link_fault(&s->link, e);
	else if (missing != NULL && sqlite3_changes(s->link.db) == 0)
		result =
		    err_set(e, ERR_MISSING, "there is no such %s", missing);
	sqlite3_finalize(q);
	return result;
}
