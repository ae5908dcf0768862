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
#define WINDOW    "?5"
#define WORDS     "?6"
#define AUTHOR    "?7"
#define THREAD    "?8"
#define HOST      "?9"
#define NET       "?10"
#define REASONS   "?11"
#define SCORE_MIN "?12"
#define SCORE_MAX "?13"
#define SINCE     "?14"
#define UNTIL     "?15"
#define LANG      "?16"

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

/* Of near-duplicates the oldest in that state stands for all. */
#define FIRST_OF_KIND(by, state)                                               \
	"NOT EXISTS (SELECT 1 FROM card AS o INDEXED BY " by                   \
	" WHERE o.cluster = c.cluster AND o.site = c.site"                     \
	" AND o.state = " state " AND o.number < c.number)"

/* What is asked of comments when `asked`. */
struct condition {
	bool asked;
	const char *says;
};

static void
put_asked(struct words *t, const struct condition *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].asked)
			put(t, " AND %s", c[i].says);
}

static void
put_scores(struct words *t, const struct queue_query *q)
{
	const struct condition rows[] = {
	    {!isnan(q->score_min), "c.score >= " SCORE_MIN},
	    {!isnan(q->score_max), "c.score <= " SCORE_MAX},
	};

	put_asked(t, rows, sizeof rows / sizeof *rows);
}

/* What a page asks that is known of all comments at once. */
static void
put_bounds(struct words *t, const struct queue_query *q)
{
	const struct condition rows[] = {
	    {q->since_ms != 0, "c.received_at >= " SINCE},
	    {q->until_ms != 0, "c.received_at < " UNTIL},
	};

	put_scores(t, q);
	put_asked(t, rows, sizeof rows / sizeof *rows);
}

/* What a page asks of the cards. */
static void
put_conditions(struct words *t, const struct queue_query *q)
{
	const struct condition rows[] = {
	    {q->state >= 0, "c.state = " STATE},
	    {q->reported, "EXISTS (SELECT 1 FROM reported WHERE number ="
			  " c.number AND open = 1)"},
	    {q->disputed, "EXISTS (SELECT 1 FROM shadow WHERE number ="
			  " c.number AND use = " SQLITE_CHALLENGER ")"},
	    {q->author != 0, "c.author = " AUTHOR},
	    {q->thread != 0, "c.thread = " THREAD},
	    {q->net != 0, "c.net = " NET},
	    {q->host != 0, "EXISTS (SELECT 1 FROM card_host WHERE number ="
			   " c.number AND host = " HOST ")"},
	    {q->reasons != 0, "c.reasons & " REASONS " = " REASONS},
	    {q->lang.n != 0, "c.lang = " LANG},
	    {q->order == QUEUE_UNCERTAIN && q->state == COMMENT_HELD,
		FIRST_OF_KIND("card_held", "'held'")},
	    {q->order == QUEUE_UNCERTAIN && q->state != COMMENT_HELD,
		FIRST_OF_KIND("card_member", "c.state")},
	};

	put_asked(t, rows, sizeof rows / sizeof *rows);
	put_bounds(t, q);
}

/* Where candidates come from: of those that are asked the first. */
struct source {
	const char *number, *table, *where;
};

/*
 * All sites share the index of words: of the newest matches in five windows,
 * those of the site, and of the state if one is asked.
 */
#define OURS                                                                   \
	"s.rowid > ifnull((SELECT rowid FROM comment_text"                     \
	" WHERE comment_text MATCH " WORDS                                     \
	" ORDER BY rowid DESC LIMIT 1 OFFSET 5 * " WINDOW "), 0)"              \
	" AND EXISTS (SELECT 1 FROM card WHERE number = s.rowid"               \
	" AND site = " SITE " AND ifnull(state = " STATE ", 1))"

/* The newest of a site: each state has them in order, a site has not. */
#define OF_STATE                                                               \
	"SELECT rowid AS number FROM comment"                                  \
	" WHERE site = " SITE " AND state = "
#define NEWEST                                                                 \
	"(" OF_STATE "'published' UNION ALL " OF_STATE "'held'"                \
	" UNION ALL " OF_STATE "'rejected' UNION ALL " OF_STATE "'trashed'"    \
	" ORDER BY 1 DESC LIMIT " WINDOW ")"

static struct source
source_of(const struct queue_query *q)
{
	const struct {
		bool asked;
		struct source is;
	} rows[] = {
	    {q->words.n > 0 && !is_by_time(q),
		{"s.rowid", "comment_text",
		    "s.comment_text MATCH " WORDS " AND " OURS}},
	    {q->words.n > 0,
		{"s.rowid", "comment_text", "s.comment_text MATCH " WORDS}},
	    {q->author != 0, {"s.number", "card",
				 "s.site = " SITE " AND s.author = " AUTHOR
				 " AND s.author <> 0"}},
	    {q->thread != 0, {"s.number", "card",
				 "s.site = " SITE " AND s.thread = " THREAD
				 " AND s.thread <> 0"}},
	    {q->host != 0, {"s.number", "card_host",
			       "s.of_site = " SITE " AND s.host = " HOST}},
	    {q->net != 0,
		{"s.number", "card",
		    "s.site = " SITE " AND s.net = " NET " AND s.net <> 0"}},
	    {q->disputed,
		{"s.number", "shadow",
		    "s.site = " SITE " AND s.use = " SQLITE_CHALLENGER}},
	    {q->reported,
		{"s.number", "reported", "s.site = " SITE " AND s.open = 1"}},
	    {q->state >= 0, {"s.rowid", "comment",
				"s.site = " SITE " AND s.state = " STATE}},
	    {!is_by_time(q), {"s.number", NEWEST, "1"}},
	    {true, {"s.number", "card", "1"}}, /* of all sites, page by page */
	};
	size_t i = 0;

	while (!rows[i].asked)
		i++;
	return rows[i].is;
}

/* Whether nothing is asked but what a comment is found by at once. */
static bool
is_plain(const struct queue_query *q)
{
	return is_by_time(q) && q->state >= 0 && q->words.n == 0 &&
	       (q->author | q->thread | q->net | q->host | q->reasons) == 0 &&
	       q->lang.n == 0 && !q->disputed && isnan(q->score_min) &&
	       isnan(q->score_max) && q->since_ms == 0 && q->until_ms == 0;
}

/* Whether an index has the held ones in just this order. */
static bool
is_ranked(const struct queue_query *q)
{
	return !is_by_time(q) && q->state == COMMENT_HELD && q->words.n == 0 &&
	       !q->disputed && (q->author | q->thread | q->net | q->host) == 0;
}

/* Candidates in the order of time, each with whether it fits. */
static void
put_by_time(struct words *t, const struct queue_query *q)
{
	const struct order *o = &orders[q->order];
	struct source s = source_of(q);

	put(t, "SELECT %s, 0.0, c.site = " SITE, s.number);
	put_conditions(t, q);
	put(t, " FROM %s AS s CROSS JOIN card AS c ON c.number = %s WHERE %s",
	    s.table, s.number, s.where);
	if (q->after.number != 0)
		put(t, " AND %s %s " NUMBER, s.number, o->compare);
	put(t, " ORDER BY %s %s", s.number, o->way);
}

/* The same without cards: they all fit. */
static void
put_plain(struct words *t, const struct queue_query *q)
{
	const struct order *o = &orders[q->order];
	struct source s = source_of(q);

	put(t, "SELECT %s, 0.0, 1 FROM %s AS s WHERE %s", s.number, s.table,
	    s.where);
	if (q->after.number != 0)
		put(t, " AND %s %s " NUMBER, s.number, o->compare);
	put(t, " ORDER BY %s %s", s.number, o->way);
}

/* Goes on behind a place by rank. */
static void
put_after(struct words *t, const struct queue_query *q)
{
	const struct order *o = &orders[q->order];

	if (q->after.number != 0)
		put(t,
		    " AND %s %s= " RANK " AND (%s %s " RANK
		    " OR c.number %s " NUMBER ")",
		    o->rank, o->compare, o->rank, o->compare, o->compare);
}

/*
 * Those that are held and have no card yet, as somebody always writes; only
 * the newest, for they have to be sorted. Near-duplicates are not known.
 */
static void
put_newest_by_rank(struct words *t, const struct queue_query *q)
{
	put(t,
	    " UNION ALL SELECT c.number, %s, 1 FROM"
	    " (SELECT rowid AS number, ifnull(score, -1) AS score, received_at"
	    "  FROM comment WHERE site = " SITE " AND state = 'held'"
	    "  AND rowid > (SELECT done FROM card_progress)"
	    "  ORDER BY rowid DESC LIMIT " WINDOW ") AS c WHERE 1",
	    orders[q->order].rank);
	put_bounds(t, q);
	put_after(t, q);
}

/* All that are held by rank, each with whether it fits. */
static void
put_ranked(struct words *t, const struct queue_query *q)
{
	put(t, "SELECT c.number, %s, 1", orders[q->order].rank);
	put_conditions(t, q);
	/* the words that let the partial indexes be used */
	put(t, " FROM card AS c WHERE c.site = " SITE " AND c.state = 'held'");
	if (q->order == QUEUE_RISK)
		put_scores(t, q); /* which that index is by */
	put_after(t, q);
	if (q->reasons == 0 && q->lang.n == 0)
		put_newest_by_rank(t, q);
}

/* Those of a window that fit by rank. */
static void
put_window(struct words *t, const struct queue_query *q)
{
	struct source s = source_of(q);

	put(t, "SELECT c.number, %s, 1 FROM (SELECT %s AS number FROM %s AS s",
	    orders[q->order].rank, s.number, s.table);
	put(t, " WHERE %s ORDER BY %s DESC LIMIT " WINDOW ") AS m", s.where,
	    s.number);
	put(t, " CROSS JOIN card AS c ON c.number = m.number"
	       " WHERE c.site = " SITE);
	put_conditions(t, q);
	put_after(t, q);
}

static void
put_by_rank(struct words *t, const struct queue_query *q)
{
	const struct order *o = &orders[q->order];

	if (is_ranked(q))
		put_ranked(t, q);
	else
		put_window(t, q);
	put(t, " ORDER BY 2 %s, 1 %s", o->way, o->way);
}

static void
put_page(struct words *t, const struct queue_query *q)
{
	if (is_plain(q))
		put_plain(t, q);
	else if (is_by_time(q))
		put_by_time(t, q);
	else
		put_by_rank(t, q);
}

static sqlite3_stmt *
prepare(struct sqlite_link *l, const struct words *t,
    const struct queue_query *q, struct err *e)
{
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
	sqlite3_bind_int64(s, 5, QUEUE_WINDOW);
	sqlite_bind_span(s, 6, q->words);
	sqlite3_bind_int64(s, 7, (int64_t)q->author);
	sqlite3_bind_int64(s, 8, (int64_t)q->thread);
	sqlite3_bind_int64(s, 9, (int64_t)q->host);
	sqlite3_bind_int64(s, 10, (int64_t)q->net);
	sqlite3_bind_int64(s, 11, (int64_t)q->reasons);
	sqlite3_bind_double(s, 12, q->score_min);
	sqlite3_bind_double(s, 13, q->score_max);
	sqlite3_bind_int64(s, 14, q->since_ms);
	sqlite3_bind_int64(s, 15, q->until_ms);
	sqlite_bind_span(s, 16,
	    span_equal(q->lang, span_of(LANGUAGE_UNKNOWN)) ? span_of("")
							   : q->lang);
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

int
sqlite_find_page(struct store_reader *r, const struct queue_query *q,
    struct queue_page *out, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	struct queue_place place = {0, 0};
	struct words t = {.n = 0};
	uint32_t looked = 0;
	sqlite3_stmt *s;
	int code = SQLITE_DONE;

	out->n = 0;
	out->next = place;
	put_page(&t, q);
	s = prepare(l, &t, q, e);
	if (s == NULL)
		return -1;
	while (out->n < q->most && looked < QUEUE_WINDOW &&
	       (code = sqlite3_step(s)) == SQLITE_ROW) {
		place.number = sqlite3_column_int64(s, 0);
		place.rank = sqlite3_column_double(s, 1);
		if (sqlite3_column_int(s, 2))
			out->hits[out->n++] =
			    (struct queue_hit){q->site, place};
		looked++;
	}
	if (looked == QUEUE_WINDOW && out->n < q->most)
		out->next = place;
	return end(l, s, code == SQLITE_ROW ? SQLITE_DONE : code, e);
}
