#include "store_sqlite_campaigns.h"

#include "store_sqlite_outbox.h"
#include "store_sqlite_places.h"

enum {
	FIND,
	FIND_ONE,
	COUNTS,
	PARTS,
	ENDS,
	TIMES,
	MEMBERS,
	OPEN,
	TRY,
	STATEMENTS
};
SQLITE_PLACES(READER_PLACE_CAMPAIGNS, STATEMENTS, READER_PLACE_FIND);

/* Which sites count, a JSON array in ?1, unless that is NULL: then all do. */
#define ALL_SITES "?1 IS NULL"
#define SITE_SET  "(SELECT value FROM json_each(?1))"
#define SEEN      "(" ALL_SITES " OR site IN " SITE_SET ")"
#define PART_SEEN "(" ALL_SITES " OR of_site IN " SITE_SET ")"
#define C_SEEN    "(" ALL_SITES " OR c.site IN " SITE_SET ")"
#define O_SEEN    "(" ALL_SITES " OR o.site IN " SITE_SET ")"
#define S_SEEN    "(" ALL_SITES " OR s.id IN " SITE_SET ")"

/* Where a page goes on; ?2 and ?3 are beyond all at the start. */
#define AFTER  "(c.last_at, c.cluster) < (?3, ?2)"
#define RECENT " ORDER BY c.last_at DESC, c.cluster DESC LIMIT ?4"

/* When they came, in the order of numbers: found in the index alone. */
#define IN_ORDER                                                               \
	"SELECT received_at FROM card INDEXED BY card_member"                  \
	" WHERE cluster = ?2 AND " SEEN " ORDER BY number"

/* Bands equal to those of a rule: as precedents see texts as nearly one. */
#define BAND(i, at) "(d.band_" i " <> 0 AND d.band_" i " = " at ")"
#define NEAR                                                                   \
	BAND("0", "?3")                                                        \
	" + " BAND("1", "?4") " + " BAND("2", "?5") " + " BAND(                \
	    "3", "?6") " >= 2"

static const char *const sql[STATEMENTS] = {
    /* of a cluster's rows on several sites the last one stands for it */
    [FIND] = "SELECT c.cluster, c.last_at FROM campaign AS c"
	     " WHERE " AFTER " AND " C_SEEN " AND NOT EXISTS"
	     " (SELECT 1 FROM campaign AS o WHERE o.cluster = c.cluster"
	     "  AND " O_SEEN " AND (o.last_at > c.last_at"
	     "   OR o.last_at = c.last_at AND o.site < c.site))"
	     " AND (SELECT sum(n) FROM campaign AS o"
	     "  WHERE o.cluster = c.cluster AND " O_SEEN ") > 1" RECENT,
    [FIND_ONE] = "SELECT c.cluster, c.last_at FROM campaign AS c"
		 " WHERE c.site = ?5 AND c.n > 1 AND " AFTER RECENT,
    [COUNTS] = "SELECT site, n, authors, nets, hosts, published, held,"
	       " rejected, trashed FROM campaign"
	       " WHERE cluster = ?2 AND " SEEN " ORDER BY site",
    /* of several sites the same author may be on each */
    [PARTS] = "SELECT kind, count(*) FROM (SELECT DISTINCT kind, value"
	      " FROM campaign_part WHERE cluster = ?2 AND " PART_SEEN
	      ") GROUP BY kind",
    [ENDS] = "SELECT (" IN_ORDER " LIMIT 1), (" IN_ORDER " DESC LIMIT 1)",
    [TIMES] = IN_ORDER,
    [MEMBERS] = "SELECT number, site FROM card INDEXED BY card_member"
		" WHERE cluster = ?2 AND " SEEN
		" AND number < ?3 ORDER BY number DESC LIMIT ?4",
    [OPEN] = "SELECT c.number, c.site FROM card AS c INDEXED BY card_member"
	     " CROSS JOIN comment AS k ON k.rowid = c.number"
	     " WHERE c.cluster = ?2 AND " C_SEEN
	     " AND c.number < ?3 AND c.state <> ?5"
	     " AND k.decided_at = 0 ORDER BY c.number DESC LIMIT ?4",
    /* by a decision's id, as ULIDs grow with time; the last about a comment */
    [TRY] = "SELECT d.kind, ifnull(d.comment, ''),"
	    " substr(ifnull(c.content, d.content), 1, 200)"
	    " FROM site AS s CROSS JOIN decision AS d"
	    "  ON d.site = s.id AND d.id >= ?2"
	    " LEFT JOIN comment AS c ON c.site = d.site AND c.id = d.comment"
	    " WHERE " S_SEEN " AND d.undone_at = 0 AND " NEAR
	    " AND NOT EXISTS (SELECT 1 FROM decision AS later"
	    "  WHERE later.site = d.site AND later.comment = d.comment"
	    "  AND later.undone_at = 0 AND later.rowid > d.rowid)"
	    " ORDER BY d.id DESC",
};

/* Binds the set to the first parameter, as JSON; NULL where it is all. An
 * SQLite code. */
static int
bind_sites(sqlite3_stmt *q, const struct site_set *sites)
{
	sqlite3_str *text;
	char *json;

	if (sites->ids == NULL)
		return SQLITE_OK;
	text = sqlite3_str_new(sqlite3_db_handle(q));
	sqlite3_str_appendchar(text, 1, '[');
	for (uint32_t i = 0; i < sites->n; i++)
		sqlite3_str_appendf(
		    text, "%s%lld", i > 0 ? "," : "", (long long)sites->ids[i]);
	sqlite3_str_appendchar(text, 1, ']');
	json = sqlite3_str_finish(text);
	return json == NULL ? SQLITE_NOMEM
			    : sqlite3_bind_text(q, 1, json, -1, sqlite3_free);
}

/* A statement, its first parameter bound; NULL and `e`. */
static sqlite3_stmt *
ask(struct store_reader *r, int which, const struct site_set *sites,
    struct err *e)
{
	sqlite3_stmt *q = sqlite_link_kept(sqlite_reader_link(r),
	    READER_PLACE_CAMPAIGNS + (unsigned)which, sql[which], e);

	if (q == NULL)
		return NULL;
	sqlite3_clear_bindings(q);
	if (bind_sites(q, sites) == SQLITE_OK)
		return q;
	err_set(e, ERR_DOWN, "no memory to ask about campaigns");
	return NULL;
}

int
sqlite_find_campaigns(
    struct store_reader *r, struct campaign_page *p, struct err *e)
{
	bool one = p->sites.ids != NULL && p->sites.n == 1;
	sqlite3_stmt *q = ask(r, one ? FIND_ONE : FIND, &p->sites, e);
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
	return sqlite_link_reset(sqlite_reader_link(r), q, code, e);
}

/* Where COUNTS has states, in the order of enum comment_state. */
enum { COUNTS_STATES = 5 };

/* Adds a row of COUNTS. */
static void
add_site(struct campaign_figures *f, sqlite3_stmt *q)
{
	uint32_t n = (uint32_t)sqlite3_column_int64(q, 1);

	f->size += n;
	f->authors += (uint32_t)sqlite3_column_int64(q, 2);
	f->nets += (uint32_t)sqlite3_column_int64(q, 3);
	f->hosts += (uint32_t)sqlite3_column_int64(q, 4);
	for (int i = 0; i < COMMENT_STATES; i++)
		f->by_state[i] +=
		    (uint32_t)sqlite3_column_int64(q, COUNTS_STATES + i);
	if (f->n_sites == CAMPAIGN_SITES_MAX)
		return;
	f->sites[f->n_sites].id = sqlite3_column_int64(q, 0);
	f->sites[f->n_sites++].n = n;
}

static int
read_counts(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, COUNTS, &ref->sites, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		add_site(out, q);
	if (sqlite_link_reset(sqlite_reader_link(r), q, code, e) != 0)
		return -1;
	return out->size > 0
		   ? 0
		   : err_set(e, ERR_MISSING, "there is no such campaign");
}

/* Notes a row of PARTS. */
static void
note_part(struct campaign_figures *f, sqlite3_stmt *q)
{
	const struct {
		const char *kind;
		uint32_t *n;
	} rows[] = {
	    {"author", &f->authors},
	    {"net", &f->nets},
	    {"host", &f->hosts},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (span_equal(sqlite_span(q, 0), span_of(rows[i].kind)))
			*rows[i].n = (uint32_t)sqlite3_column_int64(q, 1);
}

static int
read_parts(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, PARTS, &ref->sites, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		note_part(out, q);
	return sqlite_link_reset(sqlite_reader_link(r), q, code, e);
}

static int
read_ends(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, ENDS, &ref->sites, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		out->first_at_ms = sqlite3_column_int64(q, 0);
		out->last_at_ms = sqlite3_column_int64(q, 1);
	}
	return sqlite_link_reset(sqlite_reader_link(r), q, code, e);
}

static int
read_spread(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	sqlite3_stmt *q = ask(r, TIMES, &ref->sites, e);
	int64_t span_ms = out->last_at_ms - out->first_at_ms + 1;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, ref->id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		int64_t at_ms = sqlite3_column_int64(q, 0) - out->first_at_ms;

		/* numbers and times need not have the same order */
		if (at_ms >= 0 && at_ms < span_ms)
			out->spread[at_ms * CAMPAIGN_SPREAD / span_ms]++;
	}
	return sqlite_link_reset(sqlite_reader_link(r), q, code, e);
}

int
sqlite_get_campaign(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (read_counts(r, ref, out, e) != 0 ||
	    (out->n_sites > 1 && read_parts(r, ref, out, e) != 0) ||
	    read_ends(r, ref, out, e) != 0)
		return -1;
	return read_spread(r, ref, out, e);
}

int
sqlite_find_members(
    struct store_reader *r, struct campaign_members *m, struct err *e)
{
	bool open = m->open_but >= 0;
	sqlite3_stmt *q = ask(r, open ? OPEN : MEMBERS, &m->of.sites, e);
	int code;

	m->n = 0;
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 2, m->of.id);
	sqlite_bind_before(q, 3, m->before);
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
	return sqlite_link_reset(sqlite_reader_link(r), q, code, e);
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
	sqlite3_stmt *q = ask(r, TRY, &t->sites, e);
	int code;

	t->agree = t->disagree = 0;
	if (q == NULL)
		return -1;
	sqlite_bind_span(q, 2, span_of(t->since));
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		sqlite3_bind_int64(q, 3 + i, (int64_t)t->band[i]);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		count_decision(t, q);
	return sqlite_link_reset(sqlite_reader_link(r), q, code, e);
}
