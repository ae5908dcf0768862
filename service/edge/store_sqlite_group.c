#include "store_sqlite.h"

enum {
	BEGIN,
	COMMIT,
	SAVEPOINT,
	UNDO,
	RELEASE,
	PUT_RECORD,
	PUT_LABEL,
	ADD_USAGE,
	FIND_ANSWER,
	PUT_ANSWER,
	EXPIRE,
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [SAVEPOINT] = "SAVEPOINT put",
    [UNDO] = "ROLLBACK TO put",
    [RELEASE] = "RELEASE put",
    [PUT_RECORD] = sqlite_insert_record,
    [PUT_LABEL] = sqlite_insert_label,
    [ADD_USAGE] = sqlite_add_usage,
    [FIND_ANSWER] = "SELECT request FROM answer"
		    " WHERE site = ? AND key = ? AND created_at > ?",
    [PUT_ANSWER] = "INSERT OR REPLACE INTO answer"
		   " (site, key, request, answer, created_at)"
		   " VALUES (?, ?, ?, ?, ?)",
    [EXPIRE] = "DELETE FROM answer WHERE created_at <= ?1 AND rowid IN"
	       " (SELECT rowid FROM answer ORDER BY rowid LIMIT ?2)",
};

enum { EXPIRE_BITE = 64 };

static int
run(struct store_sqlite *s, int statement)
{
	return sqlite_run(s->link.statements[statement]);
}

int64_t
sqlite_asked_at(const struct store_once *once)
{
	return once->at_ms != 0 ? once->at_ms : clock_unix_ms();
}

/*
 * Whether `once` was used before: SQLITE_ROW, and the result tells for what;
 * SQLITE_DONE when not; else what went wrong.
 */
static int
find_answer(struct store_sqlite *s, struct store_put *p)
{
	sqlite3_stmt *q = s->link.statements[FIND_ANSWER];
	struct span asked = {(const char *)p->once.request, STORE_HASH_BYTES};
	int code;

	if (p->once.key.n == 0)
		return SQLITE_DONE;
	sqlite3_bind_int64(q, 1, p->once.site);
	sqlite_bind_span(q, 2, p->once.key);
	sqlite3_bind_int64(q, 3, sqlite_asked_at(&p->once) - ANSWER_LIFE_MS);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		p->result = span_equal(sqlite_span(q, 0), asked)
				? STORE_REPEATED
				: STORE_CONFLICT;
	sqlite3_reset(q);
	return code;
}

static int
write_answer(struct store_sqlite *s, const struct store_put *p)
{
	sqlite3_stmt *q = s->link.statements[PUT_ANSWER];

	sqlite3_bind_int64(q, 1, p->once.site);
	sqlite_bind_span(q, 2, p->once.key);
	sqlite3_bind_blob(
	    q, 3, p->once.request, STORE_HASH_BYTES, SQLITE_STATIC);
	sqlite_bind_span(q, 4, p->answer);
	sqlite3_bind_int64(q, 5, sqlite_asked_at(&p->once));
	return run(s, PUT_ANSWER);
}

/* How many rows a put writes, besides usage. */
static uint32_t
rows_of(const struct store_put *p)
{
	return p->n + (p->label != NULL) + (p->once.key.n > 0);
}

static int
write_label(struct store_sqlite *s, const struct store_put *p)
{
	if (p->label == NULL)
		return SQLITE_DONE;
	sqlite_label_bind(s->link.statements[PUT_LABEL], p->label);
	return run(s, PUT_LABEL);
}

static int
write_rows(struct store_sqlite *s, const struct store_put *p)
{
	int code = SQLITE_DONE;
	uint32_t i;

	for (i = 0; i < p->n && code == SQLITE_DONE; i++) {
		sqlite_record_bind(
		    s->link.statements[PUT_RECORD], &p->records[i]);
		code = run(s, PUT_RECORD);
	}
	if (code == SQLITE_DONE)
		code = write_label(s, p);
	if (code == SQLITE_DONE && p->once.key.n > 0)
		code = write_answer(s, p);
	return code;
}

/* A fault of these rows, such as a site that is gone: others may go on. */
static bool
is_own_fault(int code)
{
	return (code & 0xff) == SQLITE_CONSTRAINT ||
	       (code & 0xff) == SQLITE_TOOBIG;
}

/* SQLITE_DONE, also when this put alone failed; else the group fails. */
static int
write_put(struct store_sqlite *s, struct store_put *p)
{
	bool several = rows_of(p) > 1;
	int code = find_answer(s, p);

	if (code == SQLITE_ROW)
		return SQLITE_DONE;
	/* one row alone is all or nothing by itself */
	if (code == SQLITE_DONE && several)
		code = run(s, SAVEPOINT);
	if (code != SQLITE_DONE)
		return code;
	code = write_rows(s, p);
	if (is_own_fault(code)) {
		p->result = STORE_DOWN;
		sqlite_link_fault(&s->link, &p->err);
		p->err.code = ERR_BUG;
		code = several ? run(s, UNDO) : SQLITE_DONE;
	}
	if (code == SQLITE_DONE && several)
		code = run(s, RELEASE);
	return code;
}

/* A site that is gone needs no counts. */
static int
write_usage(struct store_sqlite *s, const struct usage *sum)
{
	int code = SQLITE_DONE;

	if (sum->site != 0) {
		sqlite_usage_bind(s->link.statements[ADD_USAGE], sum);
		code = run(s, ADD_USAGE);
	}
	return is_own_fault(code) ? SQLITE_DONE : code;
}

/*
 * Adds what `p` counts to `sum`; that is written when a put counts something
 * else, so puts of one blog, which come together, write their row once.
 */
static int
count(struct store_sqlite *s, struct usage *sum, const struct store_put *p)
{
	const struct usage *u = p->usage;
	int code;

	if (u == NULL || p->result != STORE_DONE)
		return SQLITE_DONE;
	if (sum->site == u->site && span_equal(sum->blog, u->blog) &&
	    strcmp(sum->month, u->month) == 0) {
		for (int i = 0; i < USAGE_COUNTS; i++)
			sum->of[i] += u->of[i];
		return SQLITE_DONE;
	}
	code = write_usage(s, sum);
	*sum = *u;
	return code;
}

int
sqlite_write_group(struct store_sqlite *s, struct store_put *group)
{
	struct usage sum = {0};
	struct store_put *p;
	int code = run(s, BEGIN);

	for (p = group; p != NULL && code == SQLITE_DONE; p = p->next) {
		p->result = STORE_DONE;
		p->err.code = ERR_NONE;
		code = write_put(s, p);
		if (code == SQLITE_DONE)
			code = count(s, &sum, p);
	}
	if (code == SQLITE_DONE)
		code = write_usage(s, &sum);
	return code == SQLITE_DONE ? run(s, COMMIT) : code;
}

int
sqlite_expire_answers(struct store_sqlite *s, int64_t now_ms, bool *more)
{
	sqlite3_stmt *q = s->link.statements[EXPIRE];
	int code;

	sqlite3_bind_int64(q, 1, now_ms - ANSWER_LIFE_MS);
	sqlite3_bind_int(q, 2, EXPIRE_BITE);
	code = run(s, EXPIRE);
	*more =
	    code == SQLITE_DONE && sqlite3_changes(s->link.db) == EXPIRE_BITE;
	return code;
}

int
sqlite_group_prepare(struct store_sqlite *s, struct err *e)
{
	return sqlite_link_prepare(&s->link, sql, STATEMENTS, e);
}
