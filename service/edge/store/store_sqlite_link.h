/*
 * One connection to an SQLite database with its settings and the statements
 * kept for its life. Used by one thread at a time. Knows no tables.
 */
#ifndef EDGE_STORE_SQLITE_LINK_H
#define EDGE_STORE_SQLITE_LINK_H

#include <sqlite3.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../core/span.h"
#include "../process/err.h"

/*
 * A copy is nobody's yet: it may be written in any way. Who peeks leaves no
 * file behind and changes none, for which nobody else may use the database: it
 * is at rest without a log, or with one and the index that lies beside that.
 */
enum sqlite_access {
	SQLITE_READS,
	SQLITE_WRITES,
	SQLITE_COPIES,
	SQLITE_PEEKS,
	SQLITE_PEEKS_LOG,
};

enum { SQLITE_STATEMENTS_MAX = 72, SQLITE_PATIENCE_MS = 5000 };

struct sqlite_link {
	sqlite3 *db;      /* NULL: closed */
	const char *path; /* borrowed, for messages */
	ino_t log;        /* which file its log is; 0: not noted */
	sqlite3_stmt *statements[SQLITE_STATEMENTS_MAX];
};

/* Opens `path`, which must live as long. 0, or -1 and the link is closed. */
int sqlite_link_open(struct sqlite_link *l, const char *path,
    enum sqlite_access access, struct err *e);

/* Closing again is harmless. */
void sqlite_link_close(struct sqlite_link *l);

/* Prepares the `n` statements of `sql` for the link's life. 0 or -1. */
int sqlite_link_prepare(
    struct sqlite_link *l, const char *const *sql, unsigned n, struct err *e);

/* The statement kept at `at`, prepared when it is not yet; NULL and `e`,
 * unless that is NULL: the link can be asked, too. */
sqlite3_stmt *sqlite_link_kept(
    struct sqlite_link *l, unsigned at, const char *sql, struct err *e);

/* Runs `sql`, without results. 0 or -1. */
int sqlite_link_run(struct sqlite_link *l, const char *sql, struct err *e);

/* The one number that `sql` asks for. 0 or -1. */
int sqlite_link_number(
    struct sqlite_link *l, const char *sql, int64_t *out, struct err *e);

/* What SQLite says by `sql`, a pragma, of how sound it is: empty, it is; cut
 * to what there is room for. 0 or -1. */
enum { SQLITE_SAYS_BYTES = 128 };
int sqlite_link_check(struct sqlite_link *l, const char *sql,
    char says[SQLITE_SAYS_BYTES], struct err *e);

/* A statement for one use; NULL and `e`. */
sqlite3_stmt *sqlite_link_once(
    const struct sqlite_link *l, const char *sql, struct err *e);

/*
 * A statement was asked, `code` being what its last step said: 0 when that is a
 * row or the end, else -1 and `e`. One for one use is dropped, one that is kept
 * is reset.
 */
int sqlite_link_end(
    const struct sqlite_link *l, sqlite3_stmt *q, int code, struct err *e);
int sqlite_link_reset(
    const struct sqlite_link *l, sqlite3_stmt *q, int code, struct err *e);

/* Notes which file the log is, which must have been read. 0 or -1. */
int sqlite_link_note_log(struct sqlite_link *l, struct err *e);

/*
 * Whether the database is still the file at its path, and its log, if that was
 * noted: 0, or -1 and `e`.
 */
int sqlite_link_in_place(const struct sqlite_link *l, struct err *e);

/*
 * Has the next checkpoint move all of the log, also what counts as moved: of a
 * database whose sync failed it need not be there. The log must have been read
 * on this link, which nothing is under way on. 0 or -1.
 */
int sqlite_link_move_anew(struct sqlite_link *l, struct err *e);

/* Fills `e` from the link's last error and returns -1. */
int sqlite_link_fault(const struct sqlite_link *l, struct err *e);

/* One step of a statement without results, reset: an SQLite code. */
int sqlite_run(sqlite3_stmt *s);

/* Binds text of any bytes; borrowed until the statement has run. */
void sqlite_bind_span(sqlite3_stmt *s, int at, struct span text);

/*
 * Binds the number that a page is before, 0: from the newest. To be asked as
 * `number < ?`, and nothing else, so that the page begins there.
 */
void sqlite_bind_before(sqlite3_stmt *s, int at, int64_t number);

/* The text in a column, until the next step. */
struct span sqlite_span(sqlite3_stmt *s, int column);

/* That text into a field of `size` bytes, cut to it, NUL-terminated. */
void sqlite_copy_text(sqlite3_stmt *s, int column, char *out, size_t size);

#endif
