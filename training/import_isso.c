/*
 * Isso's database, opened for reading only. Deleted comments are kept as
 * places for their answers, without text. Addresses of readers are masked in
 * it, so that neighbours would look like one: they are left out.
 */
#include <sqlite3.h>
#include <string.h>

#include "import.h"
#include "input.h"

static const struct import_word words[] = {
    {"1", LABEL_HAM},
    {"2", LABEL_NONE}, /* waits for a moderator */
    {"4", IMPORT_DELETED},
    {"5", LABEL_NONE}, /* waits, and was answered */
    {"", LABEL_NONE},
    {NULL, 0},
};

/* What is in the file is not to be trusted. */
static const char settings[] = "PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA query_only = ON;"
			       "PRAGMA temp_store = MEMORY;";

/* A view could run for ever. */
static const char tables[] =
    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = "
    "'table' AND name IN ('comments', 'threads')";

static const char query[] =
    "SELECT c.id, c.text, c.mode, c.author, c.email, c.website,"
    " strftime('%Y-%m-%dT%H:%M:%SZ', c.created, 'unixepoch'), t.uri"
    " FROM comments c LEFT JOIN threads t ON t.id = c.tid ORDER BY c.id";

/* In the order of the query. */
static const enum import_key columns[] = {IMPORT_ID, IMPORT_TEXT, IMPORT_LABEL,
    IMPORT_AUTHOR, IMPORT_EMAIL, IMPORT_URL, IMPORT_TIME, IMPORT_THREAD};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static bool
fits(struct span head)
{
	static const char magic[] = "SQLite format 3";
	return head.n >= sizeof(magic) &&
	       memcmp(head.p, magic, sizeof(magic)) == 0;
}

static int
fault(sqlite3 *db, const struct import_run *run, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s: expected a database of Isso: %s",
	    input_name(run->input), sqlite3_errmsg(db));
}

static int
check_tables(sqlite3 *db, const struct import_run *run, struct err *e)
{
	sqlite3_stmt *s;
	if (sqlite3_prepare_v2(db, tables, -1, &s, NULL) != SQLITE_OK)
		return fault(db, run, e);
	bool both =
	    sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) == 2;
	sqlite3_finalize(s);
	if (both)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: expected a database of Isso, with the tables comments and "
	    "threads",
	    input_name(run->input));
}

/* The row's number stands for the line. */
static int
put_row(struct import_run *run, sqlite3_stmt *s, size_t number, struct err *e)
{
	struct import_record r = {.line = number};
	for (int i = 0; i < COLUMNS; i++) {
		const unsigned char *p = sqlite3_column_text(s, i);
		if (p != NULL)
			r.value[columns[i]] = (struct span){(const char *)p,
			    (size_t)sqlite3_column_bytes(s, i)};
	}
	return import_put(run, &r, e);
}

static int
read_rows(sqlite3 *db, struct import_run *run, struct err *e)
{
	sqlite3_stmt *s;
	size_t n = 0;
	int got, failed = 0;
	if (sqlite3_prepare_v2(db, query, -1, &s, NULL) != SQLITE_OK)
		return fault(db, run, e);
	while ((got = sqlite3_step(s)) == SQLITE_ROW && !failed)
		failed = put_row(run, s, ++n, e);
	if (!failed && got != SQLITE_DONE)
		failed = fault(db, run, e);
	sqlite3_finalize(s);
	return failed;
}

static int
read_source(struct import_run *run, struct err *e)
{
	const char *path = input_path(run->input);
	sqlite3 *db = NULL;
	int failed;
	if (path == NULL)
		return err_set(e, ERR_INPUT,
		    "standard input: expected the path of the database");
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		failed = fault(db, run, e);
	else {
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_limit(db, SQLITE_LIMIT_LENGTH, IMPORT_RECORD_BYTES_MAX);
		failed =
		    sqlite3_exec(db, settings, NULL, NULL, NULL) != SQLITE_OK
			? fault(db, run, e)
			: check_tables(db, run, e);
		if (!failed)
			failed = read_rows(db, run, e);
	}
	sqlite3_close(db);
	return failed;
}

const struct importer import_isso = {
    .name = "isso",
    .format = FORMAT_TEXT,
    .words = words,
    .warning = "Isso deletes spam for good, so these rows teach ham only",
    .fits = fits,
    .read = read_source,
};
