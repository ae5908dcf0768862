#include "store_sqlite_settle.h"

#include <stdlib.h>

#include "../process/log.h"
#include "store_sqlite_arrival.h"
#include "store_sqlite_places.h"
#include "store_sqlite_queue.h"

enum { PUT_COMMENT, FIND_COMMENT, STATEMENTS };
SQLITE_PLACES(WRITER_PLACE_SETTLE, STATEMENTS, WRITER_PLACE_ONCE);

static const char *const sql[STATEMENTS] = {
    [PUT_COMMENT] = sqlite_insert_record,
    [FIND_COMMENT] = "SELECT 1 FROM comment WHERE site = ? AND id = ?",
};

/* NULL: the link says why. */
static sqlite3_stmt *
statement(struct store_sqlite *s, unsigned which)
{
	return sqlite_link_kept(
	    &s->link, WRITER_PLACE_SETTLE + which, sql[which], NULL);
}

int
sqlite_settle_prepare(struct store_sqlite *s)
{
	int64_t last, comments = 0, in_packs = 0;
	struct err ignored; /* the link has it, too */
	int code = sqlite_arrival_last(&s->link, &last);

	if (code == SQLITE_DONE)
		code = sqlite_arrival_first(&s->link, &s->arrived);
	if (code != SQLITE_DONE)
		return code;
	if (sqlite_link_number(&s->link,
		"SELECT max(ifnull((SELECT max(rowid) FROM comment), 0),"
		" ifnull((SELECT max(last) FROM arrival_summary), 0))",
		&comments, &ignored) != 0 ||
	    sqlite_link_number(&s->link,
		"SELECT ifnull(sum(n), 0) FROM arrival", &in_packs,
		&ignored) != 0)
		return sqlite3_errcode(s->link.db);
	atomic_store(&s->in_packs, in_packs);
	atomic_store(&s->held_in_packs, in_packs);
	s->summary = (struct arrival_summary){.n = 0};
	s->number = last > comments ? last : comments;
	return SQLITE_DONE;
}

int
sqlite_write_comment(
    struct store_sqlite *s, const struct record *r, int64_t number)
{
	sqlite3_stmt *q = statement(s, PUT_COMMENT);

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite_record_bind(q, r, number);
	return sqlite_run(q);
}

/* Writes a record as a comment. One that cannot be is told of and left. */
static int
settle_one(struct store_sqlite *s, struct sqlite_tallies *t,
    const struct sqlite_arrived *it)
{
	int code = sqlite_write_comment(s, &it->record, it->number);

	if (code == SQLITE_DONE)
		return sqlite_tally_record(t, &s->link, &it->record);
	if ((code & 0xff) != SQLITE_CONSTRAINT)
		return code;
	log_line(LOG_ERROR, "store.not_settled", {"comment", it->record.id},
	    {"error", sqlite3_errmsg(s->link.db)});
	return SQLITE_DONE;
}

/* A damaged pack is told of, and holds up none of the others. */
static int
set_aside(struct store_sqlite *s, int64_t first)
{
	int64_t n = 0;
	int code =
	    sqlite_arrival_set_aside(&s->link, first, clock_unix_ms(), &n);

	s->packed -= n;
	log_line(LOG_ERROR, "store.pack_damaged", {"first", .number = first},
	    {"comments", .number = n},
	    {"effect", "they are lost unless a backup has them"});
	return code;
}

static int
settle_pack(struct store_sqlite *s, int64_t first)
{
	struct sqlite_tallies t = {.n = 0};
	struct sqlite_arrived it;
	struct span bytes;
	char *own;
	int code = sqlite_arrival_get(&s->link, first, &own, &bytes);

	if (code == SQLITE_DONE && bytes.n == 0) {
		free(own);
		return set_aside(s, first);
	}
	while (code == SQLITE_DONE && sqlite_pack_next(&bytes, &it) == 1) {
		code = settle_one(s, &t, &it);
		s->packed--;
		s->packed_held -=
		    sqlite_state_of(it.record.action) == COMMENT_HELD;
	}
	if (code == SQLITE_DONE) /* tallies borrow from the pack */
		code = sqlite_tally_write(&t, &s->link);
	free(own);
	return code == SQLITE_DONE ? sqlite_arrival_drop(&s->link, first)
				   : code;
}

int
sqlite_settle_oldest(struct store_sqlite *s, int64_t until, bool *more)
{
	int64_t first;
	int code = sqlite_arrival_first(&s->link, &first);

	*more = code == SQLITE_DONE && first > 0 && first <= until;
	return *more ? settle_pack(s, first) : code;
}

int
sqlite_settle(struct store_sqlite *s, struct sqlite_bite *b, bool *more)
{
	struct err ignored; /* the link has it, too */
	int64_t first = 0;
	bool on = true;
	int code = SQLITE_DONE;

	if (sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &ignored) != 0)
		return sqlite3_errcode(s->link.db);
	do
		code = sqlite_settle_oldest(s, INT64_MAX, &on);
	while (on && code == SQLITE_DONE && sqlite_bite_goes_on(b));
	if (code == SQLITE_DONE)
		code = sqlite_arrival_first(&s->link, &first);
	if (code == SQLITE_DONE)
		code = sqlite_arrival_forget(
		    &s->link, first > 0 ? first : INT64_MAX);
	if (code != SQLITE_DONE)
		return code;
	if (sqlite_link_run(&s->link, "COMMIT", &ignored) != 0)
		return sqlite3_errcode(s->link.db);
	s->arrived = first;
	if (first == 0) /* what was there at the start counts as held */
		s->in_packs = s->held_in_packs = 0;
	*more |= first > 0;
	return SQLITE_DONE;
}

/* Whether a comment is one already. An SQLite code. */
static int
find_comment(struct store_sqlite *s, struct store_ref ref, bool *found)
{
	sqlite3_stmt *q = statement(s, FIND_COMMENT);
	int code;

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite3_bind_int64(q, 1, ref.site);
	sqlite_bind_span(q, 2, ref.id);
	code = sqlite3_step(q);
	*found = code == SQLITE_ROW;
	sqlite3_reset(q);
	return *found ? SQLITE_DONE : code;
}

static bool
note_pack(void *arg, const struct sqlite_arrived *it, int64_t pack)
{
	(void)it;
	*(int64_t *)arg = pack;
	return false;
}

int
sqlite_settle_comment(struct store_sqlite *s, int64_t site, struct span comment)
{
	const struct store_ref ref = {site, comment};
	int64_t pack = 0;
	bool found = false;
	int code;

	if (s->arrived == 0)
		return SQLITE_DONE;
	code = find_comment(s, ref, &found);
	if (code == SQLITE_DONE && !found)
		code = sqlite_get_arrived(&s->link, ref, note_pack, &pack);
	return code == SQLITE_DONE && pack > 0 ? settle_pack(s, pack) : code;
}

static int
settle_all(struct store_sqlite *s)
{
	bool more = true;
	int code = SQLITE_DONE;

	while (more && code == SQLITE_DONE)
		code = sqlite_settle_oldest(s, INT64_MAX, &more);
	return code;
}

int
sqlite_settle_for(struct store_sqlite *s, const struct store_put *p)
{
	int code = SQLITE_DONE;

	if (p->sorts && s->room.plenty)
		code = settle_all(s);
	for (uint32_t i = 0; i < p->n_decisions && code == SQLITE_DONE; i++)
		code = sqlite_settle_comment(
		    s, p->decisions[i].site, p->decisions[i].comment);
	if (p->undo != NULL && code == SQLITE_DONE)
		code =
		    sqlite_settle_comment(s, p->undo->site, p->undo->comment);
	return code;
}
