#include <math.h>

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
	PUT_CARD,
	PUT_HOST,
	PUT_TEXTS,
	NOTE_DONE,
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [NEXT] = "SELECT rowid FROM comment WHERE rowid >"
	     " (SELECT done FROM card_progress) AND rowid <"
	     " ifnull((SELECT min(number) FROM arrival), 1 << 62)"
	     " ORDER BY rowid LIMIT ?",
    [READ] = sqlite_select_numbered,
    [FIND_BAND] = "SELECT cluster FROM band WHERE band = ?",
    [PUT_BAND] = "INSERT OR IGNORE INTO band VALUES (?, ?)",
    [PUT_CARD] = "INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_HOST] = "INSERT OR IGNORE INTO card_host VALUES (?, ?, ?)",
    [PUT_TEXTS] = "INSERT INTO comment_text (rowid, content, author_name,"
		  " author_url) SELECT rowid, content, author_name, author_url"
		  " FROM comment WHERE rowid BETWEEN ? AND ?"
		  " AND rowid IN (SELECT number FROM card) ORDER BY rowid",
    [NOTE_DONE] = "UPDATE card_progress SET done = ?",
};

/* One bite, and the statements that it takes. */
struct bite {
	struct store_sqlite *store;
	sqlite3_stmt *q[STATEMENTS];
};

void
sqlite_describe_by(struct store *store, const struct store_describer *d)
{
	struct store_sqlite *s = (struct store_sqlite *)store;

	pthread_mutex_lock(&s->turn);
	s->describer = *d;
	sqlite_key_texts(s);
	pthread_mutex_unlock(&s->turn);
}

static int
prepare(struct bite *b)
{
	struct err ignored;

	for (int i = 0; i < STATEMENTS; i++) {
		b->q[i] = sqlite_prepare_once(b->store, sql[i], &ignored);
		if (b->q[i] == NULL)
			return sqlite3_errcode(b->store->link.db);
	}
	return SQLITE_DONE;
}

static void
release(struct bite *b)
{
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(b->q[i]);
}

/* The cluster that one band of a text came first in; 0: none. A code. */
static int
find_band(struct bite *b, uint64_t band, int64_t *cluster)
{
	sqlite3_stmt *q = b->q[FIND_BAND];
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
find_cluster(struct bite *b, int64_t number, const struct store_facets *f,
    int64_t *cluster)
{
	int64_t found[FINGERPRINT_BANDS];
	int code = SQLITE_DONE;

	*cluster = number;
	for (int i = 0; i < FINGERPRINT_BANDS && code == SQLITE_DONE; i++) {
		int equal = 1;

		code = find_band(b, f->band[i], &found[i]);
		for (int j = 0; j < i; j++)
			equal += found[j] == found[i];
		if (found[i] == 0 || equal < NEAR_BANDS)
			continue;
		*cluster = found[i];
		break;
	}
	return code;
}

static int
put_bands(struct bite *b, int64_t cluster, const struct store_facets *f)
{
	sqlite3_stmt *q = b->q[PUT_BAND];
	int code = SQLITE_DONE;

	for (int i = 0; i < FINGERPRINT_BANDS && code == SQLITE_DONE; i++) {
		if (f->band[i] == 0)
			continue;
		sqlite3_bind_int64(q, 1, (int64_t)f->band[i]);
		sqlite3_bind_int64(q, 2, cluster);
		code = sqlite_run(q);
	}
	return code;
}

static int
put_hosts(struct bite *b, int64_t number, const struct record *r,
    const struct store_facets *f)
{
	sqlite3_stmt *q = b->q[PUT_HOST];
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
put_card(struct bite *b, int64_t number, const struct record *r,
    const struct store_facets *f)
{
	sqlite3_stmt *q = b->q[PUT_CARD];
	int64_t cluster;
	int code = find_cluster(b, number, f, &cluster);

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
	code = put_hosts(b, number, r, f);
	if (code == SQLITE_DONE)
		code = sqlite_run(q);
	if (code == SQLITE_DONE && cluster == number)
		code = put_bands(b, cluster, f);
	return code;
}

/*
 * Puts the words of these comments, all that have a card, into their index.
 * Only after the cards: any statement with a trigger has FTS5 write what it
 * has gathered, which would be a segment of the index for each comment.
 */
static int
put_texts(struct bite *b, int64_t first, int64_t last)
{
	sqlite3_stmt *q = b->q[PUT_TEXTS];

	sqlite3_bind_int64(q, 1, first);
	sqlite3_bind_int64(q, 2, last);
	return sqlite_run(q);
}

/* Makes the card of a comment. One too large has none. */
static int
index_one(struct bite *b, int64_t number)
{
	struct store_describer *d = &b->store->describer;
	struct arena *a = &d->arena;
	sqlite3_stmt *q = b->q[READ];
	struct store_facets f = {0};
	struct record r;
	int code;

	arena_rewind(a, 0);
	sqlite3_bind_int64(q, 1, number);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW && sqlite_record_read(q, a, &r) == 0) {
		sqlite3_reset(q);
		if (d->describe(d->arg, &r, &f, a) != 0)
			return SQLITE_NOMEM;
		return put_card(b, number, &r, &f);
	}
	sqlite3_reset(q);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

static int
index_all(struct bite *b, int most, bool *more)
{
	sqlite3_stmt *next = b->q[NEXT];
	int code, done = SQLITE_DONE, n = 0;
	int64_t first = 0, last = 0;

	sqlite3_bind_int(next, 1, most);
	while (
	    done == SQLITE_DONE && (code = sqlite3_step(next)) == SQLITE_ROW) {
		last = sqlite3_column_int64(next, 0);
		if (n == 0)
			first = last;
		done = index_one(b, last);
		n++;
	}
	sqlite3_reset(next);
	if (done != SQLITE_DONE)
		return done;
	*more |= n == most;
	if (code == SQLITE_DONE && n > 0)
		code = put_texts(b, first, last);
	if (code != SQLITE_DONE || n == 0)
		return code;
	sqlite3_bind_int64(b->q[NOTE_DONE], 1, last);
	return sqlite_run(b->q[NOTE_DONE]);
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
work(struct store_sqlite *s, int most, int64_t now_ms, bool *more)
{
	struct bite b = {.store = s};
	int code = forget(s, more);

	/* what has left goes first: its number may be another's by now */
	if (code != SQLITE_DONE || *more)
		return code;
	code = prepare(&b);
	if (code == SQLITE_DONE)
		code = index_all(&b, most, more);
	release(&b);
	if (code == SQLITE_DONE && !*more)
		code = merge(s, now_ms, more);
	return code;
}

int
sqlite_index(struct store_sqlite *s, int most, int64_t now_ms, bool *more)
{
	struct err ignored;
	bool busy = false;
	int code;

	if (s->describer.describe == NULL)
		return SQLITE_DONE;
	if (sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &ignored) != 0)
		return sqlite3_errcode(s->link.db);
	code = work(s, most, now_ms, &busy);
	if (code == SQLITE_DONE &&
	    sqlite_link_run(&s->link, "COMMIT", &ignored) == 0) {
		*more |= busy;
		return SQLITE_DONE;
	}
	return code == SQLITE_DONE ? sqlite3_errcode(s->link.db) : code;
}
