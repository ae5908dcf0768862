/* What must be there of what was done. */
#include "deeds_inside.h"

#include <sqlite3.h>
#include <string.h>

#include "../../service/edge/store/store_audit.h"
#include "../../service/edge/store/store_notes.h"

enum { PATIENCE_MS = 30000 };

/* What the store has of one comment's decision and note. */
struct found {
	const struct comment_deed *deed;
	unsigned decisions, notes, others;
	bool undone;
};

static void
see_decision(void *arg, const struct decision *l)
{
	struct found *found = arg;

	if (strcmp(l->id, found->deed->decision) != 0)
		found->others++;
	found->decisions++;
	found->undone = l->undone_at_ms != 0;
}

static void
see_note(void *arg, const struct note *n)
{
	struct found *found = arg;

	if (strcmp(n->id, found->deed->note) != 0)
		found->others++;
	found->notes++;
}

/* Waits until all that came in a crowd are comments. */
static void
wait_settled(struct deeds *d)
{
	struct store_sqlite *s = (struct store_sqlite *)d->f.store;
	bool settled = false;

	for (int ms = 0; ms < PATIENCE_MS && !settled; ms++) {
		pthread_mutex_lock(&s->turn);
		settled = s->arrived == 0;
		pthread_mutex_unlock(&s->turn);
		usleep(1000);
	}
	must(settled, "it does not settle");
}

/* One that was acknowledged is there once; one not sent is not. */
static void
check_count(const char *what, const char *id, enum progress p, unsigned n)
{
	must(n <= 1, "%s of %s is there %u times", what, id, n);
	must(p != ACKED || n == 1, "%s of %s is lost", what, id);
	must(p != NOT_SENT || n == 0, "%s of %s was never sent", what, id);
}

/* The text and the answer came with the row. */
static void
check_row(struct deeds *d, const struct comment_deed *c, const struct record *r)
{
	struct store_once once = {.site = d->f.site, .key = span_of(c->id)};
	char text[TEXT_BYTES], wanted[ANSWER_BYTES];
	struct span answer;
	struct err e;

	must(span_equal(r->content, deed_text(c->id, text)), "the text of %s",
	    c->id);
	deed_answer(wanted, c->id);
	must(store_get_answer(d->f.reader, &once, &d->f.arena, &answer, &e) ==
		     0 &&
		 span_equal(answer, span_of(wanted)),
	    "the answer of %s", c->id);
}

static void
check_comment(struct deeds *d, struct comment_deed *c)
{
	struct store_ref ref = {d->f.site, span_of(c->id)};
	struct found found = {.deed = c};
	enum comment_state wanted =
	    sqlite_state_of(span_of(deed_action(c->id)));
	struct record r;
	struct err e;
	bool there = has(&d->f, c->id, &r);

	if (!there && c->old && c->put == ACKED) {
		d->faded += !c->gone;
		c->gone = true;
		return;
	}
	check_count("comment", c->id, c->put, there);
	if (!there)
		return;
	check_row(d, c, &r);
	must(store_each_of_comment(d->f.reader, ref,
		 &(struct decision_visit){see_decision, &found, 9}, &e) == 0 &&
		 store_each_note(d->f.reader, ref,
		     &(struct note_visit){see_note, &found}, &e) == 0,
	    "%s", e.text);
	check_count("decision", c->id, c->decided, found.decisions);
	check_count("undo", c->id, c->undone, found.undone);
	check_count("note", c->id, c->noted, found.notes);
	must(found.others == 0, "%s has what it should not", c->id);
	if (found.decisions > 0 && !found.undone)
		wanted = decision_state(c->kind);
	must(r.state == wanted, "%s is %s", c->id, comment_state_name(r.state));
}

void
deeds_ask_sqlite(const char *path, const char *sql, const char *wanted)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	const char *says = NULL;
	int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, "unix");

	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
	must(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(q) == SQLITE_ROW)
		says = (const char *)sqlite3_column_text(q, 0);
	must(says == wanted || (says && wanted && strcmp(says, wanted) == 0),
	    "%s: %s", sql, says == NULL ? sqlite3_errmsg(db) : says);
	sqlite3_finalize(q);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(db);
}

/* How many of them are in packs: none is a comment, too. */
static void
check_packs(struct deeds *d)
{
	struct store_sqlite *s = (struct store_sqlite *)d->f.store;
	int64_t n = 0;
	struct err e;

	pthread_mutex_lock(&s->turn);
	must(sqlite_link_number(&s->link,
		 "SELECT ifnull(sum(n), 0) FROM arrival", &n, &e) == 0,
	    "packs: %s", e.text);
	d->arrived += (unsigned long)n;
	for (size_t i = 0; i < d->n; i++)
		check_comment(d, &d->comments[i]);
	pthread_mutex_unlock(&s->turn);
}

void
deeds_check(struct deeds *d)
{
	struct audit_check audit;
	struct err e;

	check_packs(d);
	wait_settled(d);
	for (size_t i = 0; i < d->n; i++)
		check_comment(d, &d->comments[i]);
	must(store_check_audit(d->f.reader, &audit, &e) == 0, "the audit log");
	must(audit.broken == 0, "entry %lld of the audit log",
	    (long long)audit.broken);
	deeds_ask_sqlite(d->f.path, "PRAGMA integrity_check", "ok");
	deeds_ask_sqlite(d->f.path, "PRAGMA foreign_key_check", NULL);
	deeds_ask_sqlite(d->f.path,
	    "SELECT name FROM (SELECT site, state AS name, count(*) FROM"
	    " comment GROUP BY site, state EXCEPT SELECT site, name, n"
	    " FROM tally WHERE kind = 'state')",
	    NULL);
}
