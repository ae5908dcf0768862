#include "../process/secrets.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_queue.h"

/*
 * A statement of a reader for one use, with a site and one number more; NULL
 * and `e`.
 */
static sqlite3_stmt *
prepare(struct store_reader *r, const char *sql, const int64_t args[2],
    struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK) {
		sqlite_link_fault(l, e);
		return NULL;
	}
	sqlite3_bind_int64(s, 1, args[0]);
	sqlite3_bind_int64(s, 2, args[1]);
	return s;
}

/* Drops a statement whose last step gave `code`. 0 or -1. */
static int
end(struct store_reader *r, sqlite3_stmt *s, int code, struct err *e)
{
	int result = 0;

	if (code != SQLITE_DONE && code != SQLITE_ROW)
		result = sqlite_link_fault(sqlite_reader_link(r), e);
	sqlite3_finalize(s);
	return result;
}

/* The one number that a statement asks for; 0: none. */
static int
ask(struct store_reader *r, const char *sql, const int64_t args[2],
    int64_t *out, struct err *e)
{
	sqlite3_stmt *s = prepare(r, sql, args, e);
	int code;

	if (s == NULL)
		return -1;
	code = sqlite3_step(s);
	*out = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
	return end(r, s, code, e);
}

int
sqlite_each_tally(
    struct store_reader *r, const struct tally_visit *visit, struct err *e)
{
	const int64_t args[2] = {visit->site, visit->from_day};
	sqlite3_stmt *s = prepare(r,
	    "SELECT site, day, kind, name, head, bin, n FROM tally"
	    " WHERE site = ?1 AND kind = ?3 AND day >= ?2 AND n > 0",
	    args, e);
	int code;

	if (s == NULL)
		return -1;
	sqlite_bind_span(s, 3, span_of(visit->kind));
	while ((code = sqlite3_step(s)) == SQLITE_ROW)
		visit->each(visit->arg, &(struct tally){
					    .site = sqlite3_column_int64(s, 0),
					    .day = sqlite3_column_int64(s, 1),
					    .kind = sqlite_span(s, 2),
					    .name = sqlite_span(s, 3),
					    .head = sqlite_span(s, 4),
					    .bin = sqlite3_column_int(s, 5),
					    .n = sqlite3_column_int64(s, 6),
					});
	return end(r, s, code, e);
}

int
sqlite_get_held(
    struct store_reader *r, int64_t site, struct queue_held *h, struct err *e)
{
	const int64_t args[2] = {site, QUEUE_WINDOW};
	int64_t late = 0;

	if (ask(r,
		"SELECT received_at FROM comment WHERE rowid ="
		" (SELECT min(rowid) FROM comment WHERE site = ?1"
		"  AND state = 'held')",
		args, &h->oldest_ms, e) != 0 ||
	    ask(r,
		"SELECT 1 FROM comment WHERE site = ?1 AND state = 'held'"
		" AND rowid > (SELECT done FROM card_progress)"
		" LIMIT 1 OFFSET ?2",
		args, &late, e) != 0)
		return -1;
	h->late = late != 0;
	return 0;
}

/* Binds the least id of what came from then on: ULIDs grow with time. */
static void
bind_since(sqlite3_stmt *s, int index, int64_t since_ms)
{
	char id[ULID_BYTES + 1];

	secrets_ulid_least(since_ms, id);
	sqlite3_bind_text(s, index, id, ULID_BYTES, SQLITE_TRANSIENT);
}

int
sqlite_get_delays(struct store_reader *r, struct queue_delays *d, struct err *e)
{
	const int64_t args[2] = {d->site, d->since_ms};
	sqlite3_stmt *s = prepare(r,
	    "SELECT d.created_at, max(d.created_at - c.received_at, 0)"
	    " FROM (SELECT * FROM decision WHERE site = ?1 AND id >= ?4"
	    "  ORDER BY id DESC LIMIT ?5) AS d CROSS JOIN comment AS c"
	    " ON c.site = d.site AND c.id = d.comment"
	    " WHERE d.created_at >= ?2 AND d.undone_at = 0"
	    " ORDER BY d.id DESC LIMIT ?3",
	    args, e);
	int code;

	d->n = 0;
	if (s == NULL)
		return -1;
	sqlite3_bind_int64(s, 3, d->most);
	bind_since(s, 4, d->since_ms);
	sqlite3_bind_int64(s, 5, QUEUE_WINDOW);
	while ((code = sqlite3_step(s)) == SQLITE_ROW && d->n < d->most)
		d->items[d->n++] = (struct queue_delay){
		    sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
	return end(r, s, code, e);
}

int
sqlite_count_reasons(
    struct store_reader *r, struct queue_reasons *out, struct err *e)
{
	const int64_t args[2] = {out->site, QUEUE_WINDOW};
	sqlite3_stmt *s = prepare(r,
	    "SELECT c.reasons FROM (SELECT rowid AS number FROM comment"
	    "  INDEXED BY comment_stopped WHERE site = ?1 AND id >= ?3"
	    "  AND action <> 'publish' ORDER BY id DESC LIMIT ?2) AS k"
	    " CROSS JOIN card AS c ON c.number = k.number",
	    args, e);
	uint64_t bits;
	int code;

	memset(out->n, 0, sizeof(out->n));
	if (s == NULL)
		return -1;
	bind_since(s, 3, out->since_ms);
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		bits = (uint64_t)sqlite3_column_int64(s, 0);
		for (; bits != 0; bits &= bits - 1)
			out->n[__builtin_ctzll(bits)]++;
	}
	return end(r, s, code, e);
}

static int
count_states(struct store_reader *r, struct queue_author *a, struct err *e)
{
	const int64_t args[2] = {a->site, (int64_t)a->author};
	sqlite3_stmt *s = prepare(r,
	    "SELECT state, count(*) FROM card WHERE site = ?1 AND author = ?2"
	    " AND author <> 0 GROUP BY state",
	    args, e);
	int code, state;

	if (s == NULL)
		return -1;
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		state = comment_state_named(sqlite_span(s, 0));
		if (state >= 0)
			a->by_state[state] = sqlite3_column_int64(s, 1);
	}
	return end(r, s, code, e);
}

static int
count_decisions(struct store_reader *r, struct queue_author *a, struct err *e)
{
	const int64_t args[2] = {a->site, (int64_t)a->author};
	sqlite3_stmt *s = prepare(r,
	    "SELECT kind, count(*) FROM decision WHERE site = ?1"
	    " AND author = ?2 AND author <> 0 AND undone_at = 0 GROUP BY kind",
	    args, e);
	int code, kind;

	if (s == NULL)
		return -1;
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		kind = decision_named(sqlite_span(s, 0));
		if (kind >= 0)
			a->by_kind[kind] = sqlite3_column_int64(s, 1);
	}
	return end(r, s, code, e);
}

int
sqlite_get_author(struct store_reader *r, struct queue_author *a, struct err *e)
{
	const int64_t args[2] = {a->site, (int64_t)a->author};

	if (count_states(r, a, e) != 0 || count_decisions(r, a, e) != 0)
		return -1;
	return ask(r,
	    "SELECT received_at FROM card WHERE number = (SELECT min(number)"
	    " FROM card WHERE site = ?1 AND author = ?2 AND author <> 0)",
	    args, &a->first_seen_ms, e);
}

int
sqlite_count_facet(struct store_reader *r, enum facet_kind kind,
    const struct store_facet *f, int64_t *n, struct err *e)
{
	static const char *const sql[] = {
	    [FACET_NET] = "SELECT count(*) FROM card WHERE site = ?1"
			  " AND net = ?2 AND net <> 0",
	    [FACET_HOST] = "SELECT count(*) FROM card_host WHERE of_site = ?1"
			   " AND host = ?2",
	};
	const int64_t args[2] = {f->site, (int64_t)f->value};

	return ask(r, sql[kind], args, n, e);
}
