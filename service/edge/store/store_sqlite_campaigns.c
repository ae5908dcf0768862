#include "store_sqlite_campaigns.h"

#include "store_sqlite.h"
#include "store_sqlite_outbox.h"

/* Of a table's rows those of the sites in ?1, a JSON array; NULL: all. */
#define SEEN(column)                                                           \
	"(?1 IS NULL OR " column " IN (SELECT value FROM json_each(?1)))"

/* Where a page goes on; ?2 and ?3 are beyond all at the start. */
#define AFTER  "(c.last_at, c.cluster) < (?3, ?2)"
#define RECENT " ORDER BY c.last_at DESC, c.cluster DESC LIMIT ?4"

/* Of a cluster's rows on several sites the last one stands for it. */
static const char find_sql[] =
    "SELECT c.cluster, c.last_at FROM campaign AS c"
    " WHERE " AFTER " AND " SEEN(
	"c.site") " AND NOT EXISTS"
		  " (SELECT 1 FROM campaign AS o WHERE o.cluster = c.cluster"
		  "  AND " SEEN("o.site") " AND (o.last_at > c.last_at"
					  "   OR o.last_at = c.last_at AND "
					  "o.site < c.site))"
					  " AND (SELECT sum(n) FROM campaign "
					  "AS o WHERE o.cluster = c.cluster"
					  "  AND " SEEN(
					      "o.site") ") > 1" RECENT;

static const char find_one_sql[] =
    "SELECT c.cluster, c.last_at FROM campaign AS c"
    " WHERE c.site = ?5 AND c.n > 1 AND " AFTER RECENT;

static const char sites_sql[] =
    "SELECT site, state, count(*) FROM card WHERE cluster = ?2"
    " AND " SEEN("site") " GROUP BY site, state ORDER BY site";

/* Every ?3rd card of a cluster, by number: found in the index alone. */
#define SAMPLE                                                                 \
	"(SELECT number FROM (SELECT number, row_number() OVER"                \
	" (ORDER BY number) AS place FROM card WHERE cluster = ?2 AND " SEEN(  \
	    "site") ") WHERE place % ?3 = 0)"

static const char figures_sql[] =
    "WITH some AS MATERIALIZED " SAMPLE
    " SELECT count(DISTINCT nullif(author, 0)), count(DISTINCT nullif(net, 0)),"
    " (SELECT received_at FROM card WHERE number = (SELECT min(number)"
    "  FROM card WHERE cluster = ?2 AND " SEEN(
	"site") ")),"
		" (SELECT received_at FROM card WHERE number = (SELECT "
		"max(number)"
		"  FROM card WHERE cluster = ?2 AND " SEEN(
		    "site") ")),"
			    " (SELECT count(DISTINCT host) FROM some CROSS "
			    "JOIN card_host AS h"
			    "  ON h.number = some.number)"
			    " FROM some CROSS JOIN card ON card.number = "
			    "some.number";

static const char spread_sql[] =
    "WITH some AS MATERIALIZED " SAMPLE
    " SELECT (received_at - ?4) * ?6 / (?5 - ?4 + 1) AS part, count(*) * ?3"
    " FROM some CROSS JOIN card ON card.number = some.number GROUP BY part";

static const char members_sql[] =
    "SELECT number, site FROM card WHERE cluster = ?2 AND " SEEN(
	"site") " AND (?3 = 0 OR number < ?3) ORDER BY number DESC LIMIT ?4";

static const char open_sql[] =
    "SELECT c.number, c.site FROM card AS c CROSS JOIN comment AS k"
    " ON k.rowid = c.number WHERE c.cluster = ?2 AND " SEEN(
	"c.site") " AND (?3 = 0 OR c.number < ?3) AND c.state <> ?5"
		  " AND k.decided_at = 0 ORDER BY c.number DESC LIMIT ?4";

/* Bands equal to those of a rule: as precedents see texts as nearly one. */
#define BAND(i, at) "(d.band_" i " <> 0 AND d.band_" i " = " at ")"
#define NEAR                                                                   \
	BAND("0", "?3")                                                        \
	" + " BAND("1", "?4") " + " BAND("2", "?5") " + " BAND(                \
	    "3", "?6") " >= 2"

/* By a decision's id, as ULIDs grow with time; the last about a comment. */
static const char try_sql[] =
    "SELECT d.kind, ifnull(d.comment, ''),"
    " substr(ifnull(c.content, d.content), 1, 200)"
    " FROM site AS s CROSS JOIN decision AS d ON d.site = s.id AND d.id >= ?2"
    " LEFT JOIN comment AS c ON c.site = d.site AND c.id = d.comment"
    " WHERE " SEEN("s.id") " AND d.undone_at = 0 AND " NEAR
			   " AND NOT EXISTS (SELECT 1 FROM decision AS later"
			   "  WHERE later.site = d.site"
			   "  AND later.comment = d.comment"
			   "  AND later.undone_at = 0"
			   "  AND later.rowid > d.rowid)"
			   " ORDER BY d.id DESC";

/* Binds the set to the first parameter, as JSON; NULL where it is all. */
static void
bind_sites(sqlite3_stmt *q, const struct site_set *sites)
{
	sqlite3_str *text;

	if (sites->ids == NULL)
		return;
	text = sqlite3_str_new(sqlite3_db_handle(q));
	sqlite3_str_appendchar(text, 1, '[');
	for (uint32_t i = 0; i < sites->n; i++)
		sqlite3_str_appendf(
		    text, "%s%lld", i > 0 ? "," : "", (long long)sites->ids[i]);
	sqlite3_str_appendchar(text, 1, ']');
	sqlite3_bind_text(q, 1, sqlite3_str_finish(text), -1, sqlite3_free);
}

/* A statement for one use, its first parameter bound; NULL and `e`. */
static sqlite3_stmt *
ask(struct store_reader *r, const char *sql, const struct site_set *sites,
    struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(l->db, sql, -1, &q, NULL) != SQLITE_OK) {
		sqlite_link_fault(l, e);
		return NULL;
	}
	bind_sites(q, sites);
	return q;
}

/* Gives a statement back: 0 when all its rows were read, else -1. */
static int
end(struct store_reader *r, sqlite3_stmt *q, int code, struct err *e)
{
	int result = code == SQLITE_DONE || code == SQLITE_ROW
			 ? 0
			 : sqlite_link_fault(sqlite_reader_link(r), e);

	sqlite3_finalize(q);
	return result;
}

int
sqlite_find_campaigns(
    struct store_reader *r, struct campaign_page *p, struct err *e)
{
	bool one = p->sites.ids != NULL && p->sites.n == 1;
	sqlite3_stmt *q = ask(r, one ? find_one_sql : find_sql, &p->sites, e);
	bool first = p->after.id == 0;
	int code;

	p->n = 0;
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, first ? INT64_MAX : p->after.id);
	sqlite3_bind_int64(q, 3, first ? INT64_MAX : p->after.last_at_ms);
	sqlite3_bind_int64(q, 4, p->most);
	if (one)
		sqlite3_bind_int64(q, 5, p->sites.ids[0]);
	while ((code = sqlite3_step(q)) == SQLITE_ROW && p->n < p->most)
		p->items[p->n++] = (struct campaign){
		    .id = sqlite3_column_int64(q, 0),
		    .last_at_ms = sqlite3_column_int64(q, 1),
		};
	return end(r, q, code, e);
}

/* Adds a row of sites_sql. */
static void
add_site(struct campaign_figures *f, sqlite3_stmt *q)
{
	int64_t site = sqlite3_column_int64(q, 0);
	int state = comment_state_named(sqlite_span(q, 1));
	uint32_t n = (uint32_t)sqlite3_column_int64(q, 2);

	f->size += n;
	if (state >= 0)
		f->by_state[state] += n;
	if (f->n_sites == 0 || f->sites[f->n_sites - 1].id != site) {
		if (f->n_sites == CAMPAIGN_SITES_MAX)
			return;
		f->sites[f->n_sites].n = 0;
		f->sites[f->n_sites++].id = site;
	}
	f->sites[f->n_sites - 1].n += n;
}

static int
read_sites(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, sites_sql, &ref->sites, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		add_site(out, q);
	if (end(r, q, code, e) != 0)
		return -1;
	return out->size > 0
		   ? 0
		   : err_set(e, ERR_MISSING, "there is no such campaign");
}

/* Which of its comments are looked at: all, or every so many-th. */
static int64_t
step_of(const struct campaign_figures *f)
{
	return 1 + (f->size - 1) / CAMPAIGN_SAMPLE;
}

static int
read_figures(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, figures_sql, &ref->sites, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	sqlite3_bind_int64(q, 3, step_of(out));
	code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		out->authors = (uint32_t)sqlite3_column_int64(q, 0);
		out->nets = (uint32_t)sqlite3_column_int64(q, 1);
		out->first_at_ms = sqlite3_column_int64(q, 2);
		out->last_at_ms = sqlite3_column_int64(q, 3);
		out->hosts = (uint32_t)sqlite3_column_int64(q, 4);
	}
	return end(r, q, code, e);
}

static int
read_spread(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, spread_sql, &ref->sites, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	sqlite3_bind_int64(q, 3, step_of(out));
	sqlite3_bind_int64(q, 4, out->first_at_ms);
	sqlite3_bind_int64(q, 5, out->last_at_ms);
	sqlite3_bind_int64(q, 6, CAMPAIGN_SPREAD);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		int64_t part = sqlite3_column_int64(q, 0);

		if (part >= 0 && part < CAMPAIGN_SPREAD)
			out->spread[part] =
			    (uint32_t)sqlite3_column_int64(q, 1);
	}
	return end(r, q, code, e);
}

int
sqlite_get_campaign(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (read_sites(r, ref, out, e) != 0 ||
	    read_figures(r, ref, out, e) != 0)
		return -1;
	return read_spread(r, ref, out, e);
}

int
sqlite_find_members(
    struct store_reader *r, struct campaign_members *m, struct err *e)
{
	bool open = m->open_but >= 0;
	sqlite3_stmt *q =
	    ask(r, open ? open_sql : members_sql, &m->of.sites, e);
	int code;

	m->n = 0;
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, m->of.id);
	sqlite3_bind_int64(q, 3, m->before);
	sqlite3_bind_int64(q, 4, m->most);
	if (open)
		sqlite_bind_span(q, 5,
		    span_of(
			comment_state_name((enum comment_state)m->open_but)));
	while ((code = sqlite3_step(q)) == SQLITE_ROW && m->n < m->most)
		m->hits[m->n++] = (struct queue_hit){
		    .site = sqlite3_column_int64(q, 1),
		    .place.number = sqlite3_column_int64(q, 0),
		};
	return end(r, q, code, e);
}

static void
count_decision(struct campaign_trial *t, sqlite3_stmt *q)
{
	int kind = decision_named(sqlite_span(q, 0));
	enum comment_state state;

	if (kind < 0 || kind == DECISION_HOLD)
		return;
	state = decision_state((enum decision_kind)kind);
	if ((state == COMMENT_PUBLISHED) == (t->to == COMMENT_PUBLISHED)) {
		t->agree++;
		return;
	}
	t->disagree++;
	t->example(t->arg, (const char *)sqlite3_column_text(q, 1),
	    comment_state_name(state), sqlite_span(q, 2));
}

int
sqlite_try_rule(struct store_reader *r, struct campaign_trial *t, struct err *e)
{
	sqlite3_stmt *q = ask(r, try_sql, &t->sites, e);
	int code;

	t->agree = t->disagree = 0;
	if (q == NULL)
		return -1;
	sqlite_bind_span(q, 2, span_of(t->since));
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		sqlite3_bind_int64(q, 3 + i, (int64_t)t->band[i]);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		count_decision(t, q);
	return end(r, q, code, e);
}
