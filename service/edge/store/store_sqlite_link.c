#include "store_sqlite_link.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* With each byte of a path as %3f, and what may follow it. */
enum { URI_BYTES = sizeof("file:?readonly_shm=1") + 3 * PATH_MAX };

/* For every connection: what is in the file is not to be trusted, and
 * nothing but the writer moves pages out of the log. */
static const char settings[] = "PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA wal_autocheckpoint = 0;";

/* FULL: what a commit wrote survives a power cut. The cache, 16 MB, is for
 * the fingerprint index, whose pages are hit at random. What is deleted is
 * overwritten with zeros, everywhere (ON): FAST would leave it on pages that
 * nothing needs to write, so words would outlive their retention. */
static const char writer_settings[] = "PRAGMA journal_mode = WAL;"
				      "PRAGMA synchronous = FULL;"
				      "PRAGMA secure_delete = ON;"
				      "PRAGMA cache_size = -16384;"
				      "PRAGMA journal_size_limit = 67108864;";

static const char reader_settings[] = "PRAGMA query_only = ON;";

static const char *const own_settings[] = {
    [SQLITE_READS] = reader_settings,
    [SQLITE_WRITES] = writer_settings,
    [SQLITE_COPIES] = "",
    [SQLITE_PEEKS] = reader_settings,
    [SQLITE_PEEKS_LOG] = reader_settings,
};

/* How SQLite is told that it may not even make, or change, files beside it. */
static const char *const ways[] = {
    [SQLITE_PEEKS] = "?immutable=1",
    [SQLITE_PEEKS_LOG] = "?readonly_shm=1",
};

int
sqlite_link_fault(const struct sqlite_link *l, struct err *e)
{
	switch (sqlite3_errcode(l->db) & 0xff) {
	case SQLITE_FULL:
		return err_set(e, ERR_DOWN, "store %s: disk full", l->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_DOWN,
		    "store %s: damaged (%s): restore it from a backup: "
		    "moderatod restore FILE",
		    l->path, sqlite3_errmsg(l->db));
	default:
		return err_set(e, ERR_DOWN, "store %s: %s", l->path,
		    sqlite3_errmsg(l->db));
	}
}

sqlite3_stmt *
sqlite_link_once(const struct sqlite_link *l, const char *sql, struct err *e)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(l->db, sql, -1, &q, NULL) != SQLITE_OK)
		sqlite_link_fault(l, e);
	return q;
}

static int
outcome(const struct sqlite_link *l, int code, struct err *e)
{
	return code == SQLITE_DONE || code == SQLITE_ROW
		   ? 0
		   : sqlite_link_fault(l, e);
}

int
sqlite_link_end(
    const struct sqlite_link *l, sqlite3_stmt *q, int code, struct err *e)
{
	int result = outcome(l, code, e);

	sqlite3_finalize(q);
	return result;
}

int
sqlite_link_reset(
    const struct sqlite_link *l, sqlite3_stmt *q, int code, struct err *e)
{
	int result = outcome(l, code, e);

	sqlite3_reset(q);
	return result;
}

/* The file where the log is to be; 0: there is none. */
static ino_t
file_of_log(const struct sqlite_link *l)
{
	char path[PATH_MAX + sizeof "-wal"];
	struct stat st;

	/* where SQLite found it: the path may be a link */
	snprintf(
	    path, sizeof path, "%s-wal", sqlite3_db_filename(l->db, "main"));
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

int
sqlite_link_note_log(struct sqlite_link *l, struct err *e)
{
	l->log = file_of_log(l);
	return l->log != 0 ? 0
			   : err_set(e, ERR_DOWN, "store %s: %s", l->path,
				 "its log is not there");
}

int
sqlite_link_in_place(const struct sqlite_link *l, struct err *e)
{
	int moved = 0;

	sqlite3_file_control(l->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved != 0)
		return err_set(e, ERR_DOWN,
		    "store %s: moved or deleted while it runs: put it back, or "
		    "stop the service and restore it",
		    l->path);
	/* of which SQLite does not say so */
	if (l->log != 0 && file_of_log(l) != l->log)
		return err_set(e, ERR_DOWN,
		    "store %s: its log was moved or deleted while it runs: "
		    "restart the service",
		    l->path);
	return 0;
}

/* Of the log's index, by https://sqlite.org/walformat.html: where it is said
 * how many frames are moved, in words; the lock of who moves them. */
enum {
	INDEX_BYTES = 32768,
	INDEX_VERSION = 3007000,
	INDEX_MOVED = 24,
	INDEX_LOCK = 1,
};

int
sqlite_link_move_anew(struct sqlite_link *l, struct err *e)
{
	sqlite3_file *f = NULL;
	void volatile *mapped = NULL;
	uint32_t volatile *index;
	int code;

	sqlite3_file_control(l->db, "main", SQLITE_FCNTL_FILE_POINTER, &f);
	code = f->pMethods->xShmMap(f, 0, INDEX_BYTES, 0, &mapped);
	index = mapped;
	if (code == SQLITE_OK && index == NULL) /* there is no log */
		return 0;
	if (code != SQLITE_OK || index[0] != INDEX_VERSION)
		return err_set(e, ERR_DOWN,
		    "store %s: the index of its log is unreadable", l->path);
	code = f->pMethods->xShmLock(
	    f, INDEX_LOCK, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
	if (code != SQLITE_OK)
		return err_set(e, ERR_DOWN,
		    "store %s: somebody else moves its log", l->path);
	index[INDEX_MOVED] = 0;
	f->pMethods->xShmLock(
	    f, INDEX_LOCK, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
	return 0;
}

static void
set_limits(sqlite3 *db, enum sqlite_access access)
{
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, SQLITE_PATIENCE_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
	    access != SQLITE_WRITES && access != SQLITE_COPIES, NULL);
}

/* Writes a path as an URI of SQLite's, which is cut where it has no room. */
static void
write_uri(char out[URI_BYTES], const char *path, const char *way)
{
	size_t n = (size_t)snprintf(out, URI_BYTES, "file:");

	for (; *path != '\0' && n < URI_BYTES - 4; path++)
		n += (size_t)snprintf(out + n, URI_BYTES - n,
		    strchr("%?#", *path) == NULL ? "%c" : "%%%02x", *path);
	snprintf(out + n, URI_BYTES - n, "%s", way);
}

static int
open_database(
    struct sqlite_link *l, const char *path, enum sqlite_access access)
{
	bool peeks = access == SQLITE_PEEKS || access == SQLITE_PEEKS_LOG;
	int flags = access == SQLITE_READS || peeks ? SQLITE_OPEN_READONLY
						    : SQLITE_OPEN_READWRITE;
	char uri[URI_BYTES];

	if (peeks) {
		write_uri(uri, path, ways[access]);
		path = uri;
		flags |= SQLITE_OPEN_URI;
	}
	return sqlite3_open_v2(path, &l->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
}

int
sqlite_link_open(struct sqlite_link *l, const char *path,
    enum sqlite_access access, struct err *e)
{
	*l = (struct sqlite_link){.path = path};
	if (open_database(l, path, access) != SQLITE_OK) {
		sqlite_link_fault(l, e);
		goto failed;
	}
	set_limits(l->db, access);
	if (sqlite_link_run(l, settings, e) == 0 &&
	    sqlite_link_run(l, own_settings[access], e) == 0)
		return 0;
failed:
	sqlite_link_close(l);
	return -1;
}

void
sqlite_link_close(struct sqlite_link *l)
{
	unsigned i;

	for (i = 0; i < SQLITE_STATEMENTS_MAX; i++)
		sqlite3_finalize(l->statements[i]);
	sqlite3_close(l->db);
	*l = (struct sqlite_link){.path = l->path};
}

int
sqlite_link_prepare(
    struct sqlite_link *l, const char *const *sql, unsigned n, struct err *e)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (sqlite_link_kept(l, i, sql[i], e) == NULL)
			return -1;
	return 0;
}

sqlite3_stmt *
sqlite_link_kept(
    struct sqlite_link *l, unsigned at, const char *sql, struct err *e)
{
	if (l->statements[at] == NULL &&
	    sqlite3_prepare_v3(l->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		&l->statements[at], NULL) != SQLITE_OK &&
	    e != NULL)
		sqlite_link_fault(l, e);
	return l->statements[at];
}

int
sqlite_link_run(struct sqlite_link *l, const char *sql, struct err *e)
{
	if (sqlite3_exec(l->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_link_fault(l, e);
	return 0;
}

int
sqlite_link_number(
    struct sqlite_link *l, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool found;

	found = sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW;
	if (found)
		*out = sqlite3_column_int64(s, 0);
	else
		sqlite_link_fault(l, e);
	sqlite3_finalize(s);
	return found ? 0 : -1;
}

int
sqlite_link_check(struct sqlite_link *l, const char *sql,
    char says[SQLITE_SAYS_BYTES], struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool asked;

	asked = sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW;
	if (!asked)
		sqlite_link_fault(l, e);
	else if (span_equal(sqlite_span(s, 0), span_of("ok")))
		says[0] = '\0';
	else
		sqlite_copy_text(s, 0, says, SQLITE_SAYS_BYTES);
	sqlite3_finalize(s);
	return asked ? 0 : -1;
}

int
sqlite_run(sqlite3_stmt *s)
{
	int code = sqlite3_step(s);

	sqlite3_reset(s);
	return code;
}

void
sqlite_bind_span(sqlite3_stmt *s, int at, struct span text)
{
	sqlite3_bind_text64(s, at, text.n > 0 ? text.p : "", text.n,
	    SQLITE_STATIC, SQLITE_UTF8);
}

void
sqlite_bind_before(sqlite3_stmt *s, int at, int64_t number)
{
	sqlite3_bind_int64(s, at, number == 0 ? INT64_MAX : number);
}

struct span
sqlite_span(sqlite3_stmt *s, int column)
{
	const char *p = (const char *)sqlite3_column_text(s, column);

	return (struct span){p, (size_t)sqlite3_column_bytes(s, column)};
}

void
sqlite_copy_text(sqlite3_stmt *s, int column, char *out, size_t size)
{
	span_copy(out, size, sqlite_span(s, column));
}
