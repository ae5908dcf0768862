#include "store_sqlite_queue.h"

#include <math.h>
#include <stdio.h>

#include "store_sqlite_outbox.h"

enum { SQL_BYTES = 2048 };

/* Parameters of the statements below; those that one has not are ignored. */
#define SITE      "?1"
#define STATE     "?2"
#define RANK      "?3" /* of the place to go on after */
#define NUMBER    "?4"
#define MOST      "?5"
#define WINDOW    "?6"
#define WORDS     "?7"
#define AUTHOR    "?8"
#define THREAD    "?9"
#define HOST      "?10"
#define NET       "?11"
#define REASONS   "?12"
#define SCORE_MIN "?13"
#define SCORE_MAX "?14"
#define SINCE     "?15"
#define UNTIL     "?16"

/* What comments are ordered by, and which way; and the words for it. */
static const struct order {
	const char *rank, *way, *compare;
} orders[QUEUE_ORDERS] = {
    [QUEUE_NEWEST] = {"0.0", "DESC", "<"},
    [QUEUE_OLDEST] = {"0.0", "ASC", ">"},
    [QUEUE_RISK] = {"c.score", "DESC", "<"},
    [QUEUE_UNCERTAIN] = {"abs(c.score - 0.5)", "ASC", ">"},
};

static bool
is_by_time(const struct queue_query *q)
{
	return q->order == QUEUE_NEWEST || q->order == QUEUE_OLDEST;
}

/* Statements in the making; what does not fit is a bug, and no SQL. */
struct words {
	char p[SQL_BYTES];
	size_t n;
};

static void __attribute__((format(printf, 2, 3)))
put(struct words *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->n += (size_t)vsnprintf(
	    t->p + t->n, t->n < SQL_BYTES ? SQL_BYTES - t->n : 0, format, args);
	va_end(args);
}

/* What a page asks of the cards, each when it is asked for. */
static void
put_conditions(struct words *t, const struct queue_query *q)
{
	const struct {
		bool asked;
		const char *says;
	} rows[] = {
	    {q->state >= 0, "c.state = " STATE},
	    {q->author != 0, "c.author = " AUTHOR},
	    {q->thread != 0, "c.thread = " THREAD},
	    {q->net != 0, "c.net = " NET},
	    {q->host != 0, "EXISTS (SELECT 1 FROM card_host WHERE number ="
			   " c.number AND host = " HOST ")"},
	    {q->reasons != 0, "c.reasons & " REASONS " = " REASONS},
	    {!isnan(q->score_min), "c.score >= " SCORE_MIN},
	    {!isnan(q->score_max), "c.score <= " SCORE_MAX},
	    {q->since_ms != 0, "c.received_at >= " SINCE},
	    {q->until_ms != 0, "c.received_at < " UNTIL},
	    /* of near-duplicates the oldest in that state stands for all */
	    {q->order == QUEUE_UNCERTAIN,
		"NOT EXISTS (SELECT 1 FROM card AS o WHERE o.cluster ="
		" c.cluster AND o.site = c.site AND o.state = c.state"
		" AND o.number < c.number)"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].asked)
			put(t, " AND %s", rows[i].says);
}

/* Where candidates come from: of those that are asked the first. */
struct source {
	const char *number, *from;
};

static struct source
source_of(const struct queue_query *q)
{
	const struct {
		bool asked;
		struct source is;
	} rows[] = {
	    {q->words.n > 0,
		{"rowid", "comment_text WHERE comment_text MATCH " WORDS}},
	    {q->author != 0,
		{"number", "card WHERE site = " SITE " AND author = " AUTHOR
			   " AND author <> 0"}},
	    {q->thread != 0,
		{"number", "card WHERE site = " SITE " AND thread = " THREAD
			   " AND thread <> 0"}},
	    {q->host != 0, {"number", "card_host WHERE of_site = " SITE
				      " AND host = " HOST}},
	    {q->net != 0, {"number", "card WHERE site = " SITE " AND net = " NET
				     " AND net <> 0"}},
	    {q->state >= 0,
		{"rowid", "comment WHERE site = " SITE " AND state = " STATE}},
	    {true, {"number", "card WHERE site = " SITE}},
	};
	size_t i = 0;

	while (!rows[i].asked)
		i++;
	return rows[i].is;
}

/* The newest of the candidates, or by time the next; a window of them. */
static void
put_window(struct words *t, const struct queue_query *q)
{
	struct source s = source_of(q);
	const struct order *o =
	    &orders[is_by_time(q) ? q->order : QUEUE_NEWEST];

	put(t, "SELECT %s AS number FROM %s", s.number, s.from);
	if (is_by_time(q) && q->after.number != 0)
		put(t, " AND %s %s " NUMBER, s.number, o->compare);
	put(t, " ORDER BY %s %s LIMIT " WINDOW, s.number, o->way);
}

/* Whether nothing is asked but what a comment is found by at once. */
static bool
is_plain(const struct queue_query *q)
{
	return is_by_time(q) && q->state >= 0 && q->words.n == 0 &&
	       (q->author | q->thread | q->net | q->host | q->reasons) == 0 &&
	       isnan(q->score_min) && isnan(q->score_max) && q->since_ms == 0 &&
	       q->until_ms == 0;
}

/* Whether an index has the held ones in just this order. */
static bool
is_ranked(const struct queue_query *q)
{
	return !is_by_time(q) && q->state == COMMENT_HELD && q->words.n == 0 &&
	       (q->author | q->thread | q->net | q->host) == 0;
}

static void
put_page(struct words *t, const struct queue_query *q)
{
	const struct order *o = &orders[q->order];

	if (is_plain(q)) {
		put_window(t, q);
		return;
	}
	put(t, "SELECT c.number, %s FROM ", o->rank);
	if (is_ranked(q)) {
		/* the words that let the partial indexes be used */
		put(t,
		    "card AS c WHERE c.site = " SITE " AND c.state = 'held'");
	} else {
		put(t, "(");
		put_window(t, q);
		put(t, ") AS m CROSS JOIN card AS c ON c.number = m.number"
		       " WHERE c.site = " SITE);
	}
	put_conditions(t, q);
	if (!is_by_time(q) && q->after.number != 0)
		put(t,
		    " AND %s %s= " RANK " AND (%s %s " RANK
		    " OR c.number %s " NUMBER ")",
		    o->rank, o->compare, o->rank, o->compare, o->compare);
	put(t, " ORDER BY %s%s c.number %s LIMIT " MOST,
	    is_by_time(q) ? "" : o->rank,
	    is_by_time(q)      ? ""
	    : o->way[0] == 'D' ? " DESC,"
			       : " ASC,",
	    o->way);
}

static sqlite3_stmt *
prepare(struct sqlite_link *l, const struct words *t,
    const struct queue_query *q, struct err *e)
{
	bool plain = is_plain(q);
	sqlite3_stmt *s = NULL;

	if (t->n >= SQL_BYTES ||
	    sqlite3_prepare_v2(l->db, t->p, -1, &s, NULL) != SQLITE_OK) {
		sqlite_link_fault(l, e);
		return NULL;
	}
	sqlite3_bind_int64(s, 1, q->site);
	if (q->state >= 0)
		sqlite_bind_span(s, 2,
		    span_of(comment_state_name((enum comment_state)q->state)));
	sqlite3_bind_double(s, 3, q->after.rank);
	sqlite3_bind_int64(s, 4, q->after.number);
	sqlite3_bind_int64(s, 5, q->most);
	sqlite3_bind_int64(s, 6, plain ? q->most : QUEUE_WINDOW);
	sqlite_bind_span(s, 7, q->words);
	sqlite3_bind_int64(s, 8, (int64_t)q->author);
	sqlite3_bind_int64(s, 9, (int64_t)q->thread);
	sqlite3_bind_int64(s, 10, (int64_t)q->host);
	sqlite3_bind_int64(s, 11, (int64_t)q->net);
	sqlite3_bind_int64(s, 12, (int64_t)q->reasons);
	sqlite3_bind_double(s, 13, q->score_min);
	sqlite3_bind_double(s, 14, q->score_max);
	sqlite3_bind_int64(s, 15, q->since_ms);
	sqlite3_bind_int64(s, 16, q->until_ms);
	return s;
}

/* What went wrong, if it did: FTS5 says of words that they are not. */
static int
end(struct sqlite_link *l, sqlite3_stmt *s, int code, struct err *e)
{
	int result = 0;

	if (code == SQLITE_ERROR)
		result = err_set(e, ERR_INPUT, "q: %s", sqlite3_errmsg(l->db));
	else if (code != SQLITE_DONE)
		result = sqlite_link_fault(l, e);
	sqlite3_finalize(s);
	return result;
}

/* Where a window ended that was full, for what comes after it. */
static int
find_end(struct sqlite_link *l, const struct queue_query *q,
    struct queue_place *out, struct err *e)
{
	struct words t = {.n = 0};
	sqlite3_stmt *s;
	int code;

	put(&t, "SELECT count(*), %s(number) FROM (",
	    q->order == QUEUE_NEWEST ? "min" : "max");
	put_window(&t, q);
	put(&t, ")");
	s = prepare(l, &t, q, e);
	if (s == NULL)
		return -1;
	code = sqlite3_step(s);
	if (code == SQLITE_ROW) {
		if (sqlite3_column_int64(s, 0) == QUEUE_WINDOW)
			out->number = sqlite3_column_int64(s, 1);
		code = SQLITE_DONE;
	}
	return end(l, s, code, e);
}

int
sqlite_find_page(struct store_reader *r, const struct queue_query *q,
    struct queue_page *out, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	struct words t = {.n = 0};
	sqlite3_stmt *s;
	int code;

	out->n = 0;
	out->next = (struct queue_place){0, 0};
	put_page(&t, q);
	s = prepare(l, &t, q, e);
	if (s == NULL)
		return -1;
	while ((code = sqlite3_step(s)) == SQLITE_ROW && out->n < q->most)
		out->hits[out->n++] = (struct queue_hit){
		    .site = q->site,
		    .place = {sqlite3_column_double(s, 1),
			sqlite3_column_int64(s, 0)},
		};
	if (end(l, s, code == SQLITE_ROW ? SQLITE_DONE : code, e) != 0)
		return -1;
	if (out->n == q->most || !is_by_time(q) || is_plain(q))
		return 0;
	return find_end(l, q, &out->next, e);
}

int
sqlite_get_number(struct store_reader *r, int64_t number, struct arena *a,
    struct record *out, struct err *e)
{
	sqlite3_stmt *s = sqlite_reader_numbered(r);
	size_t used = a->used;
	int code, result = 0;

	sqlite3_bind_int64(s, 1, number);
	code = sqlite3_step(s);
	if (code == SQLITE_DONE) {
		result = err_set(e, ERR_MISSING, "there is no such comment");
	} else if (code != SQLITE_ROW) {
		result = sqlite_link_fault(sqlite_reader_link(r), e);
	} else if (sqlite_record_read(s, a, out) != 0) {
		arena_rewind(a, used);
		result = err_set(
		    e, ERR_TOO_LARGE, "the record does not fit in memory");
	}
	sqlite3_reset(s);
	return result;
}

const char sqlite_select_aside[] =
    "SELECT k.rowid, (SELECT count(*) FROM note WHERE site = ?1"
    " AND comment = ?2), ifnull(c.cluster, 0),"
    " (SELECT count(*) FROM (SELECT 1 FROM card AS o WHERE o.cluster ="
    "  c.cluster AND o.site = ?1 LIMIT ?3)),"
    " (SELECT ifnull(sum(1 + (undone_at > 0)), 0) FROM decision"
    "  WHERE site = ?1 AND comment = ?2)"
    " FROM comment AS k LEFT JOIN card AS c ON c.number = k.rowid"
    " WHERE k.site = ?1 AND k.id = ?2";

int
sqlite_get_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e)
{
	sqlite3_stmt *s = sqlite_reader_aside(r);
	int code, result = 0;

	sqlite3_bind_int64(s, 1, ref.site);
	sqlite_bind_span(s, 2, ref.id);
	sqlite3_bind_int(s, 3, QUEUE_LIKE_MAX);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*out = (struct queue_aside){
		    .number = sqlite3_column_int64(s, 0),
		    .notes = (uint32_t)sqlite3_column_int64(s, 1),
		    .cluster = sqlite3_column_int64(s, 2),
		    .like_it = (uint32_t)sqlite3_column_int64(s, 3),
		    .version = (uint32_t)sqlite3_column_int64(s, 4),
		};
	else if (code == SQLITE_DONE)
		result = err_set(e, ERR_MISSING, "there is no such comment");
	else
		result = sqlite_link_fault(sqlite_reader_link(r), e);
	sqlite3_reset(s);
	return result;
}
