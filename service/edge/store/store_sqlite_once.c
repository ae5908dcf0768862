#include "store_sqlite_once.h"

#include "store_sqlite_places.h"

enum { FIND, PUT, STATEMENTS };
SQLITE_PLACES(WRITER_PLACE_ONCE, STATEMENTS, WRITER_PLACE_INDEX);

static const char *const sql[STATEMENTS] = {
    [FIND] = "SELECT request, begun FROM answer"
	     " WHERE site = ? AND key = ? AND abs(created_at - ?) < ?",
    [PUT] = "INSERT OR REPLACE INTO answer"
	    " (site, key, request, answer, created_at, begun)"
	    " VALUES (?, ?, ?, ?, ?, ?)",
};

static sqlite3_stmt *
statement(struct store_sqlite *s, unsigned which)
{
	return sqlite_link_kept(
	    &s->link, WRITER_PLACE_ONCE + which, sql[which], NULL);
}

int64_t
sqlite_asked_at(const struct store_once *once)
{
	return once->at_ms != 0 ? once->at_ms : clock_unix_ms();
}

int
sqlite_find_answer(struct store_sqlite *s, struct store_put *p)
{
	sqlite3_stmt *q;
	struct span asked = {(const char *)p->once.request, STORE_HASH_BYTES};
	int code;

	if (p->once.key.n == 0)
		return SQLITE_DONE;
	q = statement(s, FIND);
	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite3_bind_int64(q, 1, p->once.site);
	sqlite_bind_span(q, 2, p->once.key);
	sqlite3_bind_int64(q, 3, sqlite_asked_at(&p->once));
	sqlite3_bind_int64(q, 4, ANSWER_LIFE_MS);
	code = sqlite3_step(q);
	if (code != SQLITE_ROW)
		;
	else if (!span_equal(sqlite_span(q, 0), asked))
		p->result = STORE_CONFLICT;
	else if (sqlite3_column_int(q, 1))
		code = SQLITE_DONE; /* only begun */
	else
		p->result = STORE_REPEATED;
	sqlite3_reset(q);
	return code;
}

int
sqlite_write_answer(struct store_sqlite *s, const struct store_put *p)
{
	sqlite3_stmt *q = statement(s, PUT);

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite3_bind_int64(q, 1, p->once.site);
	sqlite_bind_span(q, 2, p->once.key);
	sqlite3_bind_blob(
	    q, 3, p->once.request, STORE_HASH_BYTES, SQLITE_STATIC);
	sqlite_bind_span(q, 4, p->answer);
	sqlite3_bind_int64(q, 5, sqlite_asked_at(&p->once));
	sqlite3_bind_int(q, 6, p->begins);
	return sqlite_run(q);
}
