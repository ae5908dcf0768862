#include "store_sqlite_admin.h"
#include "store_sqlite_audit.h"
#include "store_sqlite_crowd.h"
#include "store_sqlite_once.h"
#include "store_sqlite_outbox.h"

#include <stdio.h>

#include "store_sqlite_places.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_settle.h"

enum {
	BEGIN,
	COMMIT,
	DROP,
	SAVEPOINT,
	UNDO,
	RELEASE,
	COUNT_SHADOW,
	PUT_SHADOW,
	FIND_STATE,
	FIND_WEBHOOK,
	IS_LAST,
	PUT_DECISION,
	TAKE_BACK,
	SETTLE,
	ADD_USAGE,
	PUT_NOTICE,
	PUT_CALLBACK,
	WITHDRAW,
	STATEMENTS
};
SQLITE_PLACES(WRITER_PLACE_GROUP, STATEMENTS, WRITER_PLACE_TALLY);

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [DROP] = "ROLLBACK",
    [SAVEPOINT] = "SAVEPOINT put",
    [UNDO] = "ROLLBACK TO put",
    [RELEASE] = "RELEASE put",
    [COUNT_SHADOW] = sqlite_count_shadow,
    [PUT_SHADOW] = sqlite_insert_shadow,
    [FIND_STATE] = ("SELECT state, decided_at FROM comment"
		    " WHERE site = ? AND id = ?"),
    [FIND_WEBHOOK] = "SELECT 1 FROM webhook WHERE active = 1 LIMIT 1",
    /* a comment of NULL equals none, so nothing comes after */
    [IS_LAST] = "SELECT 1 FROM decision AS it WHERE site = ? AND id = ?"
		" AND undone_at = 0 AND NOT EXISTS"
		" (SELECT 1 FROM decision AS later WHERE later.site = it.site"
		"  AND later.comment = it.comment AND later.undone_at = 0"
		"  AND later.rowid > it.rowid)",
    [PUT_DECISION] = sqlite_insert_decision,
    [TAKE_BACK] = ("UPDATE decision SET undone_at = ?3, undone_by = ?4"
		   " WHERE site = ?1 AND id = ?2"),
    [SETTLE] = "UPDATE comment SET (decided_at, state) ="
	       " (SELECT ifnull(max(created_at), 0), " SQLITE_STATE_OF(
		   "ifnull(kind, action)") " FROM (SELECT created_at, kind "
					   "FROM decision"
					   "  WHERE site = ?1 AND comment = ?2 "
					   "AND undone_at = 0"
					   "  ORDER BY rowid DESC LIMIT 1))"
					   " WHERE site = ?1 AND id = ?2",
    [ADD_USAGE] = sqlite_add_usage,
    [PUT_NOTICE] = sqlite_put_notice,
    [PUT_CALLBACK] = sqlite_put_callback,
    [WITHDRAW] = sqlite_withdraw,
};

static int
run(struct store_sqlite *s, int statement)
{
	return sqlite_run(s->link.statements[statement]);
}

/* Whether there is a webhook to be told of anything: asked once a group, as
 * webhooks change in turns of their own. An SQLite code. */
static int
find_webhook(struct store_sqlite *s)
{
	sqlite3_stmt *q = s->link.statements[FIND_WEBHOOK];
	int code = sqlite3_step(q);

	s->webhooks = code == SQLITE_ROW;
	sqlite3_reset(q);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

/* Whether webhooks may be told of a record. */
static bool
is_told(const struct store_sqlite *s, const struct record *r)
{
	return s->webhooks && span_equal(r->action, span_of("hold"));
}

/* How many rows a put may write, besides usage; one more than 1 will do. */
static uint32_t
rows_of(const struct store_sqlite *s, const struct store_put *p)
{
	const struct record *r = p->records;
	bool more = p->n == 1 && (is_told(s, r) || r->shadow != NULL);

	/* a decision or an undo also changes its comment */
	return p->n + more + 2 * (p->n_decisions + (p->undo != NULL)) +
	       2 * p->n_changes + (p->once.key.n > 0);
}

/*
 * The question whose one row says that `p` is not too late: it is `wanted`,
 * or any when that is NULL. NULL: nothing to ask.
 */
static sqlite3_stmt *
ask_stale(
    struct store_sqlite *s, const struct store_put *p, const char **wanted)
{
	sqlite3_stmt *q = NULL;

	*wanted = NULL;
	if (p->undo != NULL) {
		q = s->link.statements[IS_LAST];
		sqlite3_bind_int64(q, 1, p->undo->site);
		sqlite_bind_span(q, 2, p->undo->decision);
	} else if (p->n_decisions > 0 && p->if_state != NULL) {
		q = s->link.statements[FIND_STATE];
		*wanted = comment_state_name(*p->if_state);
		sqlite3_bind_int64(q, 1, p->decisions[0].site);
		sqlite_bind_span(q, 2, p->decisions[0].comment);
	}
	return q;
}

/*
 * Whether somebody decided in between: SQLITE_ROW, and the result says so;
 * SQLITE_DONE when not; else what went wrong.
 */
static int
find_stale(struct store_sqlite *s, struct store_put *p)
{
	const char *wanted;
	sqlite3_stmt *q = ask_stale(s, p, &wanted);
	bool fits;
	int code;

	if (q == NULL)
		return SQLITE_DONE;
	code = sqlite3_step(q);
	fits = code == SQLITE_ROW &&
	       (wanted == NULL ||
		   span_equal(sqlite_span(q, 0), span_of(wanted))) &&
	       (p->if_decided_ms == NULL ||
		   sqlite3_column_int64(q, 1) == *p->if_decided_ms);
	sqlite3_reset(q);
	if (fits)
		return SQLITE_DONE;
	if (code == SQLITE_ROW || code == SQLITE_DONE) {
		p->result = STORE_STALE;
		return SQLITE_ROW;
	}
	return code;
}

/* The name of a comment's state, "" when there is none. An SQLite code. */
static int
read_state(
    struct store_sqlite *s, const struct sqlite_notice *n, const char **state)
{
	sqlite3_stmt *q = s->link.statements[FIND_STATE];
	int code, at = -1;

	sqlite3_bind_int64(q, 1, n->site);
	sqlite_bind_span(q, 2, n->comment);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		at = comment_state_named(sqlite_span(q, 0));
	sqlite3_reset(q);
	*state = at < 0 ? "" : comment_state_name((enum comment_state)at);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

/* Makes the state of a comment what is decided about it now. */
static int
settle(struct store_sqlite *s, struct sqlite_notice *n)
{
	sqlite3_stmt *q = s->link.statements[SETTLE];
	int code = read_state(s, n, &n->before);

	if (code != SQLITE_DONE)
		return code;
	sqlite3_bind_int64(q, 1, n->site);
	sqlite_bind_span(q, 2, n->comment);
	code = run(s, SETTLE);
	return code == SQLITE_DONE ? read_state(s, n, &n->after) : code;
}

/* Writes down who is to be told, or who no more. */
static int
tell(struct store_sqlite *s, const struct sqlite_notice *n)
{
	static const struct {
		int statement;
		unsigned types; /* for which it is */
	} rows[] = {
	    {PUT_NOTICE, ~0u},
	    {PUT_CALLBACK, 1 << NOTICE_DECIDED | 1 << NOTICE_UNDONE},
	    {WITHDRAW, 1 << NOTICE_UNDONE},
	};
	int code = SQLITE_DONE;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (code != SQLITE_DONE || !(rows[i].types & 1u << n->type))
			continue;
		sqlite_notice_bind(s->link.statements[rows[i].statement], n);
		code = run(s, rows[i].statement);
	}
	return code;
}

static int
write_record(struct store_sqlite *s, const struct record *r)
{
	struct sqlite_notice held = {
	    .about = span_of(r->id),
	    .site = r->site,
	    .created_at_ms = r->received_at_ms,
	    .due_at_ms = r->received_at_ms,
	    .type = NOTICE_HELD,
	    .comment = span_of(r->id),
	    .before = "",
	    .after = comment_state_name(COMMENT_HELD),
	};
	int code;

	if (sqlite_crowd_takes(s, r))
		return sqlite_crowd_add(s, r);
	code = sqlite_write_comment(s, r, ++s->number);
	if (code == SQLITE_DONE && is_told(s, r))
		code = tell(s, &held);
	if (code == SQLITE_DONE && r->shadow != NULL)
		code = sqlite_write_shadow(s->link.statements[COUNT_SHADOW],
		    s->link.statements[PUT_SHADOW], r);
	return code;
}

static int
write_decision(struct store_sqlite *s, struct decision *d, int64_t delay_ms)
{
	struct sqlite_notice decided = {
	    .about = span_of(d->id),
	    .site = d->site,
	    .created_at_ms = d->created_at_ms,
	    .due_at_ms = d->created_at_ms + delay_ms,
	    .type = NOTICE_DECIDED,
	    .comment = d->comment,
	    .decision = span_of(d->id),
	};
	int code;

	sqlite_decision_bind(s->link.statements[PUT_DECISION], d);
	code = run(s, PUT_DECISION);
	if (code != SQLITE_DONE)
		return code;
	d->order = sqlite3_last_insert_rowid(s->link.db);
	code = settle(s, &decided);
	if (code == SQLITE_DONE)
		code =
		    sqlite_audit_decision(s, d, decided.before, decided.after);
	return code == SQLITE_DONE ? tell(s, &decided) : code;
}

static int
write_undo(struct store_sqlite *s, const struct undo *u)
{
	sqlite3_stmt *q = s->link.statements[TAKE_BACK];
	char about[STORE_ID_BYTES + sizeof "u"];
	struct sqlite_notice undone = {
	    .site = u->site,
	    .created_at_ms = u->at_ms,
	    .due_at_ms = u->at_ms,
	    .type = NOTICE_UNDONE,
	    .comment = u->comment,
	    .decision = u->decision,
	};
	int code;

	sqlite3_bind_int64(q, 1, u->site);
	sqlite_bind_span(q, 2, u->decision);
	sqlite3_bind_int64(q, 3, u->at_ms);
	sqlite_bind_span(q, 4, u->by);
	code = run(s, TAKE_BACK);
	if (code == SQLITE_DONE)
		code = settle(s, &undone);
	if (code == SQLITE_DONE)
		code = sqlite_audit_undo(s, u, undone.before, undone.after);
	snprintf(
	    about, sizeof about, "%.*su", (int)u->decision.n, u->decision.p);
	undone.about = span_of(about);
	return code == SQLITE_DONE ? tell(s, &undone) : code;
}

static int
write_feedback(struct store_sqlite *s, struct store_put *p)
{
	int code = SQLITE_DONE;

	for (uint32_t i = 0; i < p->n_decisions && code == SQLITE_DONE; i++)
		code = write_decision(s, &p->decisions[i], p->notice_delay_ms);
	if (p->undo != NULL && code == SQLITE_DONE)
		code = write_undo(s, p->undo);
	return code;
}

static int
write_rows(struct store_sqlite *s, struct store_put *p)
{
	int code = SQLITE_DONE;
	uint32_t i;

	for (i = 0; i < p->n && code == SQLITE_DONE; i++)
		code = write_record(s, &p->records[i]);
	if (code == SQLITE_DONE)
		code = write_feedback(s, p);
	if (code == SQLITE_DONE)
		code =
		    sqlite_write_changes(s, p->changes, p->n_changes, &p->err);
	if (code == SQLITE_DONE && p->once.key.n > 0)
		code = sqlite_write_answer(s, p);
	return code;
}

/* A fault of these rows, such as a site that is gone: others may go on. */
static bool
is_own_fault(int code)
{
	return (code & 0xff) == SQLITE_CONSTRAINT ||
	       (code & 0xff) == SQLITE_TOOBIG;
}

static void
note_own_fault(struct store_sqlite *s, struct store_put *p)
{
	p->result = STORE_REFUSED;
	if (p->err.code != ERR_NONE)
		return;
	p->result = STORE_DOWN;
	sqlite_link_fault(&s->link, &p->err);
	p->err.code = ERR_BUG;
}

/* SQLITE_DONE, also when this put alone failed; else the group fails. */
static int
write_put(struct store_sqlite *s, struct store_put *p)
{
	struct crowd_mark mark = sqlite_crowd_mark(s);
	bool several = rows_of(s, p) > 1;
	int code = sqlite_find_answer(s, p);

	if (code == SQLITE_DONE)
		code = find_stale(s, p);
	if (code == SQLITE_ROW)
		return SQLITE_DONE;
	/* one row alone is all or nothing by itself */
	if (code == SQLITE_DONE && several)
		code = run(s, SAVEPOINT);
	if (code != SQLITE_DONE)
		return code;
	code = write_rows(s, p);
	if (is_own_fault(code)) {
		note_own_fault(s, p);
		sqlite_crowd_undo(s, mark);
		code = several ? run(s, UNDO) : SQLITE_DONE;
	}
	if (code == SQLITE_DONE && several)
		code = run(s, RELEASE);
	return code;
}

/* What a group counts: in few rows, so each is written once; but what packs
 * have when it is settled. */
struct sums {
	struct usage usage; /* site 0: nothing */
	struct sqlite_tallies tallies;
};

static int
count(struct store_sqlite *s, struct sums *sums, const struct store_put *p)
{
	int code = SQLITE_DONE;

	if (p->result != STORE_DONE)
		return SQLITE_DONE;
	for (uint32_t i = 0; i < p->n && code == SQLITE_DONE; i++)
		if (!sqlite_crowd_takes(s, &p->records[i]))
			code = sqlite_tally_record(
			    &sums->tallies, &s->link, &p->records[i]);
	if (code == SQLITE_DONE && p->usage != NULL)
		code = sqlite_usage_count(
		    s->link.statements[ADD_USAGE], &sums->usage, p->usage);
	return code;
}

static int
write_sums(struct store_sqlite *s, struct sums *sums)
{
	int code =
	    sqlite_usage_write(s->link.statements[ADD_USAGE], &sums->usage);

	if (code == SQLITE_DONE)
		code = sqlite_tally_write(&sums->tallies, &s->link);
	return code;
}

/* Changes of the administration only: they make room, or let in who does. */
static bool
is_little(const struct store_put *p)
{
	return p->n == 0 && p->n_decisions == 0 && p->undo == NULL;
}

/* As write_put, and counts it; unless there is no room for it. */
static int
take_put(struct store_sqlite *s, struct sums *sums, struct store_put *p)
{
	int code;

	if (!s->room.plenty && !is_little(p)) {
		p->result = STORE_DOWN;
		p->err = s->fault;
		return SQLITE_DONE;
	}
	p->result = STORE_DONE;
	p->err.code = ERR_NONE;
	code = sqlite_settle_for(s, p);
	if (code == SQLITE_DONE)
		code = sqlite_crowd_make_room(s, p);
	if (code == SQLITE_DONE)
		code = write_put(s, p);
	return code == SQLITE_DONE ? count(s, sums, p) : code;
}

/* Writes what came up to `last`, and has what came meanwhile follow it; none
 * does when the group is complete. */
static int
end_portion(struct store_sqlite *s, struct store_put *last)
{
	int code = sqlite_crowd_write(s);

	if (code == SQLITE_DONE)
		last->next = put_queue_more(&s->queue);
	return code;
}

static int
take_puts(struct store_sqlite *s, struct sums *sums, struct store_put *p)
{
	int code = SQLITE_DONE;

	for (; p != NULL && code == SQLITE_DONE; p = p->next) {
		code = take_put(s, sums, p);
		if (code == SQLITE_DONE && p->next == NULL)
			code = end_portion(s, p);
	}
	return code;
}

int
sqlite_write_group(struct store_sqlite *s, struct store_put *group)
{
	struct sums sums = {.usage = {.site = 0}, .tallies = {.n = 0}};
	int code = run(s, BEGIN);

	if (code == SQLITE_DONE)
		code = find_webhook(s);
	sqlite_crowd_begin(s, group);
	if (code == SQLITE_DONE)
		code = take_puts(s, &sums, group);
	if (code == SQLITE_DONE)
		code = write_sums(s, &sums);
	return code == SQLITE_DONE ? run(s, COMMIT) : code;
}

void
sqlite_group_drop(struct store_sqlite *s)
{
	if (sqlite3_get_autocommit(s->link.db) == 0)
		run(s, DROP);
}

int
sqlite_group_prepare(struct store_sqlite *s, struct err *e)
{
	return sqlite_link_prepare(&s->link, sql, STATEMENTS, e);
}
