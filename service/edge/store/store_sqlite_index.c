#include <math.h>
#include <stdio.h>

#include "store_sqlite_places.h"
#include "store_sqlite_queue.h"

enum {
	GONE_BITE = 64,
	MERGE_PAGES = 64,             /* of work, each time */
	MERGE_PAUSE_MS = 3600 * 1000, /* between merges of all */
	NEAR_BANDS = 2,               /* equal: one may be a common phrase */
};

enum {
	NEXT,
	READ,
	FIND_BAND,
	PUT_BAND,
	PUT_BANDS_OF,
	PUT_CARD,
	JOIN,
	PUT_HOST,
	PUT_TEXTS,
	NOTE_DONE,
	STATEMENTS
};
SQLITE_PLACES(WRITER_PLACE_INDEX, STATEMENTS, WRITER_PLACE_TIDY);

static const char *const sql[STATEMENTS] = {
    [NEXT] = "SELECT rowid FROM comment WHERE rowid >"
	     " (SELECT done FROM card_progress) AND rowid <"
	     " ifnull((SELECT min(number) FROM arrival), 1 << 62)"
	     " ORDER BY rowid",
    [READ] = sqlite_select_numbered,
    [FIND_BAND] = "SELECT cluster FROM band WHERE band = ?",
    [PUT_BAND] = "INSERT OR IGNORE INTO band VALUES (?, ?)",
    [PUT_BANDS_OF] = "INSERT INTO bands_of VALUES (?, ?)",
    [PUT_CARD] = "INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [JOIN] = "INSERT INTO card_joining"
	     " SELECT * FROM card WHERE number = ?",
    [PUT_HOST] = "INSERT OR IGNORE INTO card_host VALUES (?, ?, ?)",
    /* from the cards of these on: by itself it would go through all cards */
    [PUT_TEXTS] = "INSERT INTO comment_text (rowid, content, author_name,"
		  " author_url) SELECT number, content, author_name, author_url"
		  " FROM card CROSS JOIN comment ON comment.rowid = number"
		  " WHERE number BETWEEN ? AND ? ORDER BY number",
    [NOTE_DONE] = "UPDATE card_progress SET done = ?",
};

void
sqlite_describe_by(struct store *store, const struct store_describer *d)
{
	struct store_sqlite *s = (struct store_sqlite *)store;

	sqlite_turn_take(s);
	s->describer = *d;
	sqlite_turn_give(s);
}

/* All of them are kept: 0, or an SQLite code. */
static int
prepare(struct store_sqlite *s)
{
	for (unsigned i = 0; i < STATEMENTS; i++)
		if (sqlite_link_kept(
			&s->link, WRITER_PLACE_INDEX + i, sql[i], NULL) == NULL)
			return sqlite3_errcode(s->link.db);
	return SQLITE_DONE;
}

static sqlite3_stmt *
kept(struct store_sqlite *s, int which)
{
	return s->link.statements[WRITER_PLACE_INDEX + which];
}

/* The cluster that one band of a text came first in; 0: none. A code. */
static int
find_band(struct store_sqlite *s, uint64_t band, int64_t *cluster)
{
	sqlite3_stmt *q = kept(s, FIND_BAND);
	int code;

	*cluster = 0;
	if (band == 0)
		return SQLITE_DONE;
	sqlite3_bind_int64(q, 1, (int64_t)band);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		*cluster = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

/* Which texts nearly the same `number` belongs to: itself if to none. */
static int
find_cluster(struct store_sqlite *s, int64_t number,
    const struct store_facets *f, int64_t *cluster)
{
	int64_t found[FINGERPRINT_BANDS];
	int code = SQLITE_DONE;

	*cluster = number;
	for (int i = 0; i < FINGERPRINT_BANDS && code == SQLITE_DONE; i++) {
		int equal = 1;

		code = find_band(s, f->band[i], &found[i]);
		for (int j = 0; j < i; j++)
			equal += found[j] == found[i];
		if (found[i] == 0 || equal < NEAR_BANDS)
			continue;
		*cluster = found[i];
		break;
	}
	return code;
}

/* Writes which bands a cluster's first text has, as JSON. */
static int
put_bands_of(
    struct store_sqlite *s, int64_t cluster, const struct store_facets *f)
{
	sqlite3_stmt *q = kept(s, PUT_BANDS_OF);
	char bands[FINGERPRINT_BANDS * sizeof("-9223372036854775808,") + 2];
	size_t n = 0;

	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		n += (size_t)snprintf(bands + n, sizeof(bands) - n, "%c%lld",
		    i == 0 ? '[' : ',', (long long)f->band[i]);
	snprintf(bands + n, sizeof(bands) - n, "]");
	sqlite3_bind_int64(q, 1, cluster);
	sqlite_bind_span(q, 2, span_of(bands));
	return sqlite_run(q);
}

static int
put_bands(struct store_sqlite *s, int64_t cluster, const struct store_facets *f)
{
	sqlite3_stmt *q = kept(s, PUT_BAND);
	int code = put_bands_of(s, cluster, f);

	for (int i = 0; i < FINGERPRINT_BANDS && code == SQLITE_DONE; i++) {
		if (f->band[i] == 0)
			continue;
		sqlite3_bind_int64(q, 1, (int64_t)f->band[i]);
		sqlite3_bind_int64(q, 2, cluster);
		code = sqlite_run(q);
	}
	return code;
}

/* Counts a comment's card as one of its cluster's. */
static int
join(struct store_sqlite *s, int64_t number)
{
	sqlite3_bind_int64(kept(s, JOIN), 1, number);
	return sqlite_run(kept(s, JOIN));
}

static int
put_hosts(struct store_sqlite *s, int64_t number, const struct record *r,
    const struct store_facets *f)
{
	sqlite3_stmt *q = kept(s, PUT_HOST);
	int code = SQLITE_DONE;

	for (uint32_t i = 0; i < f->n_hosts && code == SQLITE_DONE; i++) {
		sqlite3_bind_int64(q, 1, number);
		sqlite3_bind_int64(q, 2, (int64_t)f->hosts[i]);
		sqlite3_bind_int64(q, 3, r->site);
		code = sqlite_run(q);
	}
	return code;
}

static int
put_card(struct store_sqlite *s, int64_t number, const struct record *r,
    const struct store_facets *f)
{
	sqlite3_stmt *q = kept(s, PUT_CARD);
	int64_t cluster;
	int code = find_cluster(s, number, f, &cluster);

	if (code != SQLITE_DONE)
		return code;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, r->site);
	sqlite_bind_span(q, 3, span_of(comment_state_name(r->state)));
	sqlite3_bind_double(q, 4, isnan(r->score) ? -1 : r->score);
	sqlite3_bind_int64(q, 5, r->received_at_ms);
	sqlite3_bind_int64(q, 6, (int64_t)f->author);
	sqlite3_bind_int64(q, 7, (int64_t)f->net);
	sqlite3_bind_int64(q, 8, (int64_t)f->thread);
	sqlite3_bind_int64(q, 9, cluster);
	sqlite3_bind_int64(q, 10, (int64_t)f->reasons);
	sqlite_bind_span(q, 11, span_of(f->lang));
	/* hosts first: a campaign counts them when the card joins it */
	code = put_hosts(s, number, r, f);
	if (code == SQLITE_DONE)
		code = sqlite_run(q);
	if (code != SQLITE_DONE)
		return code;
	return cluster == number ? put_bands(s, cluster, f) : join(s, number);
}

/*
 * Puts the words of these comments, all that have a card, into their index.
 * Only after the cards: any statement with a trigger has FTS5 write what it
 * has gathered, which would be a segment of the index for each comment.
 */
static int
put_texts(struct store_sqlite *s, int64_t first, int64_t last)
{
	sqlite3_stmt *q = kept(s, PUT_TEXTS);

	sqlite3_bind_int64(q, 1, first);
	sqlite3_bind_int64(q, 2, last);
	return sqlite_run(q);
}

int
sqlite_describe(struct store_sqlite *s, int64_t number, struct record *r,
    struct store_facets *f)
{
	struct store_describer *d = &s->describer;
	sqlite3_stmt *q = sqlite_link_kept(
	    &s->link, WRITER_PLACE_INDEX + READ, sql[READ], NULL);
	int code;

	if (d->describe == NULL || q == NULL)
		return q == NULL ? sqlite3_errcode(s->link.db) : SQLITE_DONE;
	arena_rewind(&d->arena, 0);
	sqlite3_bind_int64(q, 1, number);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW && sqlite_record_read(q, &d->arena, r) != 0)
		code = SQLITE_DONE;
	sqlite3_reset(q);
	if (code == SQLITE_ROW && d->describe(d->arg, r, f, &d->arena) != 0)
		return SQLITE_NOMEM;
	return code;
}

/* Makes the card of a comment. One too large has none. */
static int
index_one(struct store_sqlite *s, int64_t number)
{
	struct store_facets f = {0};
	struct record r = {.site = 0};
	int code = sqlite_describe(s, number, &r, &f);

	return code == SQLITE_ROW ? put_card(s, number, &r, &f) : code;
}

static int
index_all(struct store_sqlite *s, struct sqlite_bite *b, bool *more)
{
	sqlite3_stmt *next = kept(s, NEXT);
	int code, done = SQLITE_DONE;
	int64_t first = 0, last = 0;
	bool on = true;

	while (on && done == SQLITE_DONE &&
	       (code = sqlite3_step(next)) == SQLITE_ROW) {
		last = sqlite3_column_int64(next, 0);
		if (first == 0)
			first = last;
		done = index_one(s, last);
		on = sqlite_bite_goes_on(b);
	}
	sqlite3_reset(next);
	if (done != SQLITE_DONE)
		return done;
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		return code;
	*more |= code == SQLITE_ROW;
	if (first == 0)
		return SQLITE_DONE;
	code = put_texts(s, first, last);
	if (code != SQLITE_DONE)
		return code;
	sqlite3_bind_int64(kept(s, NOTE_DONE), 1, last);
	return sqlite_run(kept(s, NOTE_DONE));
}

/* Runs one statement for the number `n`; *n then is what it says. */
static int
ask(struct store_sqlite *s, const char *text, int64_t *n)
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s, text, &ignored);
	int code = q == NULL ? sqlite3_errcode(s->link.db) : SQLITE_OK;

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(q, 1, *n);
		code = sqlite3_step(q);
		*n = code == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
	}
	sqlite3_finalize(q);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

/* Takes words out of the index whose comments are gone. */
static int
forget(struct store_sqlite *s, bool *more)
{
	int64_t last = GONE_BITE, n;
	int code = ask(s,
	    "SELECT max(number) FROM (SELECT number FROM card_gone"
	    " ORDER BY number LIMIT ?)",
	    &last);

	if (code != SQLITE_DONE || last == 0)
		return code;
	*more = true;
	n = last;
	code = ask(s,
	    "INSERT INTO comment_text (comment_text, rowid, content,"
	    " author_name, author_url) SELECT 'delete', number, content,"
	    " author_name, author_url FROM card_gone WHERE number <= ?",
	    &n);
	n = last;
	if (code == SQLITE_DONE)
		code = ask(s, "DELETE FROM card_gone WHERE number <= ?", &n);
	if (code == SQLITE_DONE)
		code = ask(s, "UPDATE card_progress SET merge = 1", &n);
	return code;
}

/*
 * Merges the segments of the index of words into one, which is what makes
 * those forget that have left it; some work at a time.
 */
static int
merge(struct store_sqlite *s, int64_t now_ms, bool *more)
{
	int64_t pages = now_ms - MERGE_PAUSE_MS, before;
	int code = ask(s,
	    "SELECT CASE WHEN merging THEN 1 WHEN merge AND merged_at < ?"
	    " THEN -1 ELSE 0 END FROM card_progress",
	    &pages);

	if (code != SQLITE_DONE || pages == 0)
		return code;
	*more = true;
	before = sqlite3_total_changes64(s->link.db);
	pages *= MERGE_PAGES;
	code = ask(s,
	    "INSERT INTO comment_text (comment_text, rank)"
	    " VALUES ('merge', ?)",
	    &pages);
	if (code != SQLITE_DONE)
		return code;
	/* less than two changes: there was nothing left to do */
	if (sqlite3_total_changes64(s->link.db) - before >= 2)
		return ask(s,
		    "UPDATE card_progress SET merging = 1, merge ="
		    " iif(merging, merge, 0)",
		    &before);
	s->scrub = true;
	return ask(s,
	    "UPDATE card_progress SET merge = iif(merging, merge, 0),"
	    " merging = 0, merged_at = ?",
	    &now_ms);
}

static int
work(struct store_sqlite *s, struct sqlite_bite *b, bool *more)
{
	int code = forget(s, more);

	/* what has left goes first: its number may be another's by now */
	if (code != SQLITE_DONE || *more)
		return code;
	code = prepare(s);
	if (code == SQLITE_DONE)
		code = index_all(s, b, more);
	if (code == SQLITE_DONE && !*more)
		code = merge(s, clock_unix_ms(), more);
	return code;
}

int
sqlite_index(struct store_sqlite *s, struct sqlite_bite *b, bool *more)
{
	struct err ignored;
	bool busy = false;
	int code;

	if (s->describer.describe == NULL)
		return SQLITE_DONE;
	if (sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &ignored) != 0)
		return sqlite3_errcode(s->link.db);
	code = work(s, b, &busy);
	if (code == SQLITE_DONE &&
	    sqlite_link_run(&s->link, "COMMIT", &ignored) == 0) {
		*more |= busy;
		return SQLITE_DONE;
	}
	return code == SQLITE_DONE ? sqlite3_errcode(s->link.db) : code;
}
