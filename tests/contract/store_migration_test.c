/* Older databases keep what they hold. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store/store_backup.h"
#include "../../service/edge/store/store_sqlite_schema.h"
#include "store_decisions.h"

enum { SETTINGS_BYTES = 128 };

static void
note_settings(void *arg, const struct store_site *site)
{
	snprintf(arg, SETTINGS_BYTES, "%d %s %.*s", (int)site->id, site->name,
	    (int)site->settings.n, site->settings.p);
}

/* A database as the first version left it. */
static void
version_1_is_migrated(void **state)
{
	static const char data[] =
	    "INSERT INTO site VALUES (7, 'old', 1);"
	    "PRAGMA application_id = 1299145810; PRAGMA user_version = 1";
	struct fixture *f = *state;
	char seen[SETTINGS_BYTES];
	struct err e;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, schema_steps[0], NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, data, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(
	    store_each_site(f->reader, note_settings, seen, &e), 0);
	assert_string_equal(
	    seen, "7 old {\"held\":\"spam\",\"discard\":false}");
}

/* What the second version called a label is a decision. */
static void
version_2_is_migrated(void **state)
{
	static const char data[] =
	    "INSERT INTO site VALUES (7, 'old', 1, 1, 0);"
	    "INSERT INTO comment VALUES (7, 'A', 1, 0, '', '', '', '', '', '',"
	    " '', '', '', '', 'text', 0, 5, 'hold', 'spam', 0.5, '{}'),"
	    " (7, 'B', 1, 0, '', '', '', '', '', '', '', '', '', '', 'text',"
	    " 0, 6, 'discard', 'spam', 0.5, '{}');"
	    "INSERT INTO label VALUES"
	    " (7, 'L1', 'A', 'spam', 'engine', 'k', 3, 5, 1, 2, -1, 4, ''),"
	    " (7, 'L2', 'A', 'ham', 'engine', 'k', 4, 5, 1, 2, -1, 4, ''),"
	    " (7, 'L3', NULL, 'spam', 'engine', 'k', 5, 9, 1, 2, -1, 4, 'x');"
	    "PRAGMA application_id = 1299145810; PRAGMA user_version = 2";
	struct fixture *f = *state;
	char seen[128] = "";
	struct err e;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL),
		    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, data, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	f->site = 7;
	assert_state(f, "A", COMMENT_PUBLISHED, 4);
	assert_state(f, "B", COMMENT_REJECTED, 0);
	assert_int_equal(
	    store_each_decision(
		f->store, &(struct decision_visit){note_decision, seen, 9}, &e),
	    0);
	assert_string_equal(seen, "7/spam/5 7/approve/5 7/spam/9 ");
}

static int64_t
count(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

/* Bands of clusters that were there go with the last card as new ones do. */
static void
version_24_is_migrated(void **state)
{
	static const char data[] =
	    "INSERT INTO site (id, name, created_at) VALUES (7, 'old', 1);"
	    "INSERT INTO card VALUES (1, 7, 'held', .5, 1, 0, 0, 0, 1, 0, ''),"
	    " (2, 7, 'held', .5, 1, 0, 0, 0, 2, 0, ''),"
	    " (3, 7, 'held', .5, 1, 0, 0, 0, 2, 0, '');"
	    "INSERT INTO band VALUES (11, 1), (-12, 1), (21, 2), (22, 2);"
	    "PRAGMA application_id = 1299145810; PRAGMA user_version = 24";
	struct fixture *f = *state;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	for (int i = 0; i < 24; i++)
		assert_int_equal(
		    sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL),
		    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, data, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_exec(db, "DELETE FROM card WHERE number < 3", NULL, NULL, NULL);
	assert_int_equal(count(db, "SELECT count(*) FROM card"), 1);
	assert_int_equal(
	    count(db, "SELECT count(*) FROM band WHERE cluster = 1"), 0);
	assert_int_equal(count(db, "SELECT count(*) FROM band"), 2);
	assert_int_equal(count(db, "SELECT count(*) FROM bands_of"), 1);
	sqlite3_close(db);
}

/* No secret is noted, but that cards of before tell it. */
static void
version_32_is_migrated(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	for (int i = 0; i < 32; i++)
		assert_int_equal(
		    sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL),
		    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     "UPDATE card_progress SET done = 5;"
			     "PRAGMA application_id = 1299145810;"
			     "PRAGMA user_version = 32",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(
	    count(db, "SELECT cards FROM secret_mark WHERE mark = 0"), 5);
	sqlite3_close(db);
}

/* Tables that hold rows of ours: not those of SQLite and FTS5, nor packs. */
static const char list_tables[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table'"
    " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'comment_text%'"
    " AND name NOT LIKE 'arrival%'"
    " ORDER BY name <> 'site', rowid";

/* A row of any table: a number is 1, a text an empty object. */
static const char write_row[] =
    "SELECT 'INSERT OR IGNORE INTO \"' || ?1 || '\" (' ||"
    " group_concat('\"' || name || '\"') || ') VALUES (' || group_concat("
    " CASE type WHEN 'INTEGER' THEN '1' WHEN 'REAL' THEN '0.5'"
    "  WHEN 'BLOB' THEN 'zeroblob(32)' ELSE '''{}''' END) || ')'"
    " FROM pragma_table_info(?1)";

static void
put_row(sqlite3 *db, const char *table)
{
	sqlite3_stmt *q;

	assert_int_equal(
	    sqlite3_prepare_v2(db, write_row, -1, &q, NULL), SQLITE_OK);
	sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	if (sqlite3_exec(db, (const char *)sqlite3_column_text(q, 0), NULL,
		NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", table, sqlite3_errmsg(db));
	sqlite3_finalize(q);
}

static void
fill_tables(sqlite3 *db)
{
	sqlite3_stmt *q;

	assert_int_equal(
	    sqlite3_prepare_v2(db, list_tables, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		put_row(db, (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
}

/* Each step finds what the versions before it may have written. */
static void
every_step_is_taken_with_rows(void **state)
{
	struct fixture *f = *state;
	char *last = sqlite3_mprintf("PRAGMA application_id = %d;"
				     "PRAGMA user_version = %d",
	    SCHEMA_APPLICATION, SCHEMA_VERSION - 1);
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	for (int i = 0; i < SCHEMA_VERSION - 1; i++) {
		if (sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL) !=
		    SQLITE_OK)
			fail_msg("to %d: %s", i + 1, sqlite3_errmsg(db));
		fill_tables(db);
	}
	assert_int_equal(sqlite3_exec(db, last, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(last);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(count(db, "PRAGMA user_version"), SCHEMA_VERSION);
	assert_int_equal(count(db, "SELECT count(*) FROM comment"), 1);
	assert_int_equal(count(db, "SELECT count(*) FROM decision"), 1);
	assert_int_equal(
	    count(db, "SELECT count(*) FROM decision WHERE author_email = ''"),
	    1);
	assert_int_equal(
	    count(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	sqlite3_close(db);
}

/* Before one is brought up to date, a copy of it is made. */
static void
every_version_is_copied(void **state)
{
	struct fixture *f = *state;
	char file[sizeof(f->path) + sizeof(".copy")];
	struct store_copy copy = {.file = file};
	struct err e = {0};
	sqlite3 *db;

	snprintf(file, sizeof(file), "%s.copy", f->path);
	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	for (int version = 1; version <= SCHEMA_VERSION; version++) {
		char *says = sqlite3_mprintf("PRAGMA application_id = %d;"
					     "PRAGMA user_version = %d",
		    SCHEMA_APPLICATION, version);

		sqlite3_exec(db, schema_steps[version - 1], NULL, NULL, NULL);
		sqlite3_exec(db, says, NULL, NULL, NULL);
		sqlite3_free(says);
		fill_tables(db);
		copy.comments = 0;
		if (store_back_up(f->uri, &copy, &e) != 0)
			fail_msg("version %d: %s", version, e.text);
		assert_int_equal(copy.comments, 1);
		assert_int_equal(unlink(file), 0);
	}
	sqlite3_close(db);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(version_1_is_migrated),
	    CASE(version_2_is_migrated),
	    CASE(version_24_is_migrated),
	    CASE(version_32_is_migrated),
	    CASE(every_step_is_taken_with_rows),
	    CASE(every_version_is_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
