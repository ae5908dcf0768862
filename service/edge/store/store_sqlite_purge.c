/*
 * What deleted sites had, table by table and some rows at a time. Tables are
 * found by their column `site`, so that none is forgotten.
 */
#include "store_sqlite_admin.h"

enum {
	BITE = 256, /* rows of a table at a time */
	TABLES_MAX = 32,
	/* requests that were on their way when the site was deleted may still
	 * put something */
	LATE_MS = 60 * 1000,
};

/* The one from ?1 on, then those before it. */
static const char find_site[] =
    "SELECT id, deleted_at FROM site WHERE deleted_at > 0 AND purged = 0"
    " ORDER BY id < ?1, id LIMIT 1";

/* Those without rowids are small: they keep counts, keys. */
static const char find_tables[] =
    "SELECT 'DELETE FROM \"' || t.name || '\" WHERE site = ?1' ||"
    " iif(t.wr, '', ' AND rowid IN (SELECT rowid FROM \"' || t.name ||"
    " '\" WHERE site = ?1 LIMIT ?2)')"
    " FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c"
    " WHERE t.schema = 'main' AND t.type = 'table' AND c.name = 'site'";

static sqlite3_stmt *
prepare(struct store_sqlite *s, const char *sql, int64_t site)
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s, sql, &ignored);

	if (q == NULL)
		return NULL;
	sqlite3_bind_int64(q, 1, site);
	sqlite3_bind_int(q, 2, BITE);
	return q;
}

/*
 * Runs one statement of find_tables. Rows that others still refer to stay
 * until those are gone.
 */
static int
bite(struct store_sqlite *s, const char *sql, int64_t site, int64_t *deleted)
{
	sqlite3_stmt *q = prepare(s, sql, site);
	int code;

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	code = sqlite3_step(q);
	if (code == SQLITE_DONE)
		*deleted += sqlite3_changes64(s->link.db);
	sqlite3_finalize(q);
	return (code & 0xff) == SQLITE_CONSTRAINT ? SQLITE_DONE : code;
}

static int
bite_all(struct store_sqlite *s, int64_t site, int64_t *deleted)
{
	sqlite3_stmt *tables = prepare(s, find_tables, site);
	int code = SQLITE_DONE, done = SQLITE_DONE;

	if (tables == NULL)
		return sqlite3_errcode(s->link.db);
	while (
	    done == SQLITE_DONE && (code = sqlite3_step(tables)) == SQLITE_ROW)
		done = bite(s, sqlite_span(tables, 0).p, site, deleted);
	sqlite3_finalize(tables);
	return done == SQLITE_DONE ? code : done;
}

static int
close_case(struct store_sqlite *s, int64_t site)
{
	sqlite3_stmt *q = prepare(s,
	    "UPDATE site SET purged = 1 WHERE id = ?1"
	    " AND NOT EXISTS (SELECT 1 FROM arrival)",
	    site);
	int code = q == NULL ? sqlite3_errcode(s->link.db) : sqlite3_step(q);

	sqlite3_finalize(q);
	return code;
}

int
sqlite_purge_sites(struct store_sqlite *s, int64_t now_ms, bool *more)
{
	sqlite3_stmt *q = prepare(s, find_site, s->purging);
	int64_t site = 0, deleted_at_ms = 0, deleted = 0;
	int code = q == NULL ? sqlite3_errcode(s->link.db) : sqlite3_step(q);

	if (code == SQLITE_ROW) {
		site = sqlite3_column_int64(q, 0);
		deleted_at_ms = sqlite3_column_int64(q, 1);
	}
	sqlite3_finalize(q);
	if (code != SQLITE_ROW)
		return code;
	code = bite_all(s, site, &deleted);
	if (code == SQLITE_DONE && deleted == 0 &&
	    now_ms - deleted_at_ms > LATE_MS)
		code = close_case(s, site);
	s->purging = deleted > 0 ? site : site + 1;
	*more |= deleted > 0;
	s->scrub |= deleted > 0;
	return code;
}
