/*
 * What texts are recognised by, once made anew: until version 21 that hash
 * had no key. Texts that are kept no more are not recognised any more.
 */
#include "../process/log.h"
#include "store_sqlite_queue.h"

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

static int
do_comments(struct pass *p)
{
	int64_t number = 0;
	int code = SQLITE_DONE;

	while (code == SQLITE_DONE) {
		sqlite3_bind_int64(p->q[NEXT], 1, number);
		code = sqlite3_step(p->q[NEXT]);
		number = sqlite3_column_int64(p->q[NEXT], 0);
		sqlite3_reset(p->q[NEXT]);
		if (code != SQLITE_ROW)
			return code;
		if (number == 0)
			return SQLITE_DONE;
		code = do_comment(p, number);
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

static int
do_all(struct store_sqlite *s)
{
	struct pass p = {.store = s};
	struct err ignored;
	int code = SQLITE_ERROR;
	bool ready;

	p.read = sqlite_prepare_once(s, sqlite_select_numbered, &ignored);
	ready = p.read != NULL;
	for (int i = 0; i < STATEMENTS; i++) {
		p.q[i] = sqlite_prepare_once(s, sql[i], &ignored);
		ready &= p.q[i] != NULL;
	}
	if (ready)
		code = do_comments(&p);
	if (code == SQLITE_DONE)
		code = do_alone(&p);
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(p.q[i]);
	sqlite3_finalize(p.read);
	return code;
}

void
sqlite_key_texts(struct store_sqlite *s)
{
	struct err e, ignored;
	int64_t keyed = 1;

	if (sqlite_link_number(
		&s->link, "SELECT keyed FROM card_progress", &keyed, &e) != 0 ||
	    keyed)
		return;
	if (sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &e) == 0 &&
	    do_all(s) == SQLITE_DONE &&
	    sqlite_link_run(
		&s->link, "UPDATE card_progress SET keyed = 1", &e) == 0 &&
	    sqlite_link_run(&s->link, "COMMIT", &e) == 0)
		return;
	sqlite_link_fault(&s->link, &e);
	sqlite_link_run(&s->link, "ROLLBACK", &ignored);
	log_line(LOG_ERROR, "store.not_keyed", {"error", e.text});
}
