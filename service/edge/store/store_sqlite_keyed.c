/*
 * Which secret what is kept is keyed by. And what texts are recognised by,
 * once made anew with it: until version 21 that hash had no key. Texts that
 * are kept no more are not recognised any more. Goes on where it was
 * interrupted: card_progress.keyed is 1 when all is done, before that -n: the
 * comments up to row n are.
 */
#include <stdio.h>

#include "../process/log.h"
#include "../process/loop.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_schema.h"
#include "store_sqlite_verbs.h"

/* Written at once: few enough for the log to stay small. */
enum { BATCH = 5000, TELL_MS = 5000 };

/* Looked at for whose secret it is: of some the comment is another by now. */
#define CARDS "100"

const char sqlite_select_mark[] =
    "SELECT ifnull((SELECT mark FROM secret_mark), 0)";

enum { NEXT, COMMENT, OF_COMMENT, NEXT_ALONE, ALONE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [NEXT] = "SELECT min(rowid) FROM comment WHERE rowid > ?",
    [COMMENT] = "UPDATE comment SET fingerprint = ? WHERE rowid = ?",
    [OF_COMMENT] = "UPDATE decision SET fingerprint = ?"
		   " WHERE site = ? AND comment = ?",
    [NEXT_ALONE] = "SELECT rowid, content FROM decision WHERE rowid > ?"
		   " AND comment IS NULL AND content <> ''"
		   " ORDER BY rowid LIMIT 1",
    [ALONE] = "UPDATE decision SET fingerprint = ? WHERE rowid = ?",
};

struct pass {
	struct store_sqlite *store;
	sqlite3_stmt *q[STATEMENTS], *read;
	int64_t number, last; /* of the comment done last, and of all */
	int64_t told_ms;
};

static uint64_t
print_of(struct store_sqlite *s, const struct record *r)
{
	struct store_facets f = {.text = 0};

	s->describer.describe(s->describer.arg, r, &f, &s->describer.arena);
	return f.text;
}

static int
write_print(sqlite3_stmt *q, uint64_t print, int64_t number)
{
	sqlite3_bind_int64(q, 1, (int64_t)print);
	sqlite3_bind_int64(q, 2, number);
	return sqlite_run(q);
}

static int
do_comment(struct pass *p, int64_t number)
{
	sqlite3_stmt *q = p->q[OF_COMMENT];
	struct record r;
	uint64_t print;
	int code;

	arena_rewind(&p->store->describer.arena, 0);
	sqlite3_bind_int64(p->read, 1, number);
	code = sqlite3_step(p->read);
	if (code != SQLITE_ROW ||
	    sqlite_record_read(p->read, &p->store->describer.arena, &r) != 0) {
		sqlite3_reset(p->read);
		return code == SQLITE_ROW ? SQLITE_DONE : code;
	}
	sqlite3_reset(p->read);
	print = print_of(p->store, &r);
	code = write_print(p->q[COMMENT], print, number);
	if (code != SQLITE_DONE)
		return code;
	sqlite3_bind_int64(q, 1, (int64_t)print);
	sqlite3_bind_int64(q, 2, r.site);
	sqlite_bind_span(q, 3, span_of(r.id));
	return sqlite_run(q);
}

/* A batch of comments; p->number is p->last after the last. */
static int
do_comments(struct pass *p)
{
	int code = SQLITE_DONE;

	for (int i = 0; i < BATCH && code == SQLITE_DONE; i++) {
		sqlite3_bind_int64(p->q[NEXT], 1, p->number);
		code = sqlite3_step(p->q[NEXT]);
		p->number = sqlite3_column_int64(p->q[NEXT], 0);
		sqlite3_reset(p->q[NEXT]);
		if (code != SQLITE_ROW)
			return code;
		if (p->number == 0) {
			p->number = p->last;
			return SQLITE_DONE;
		}
		code = do_comment(p, p->number);
	}
	return code;
}

/* Decisions about texts of which there is no record. */
static int
do_alone(struct pass *p)
{
	sqlite3_stmt *q = p->q[NEXT_ALONE];
	int64_t number = 0;
	int code = SQLITE_DONE;

	while (code == SQLITE_DONE) {
		struct record r = {.html = false};
		uint64_t print;

		sqlite3_bind_int64(q, 1, number);
		code = sqlite3_step(q);
		if (code != SQLITE_ROW) {
			sqlite3_reset(q);
			return code;
		}
		number = sqlite3_column_int64(q, 0);
		arena_rewind(&p->store->describer.arena, 0);
		r.content = sqlite_span(q, 1);
		print = print_of(p->store, &r);
		sqlite3_reset(q);
		code = write_print(p->q[ALONE], print, number);
	}
	return code;
}

static void
tell(struct pass *p)
{
	int64_t now_ms = clock_monotonic_ms();

	if (now_ms - p->told_ms < TELL_MS)
		return;
	p->told_ms = now_ms;
	log_line(LOG_INFO, "store.keying", {"comments", .number = p->number},
	    {"of", .number = p->last});
}

/* One transaction: comments, or what is left after them. 0 or -1. */
static int
do_batch(struct pass *p, struct err *e)
{
	struct sqlite_link *l = &p->store->link;
	bool over = p->number >= p->last;
	char note[80];
	int code;

	if (sqlite_link_run(l, "BEGIN IMMEDIATE", e) != 0)
		return -1;
	code = over ? do_alone(p) : do_comments(p);
	snprintf(note, sizeof note, "UPDATE card_progress SET keyed = %lld",
	    over ? 1LL : (long long)-p->number);
	if (code != SQLITE_DONE)
		return sqlite_link_fault(l, e);
	if (sqlite_link_run(l, note, e) != 0 ||
	    sqlite_link_run(l, "COMMIT", e) != 0)
		return -1;
	sqlite_link_run(l, "PRAGMA wal_checkpoint(PASSIVE)", e);
	return over;
}

/* 0 or -1. */
static int
do_all(struct pass *p, struct err *e)
{
	int over = 0;

	p->read = sqlite_prepare_once(p->store, sqlite_select_numbered, e);
	if (p->read == NULL)
		return -1;
	for (int i = 0; i < STATEMENTS; i++) {
		p->q[i] = sqlite_prepare_once(p->store, sql[i], e);
		if (p->q[i] == NULL)
			return -1;
	}
	while (over == 0) {
		tell(p);
		over = do_batch(p, e);
	}
	return over < 0 ? -1 : 0;
}

/* Has texts recognised as s->describer says, if they are not. */
static void
key_texts(struct store_sqlite *s)
{
	struct pass p = {.store = s};
	struct err e, ignored;
	int64_t keyed = 1;

	if (sqlite_link_number(
		&s->link, "SELECT keyed FROM card_progress", &keyed, &e) != 0 ||
	    keyed > 0 ||
	    sqlite_link_number(&s->link,
		"SELECT ifnull(max(rowid), 0) FROM comment", &p.last, &e) != 0)
		return;
	p.number = -keyed;
	if (do_all(&p, &e) != 0) {
		sqlite_link_run(&s->link, "ROLLBACK", &ignored);
		log_line(LOG_ERROR, "store.not_keyed", {"error", e.text});
	}
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(p.q[i]);
	sqlite3_finalize(p.read);
}

/* ---- with which secret */

struct marking {
	uint64_t mark;
	bool other;
};

/* Hashes of cards that can be made again, and those that come out alike. */
struct witness {
	int n, alike;
};

static void
compare_card(struct store_sqlite *s, sqlite3_stmt *q, struct witness *w)
{
	struct store_facets f = {.author = 0};
	struct record r;

	if (sqlite_describe(s, sqlite3_column_int64(q, 0), &r, &f) !=
	    SQLITE_ROW)
		return;
	for (int i = 0; i < 3; i++) {
		uint64_t made = (uint64_t[]){f.author, f.net, f.thread}[i];
		uint64_t kept = (uint64_t)sqlite3_column_int64(q, 1 + i);

		w->n += made != 0 && kept != 0;
		w->alike += made != 0 && kept == made;
	}
}

/*
 * Whether cards up to this one are of another secret: a single hash that this
 * one makes, too, says no, as by chance none comes out alike. Where there is
 * nothing to make again nobody knows, and it is taken as the right one.
 */
static int
ask_cards(struct store_sqlite *s, int64_t last, bool *other, struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "SELECT number, author, net, thread FROM card WHERE number <= ?"
	    " ORDER BY number DESC LIMIT " CARDS,
	    e);
	struct witness w = {0};
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, last);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		compare_card(s, q, &w);
	*other = w.n > 0 && w.alike == 0;
	return sqlite_link_end(&s->link, q, code, e);
}

static int
write_mark(struct store_sqlite *s, void *arg, struct err *e)
{
	struct marking *m = arg;
	int64_t noted, cards;
	sqlite3_stmt *q;

	if (sqlite_link_number(&s->link, sqlite_select_mark, &noted, e) != 0 ||
	    sqlite_link_number(&s->link,
		"SELECT ifnull((SELECT cards FROM secret_mark), 0)", &cards,
		e) != 0)
		return -1;
	m->other = noted != 0 && (uint64_t)noted != m->mark;
	if (noted == 0 && ask_cards(s, cards, &m->other, e) != 0)
		return -1;
	if (noted != 0 || m->other)
		return 0;
	q = sqlite_prepare_once(s,
	    "INSERT OR REPLACE INTO secret_mark (one, mark) VALUES (1, ?)", e);
	if (q != NULL)
		sqlite3_bind_int64(q, 1, (int64_t)m->mark);
	return sqlite_finish(s, q, NULL, e);
}

int
sqlite_mark(struct store *store, uint64_t mark, bool *other, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	struct marking m = {.mark = mark};
	int result = sqlite_in_turn(store, write_mark, &m, e);

	*other = m.other;
	if (result != 0 || m.other)
		return result;
	sqlite_turn_take(s);
	key_texts(s);
	sqlite_turn_give(s);
	return 0;
}
