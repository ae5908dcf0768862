#include <math.h>

#include "store_model_ops.h"
#include "store_sqlite_drift.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_schema.h"
#include "store_sqlite_verbs.h"

/* Whether it was put in use although the gold set spoke against it. */
const char schema_forced[] =
    "ALTER TABLE model_use ADD COLUMN forced INTEGER NOT NULL DEFAULT 0;";

static const char *const roles[MODEL_ROLES] = {
    [MODEL_ACTIVE] = "active",
    [MODEL_CHALLENGER] = "challenger",
};

const char *
model_role_name(enum model_role r)
{
	return roles[r];
}

enum { NUMBER, ROLE, NAME, BY, AT, ENDED_AT };

static struct store_model_use
read_use(sqlite3_stmt *q)
{
	bool active =
	    span_equal(sqlite_span(q, ROLE), span_of(roles[MODEL_ACTIVE]));
	struct store_model_use u = {
	    .number = sqlite3_column_int64(q, NUMBER),
	    .role = active ? MODEL_ACTIVE : MODEL_CHALLENGER,
	    .at_ms = sqlite3_column_int64(q, AT),
	    .ended_at_ms = sqlite3_column_int64(q, ENDED_AT),
	};

	sqlite_copy_text(q, NAME, u.name, sizeof u.name);
	sqlite_copy_text(q, BY, u.by, sizeof u.by);
	return u;
}

static int
each_use(
    struct store_reader *r, const struct model_use_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT number, role, name, started_by, started_at, ended_at"
	    " FROM model_use ORDER BY number",
	    e);
	struct store_model_use u;
	int code;

	if (q == NULL)
		return -1;
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		u = read_use(q);
		visit->each(visit->arg, &u);
	}
	return sqlite_link_end(l, q, code, e);
}

/* Both take their parameters from bind_shadow. */
const char sqlite_count_shadow[] =
    "INSERT INTO shadow_count (site, use, before, after, n)"
    " VALUES (?1, ?2, ?4, ?5, 1) ON CONFLICT DO UPDATE SET n = n + 1";

const char sqlite_insert_shadow[] =
    "INSERT INTO shadow (site, use, comment, before, after, before_score,"
    " after_score, number) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, rowid"
    " FROM comment WHERE site = ?1 AND id = ?3 AND ?4 <> ?5";

static void
bind_shadow(sqlite3_stmt *q, const struct record *r)
{
	sqlite3_bind_int64(q, 1, r->site);
	sqlite3_bind_int64(q, 2, r->shadow->use);
	sqlite_bind_span(q, 3, span_of(r->id));
	sqlite_bind_span(q, 4, r->action);
	sqlite_bind_span(q, 5, r->shadow->action);
	sqlite3_bind_double(q, 6, r->score); /* NAN: NULL */
	sqlite3_bind_double(q, 7, r->shadow->score);
}

int
sqlite_write_shadow(
    sqlite3_stmt *count, sqlite3_stmt *insert, const struct record *r)
{
	int code;

	bind_shadow(count, r);
	code = sqlite_run(count);
	if (code != SQLITE_DONE)
		return code;
	bind_shadow(insert, r);
	return sqlite_run(insert);
}

static int
each_shadow_count(struct store_reader *r,
    const struct shadow_count_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT before, after, sum(n) FROM shadow_count WHERE use = ?"
	    " GROUP BY before, after",
	    e);
	struct shadow_count c;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, visit->use);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		c = (struct shadow_count){sqlite_span(q, 0), sqlite_span(q, 1),
		    sqlite3_column_int64(q, 2)};
		visit->each(visit->arg, &c);
	}
	return sqlite_link_end(l, q, code, e);
}

static double
score_at(sqlite3_stmt *q, int column)
{
	if (sqlite3_column_type(q, column) == SQLITE_NULL)
		return NAN;
	return sqlite3_column_double(q, column);
}

static struct shadow_row
read_shadow(sqlite3_stmt *q)
{
	return (struct shadow_row){
	    .number = sqlite3_column_int64(q, 0),
	    .site = sqlite3_column_int64(q, 1),
	    .comment = sqlite_span(q, 2),
	    .before = sqlite_span(q, 3),
	    .after = sqlite_span(q, 4),
	    .before_score = score_at(q, 5),
	    .after_score = score_at(q, 6),
	};
}

static int
each_shadow(
    struct store_reader *r, const struct shadow_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT rowid, site, comment, before, after, before_score,"
	    " after_score FROM shadow AS s WHERE use = ?1"
	    " AND rowid < ?2 AND EXISTS (SELECT 1 FROM comment"
	    "  WHERE site = s.site AND id = s.comment)"
	    " ORDER BY rowid DESC LIMIT ?3",
	    e);
	struct shadow_row row;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, visit->use);
	sqlite_bind_before(q, 2, visit->below);
	sqlite3_bind_int64(q, 3, visit->most);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		row = read_shadow(q);
		visit->each(visit->arg, &row);
	}
	return sqlite_link_end(l, q, code, e);
}

/* The kind of the decision that holds, -1: there is none. */
static int
read_kind(sqlite3_stmt *q, int column)
{
	if (sqlite3_column_type(q, column) == SQLITE_NULL)
		return -1;
	return decision_named(sqlite_span(q, column));
}

static int
each_judged(
    struct store_reader *r, const struct judged_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, sqlite_select_judged, e);
	size_t used = visit->arena->used;
	struct record record;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, visit->site);
	sqlite_bind_span(q, 2, visit->above);
	/* no id comes after this */
	sqlite_bind_span(
	    q, 3, visit->below.n > 0 ? visit->below : span_of("~"));
	sqlite3_bind_int64(q, 4, visit->most);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		if (sqlite_record_read(q, visit->arena, &record) == 0)
			visit->each(visit->arg, &record,
			    read_kind(q, sqlite3_column_count(q) - 1));
		arena_rewind(visit->arena, used);
	}
	return sqlite_link_end(l, q, code, e);
}

/* Of the newest of each site only, which its index has in the order they were
 * made: of others there may be any number. */
static int
count_lessons(struct store_reader *r, int64_t since_ms, int64_t most,
    int64_t *n, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT ifnull(min(sum(n), ?2), 0) FROM (SELECT (SELECT count(*)"
	    " FROM (SELECT created_at FROM decision INDEXED BY"
	    " decision_teaches WHERE site = s.id"
	    " AND learn = 1 AND undone_at = 0"
	    " AND kind IN ('approve', 'spam', 'abuse')"
	    " ORDER BY rowid DESC LIMIT ?2) WHERE created_at > ?1) AS n"
	    " FROM site AS s)",
	    e);
	int code;

	*n = 0;
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, since_ms);
	sqlite3_bind_int64(q, 2, most);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		*n = sqlite3_column_int64(q, 0);
	return sqlite_link_end(l, q, code, e);
}

const struct store_model_ops sqlite_model_ops = {
    .each_use = each_use,
    .each_shadow_count = each_shadow_count,
    .each_shadow = each_shadow,
    .each_judged = each_judged,
    .each_drift = sqlite_each_drift,
    .count_lessons = count_lessons,
};
