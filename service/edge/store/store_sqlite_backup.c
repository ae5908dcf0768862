/*
 * Copies by SQLite's backup API. The source is read in one transaction of a
 * read-only connection: it neither writes nor checkpoints, so that the
 * service's remains the only one that does, and it starts over for nobody.
 */
#include "store_sqlite_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../core/span.h"
#include "../process/file.h"
#include "store_sqlite_link.h"
#include "store_sqlite_lock.h"
#include "store_sqlite_schema.h"

enum {
	STEP_PAGES = 256,    /* 1 MiB between two looks at the progress */
	ARRIVALS_SINCE = 24, /* versions whose comments may be in packs */
};

/* Nothing of a copy in the making is to survive a crash: its file is synced
 * once, when it is whole. */
static const char unsafe[] = "PRAGMA journal_mode = MEMORY;"
			     "PRAGMA synchronous = OFF;";

/* One file without a log beside it. */
static const char alone[] = "PRAGMA journal_mode = DELETE;";

/* A copy in the making: a file beside the one that it becomes. */
struct making {
	struct store_copy *copy;
	const char *file; /* what it becomes */
	char path[PATH_MAX];
	int fd; /* locked, so that nobody else makes it; -1: none */
};

/* ---- what is in a database */

/* Asks SQLite to look at every page and index of a copy of `source`. */
static int
check_whole(struct sqlite_link *l, const char *source, struct err *e)
{
	char says[SQLITE_SAYS_BYTES];

	if (sqlite_link_check(l, "PRAGMA integrity_check(1)", says, e) != 0)
		return -1;
	if (says[0] == '\0')
		return 0;
	return err_set(e, ERR_DOWN, "%s: damaged (%s)", source, says);
}

/* Of any version: a copy is made before an old one is brought up to date. */
static int
count_comments(struct sqlite_link *l, int64_t *out, struct err *e)
{
	int64_t version, packed = 0;

	if (sqlite_link_number(l, "PRAGMA user_version", &version, e) != 0 ||
	    sqlite_link_number(l, "SELECT count(*) FROM comment", out, e) !=
		0 ||
	    (version >= ARRIVALS_SINCE &&
		sqlite_link_number(l, "SELECT ifnull(sum(n), 0) FROM arrival",
		    &packed, e) != 0))
		return -1;
	*out += packed;
	return 0;
}

/* ---- pages */

static void
tell(const struct store_copy *c, sqlite3_backup *b, int64_t page_bytes)
{
	int64_t all = sqlite3_backup_pagecount(b);

	if (c->progress != NULL)
		c->progress(c->arg,
		    (all - sqlite3_backup_remaining(b)) * page_bytes,
		    all * page_bytes);
}

/* Copies what `from` sees in its transaction. */
static int
copy_pages(const struct store_copy *c, struct sqlite_link *from,
    struct sqlite_link *to, struct err *e)
{
	sqlite3_backup *b =
	    sqlite3_backup_init(to->db, "main", from->db, "main");
	int64_t page_bytes = 0;
	int code;

	if (b == NULL)
		return sqlite_link_fault(to, e);
	if (sqlite_link_number(from, "PRAGMA page_size", &page_bytes, e) != 0) {
		sqlite3_backup_finish(b);
		return -1;
	}
	while ((code = sqlite3_backup_step(b, STEP_PAGES)) == SQLITE_OK)
		tell(c, b, page_bytes);
	tell(c, b, page_bytes);
	sqlite3_backup_finish(b);
	if (code == SQLITE_DONE)
		return 0;
	return err_set(e, ERR_DOWN, "copying %s to %s: %s", from->path,
	    to->path, sqlite3_errstr(code));
}

/* Fills the file in the making with what `from` sees, and checks it. */
static int
fill(struct making *m, struct sqlite_link *from, struct err *e)
{
	struct sqlite_link to;
	int result = -1;

	if (sqlite_link_open(&to, m->path, SQLITE_COPIES, e) != 0)
		return -1;
	if (sqlite_link_run(&to, unsafe, e) == 0)
		result = copy_pages(m->copy, from, &to, e);
	sqlite_link_close(&to);
	/* anew, since its pages say that they have a log */
	if (result != 0 ||
	    sqlite_link_open(&to, m->path, SQLITE_COPIES, e) != 0)
		return -1;
	result = -1;
	if (sqlite_link_run(&to, alone, e) == 0 &&
	    check_whole(&to, from->path, e) == 0 &&
	    count_comments(&to, &m->copy->comments, e) == 0)
		result = 0;
	sqlite_link_close(&to);
	return result;
}

/* ---- files */

/* Begins the file in the making; what an earlier try left is overwritten. */
static int
begin(struct making *m, struct err *e)
{
	if (snprintf(m->path, sizeof(m->path), "%s.partial", m->file) >=
	    (int)sizeof(m->path))
		return err_set(e, ERR_INPUT, "%s: path too long", m->file);
	m->fd = open(m->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (m->fd < 0)
		return file_fault(e, m->path, "making the file");
	if (flock(m->fd, LOCK_EX | LOCK_NB) != 0) {
		close(m->fd);
		m->fd = -1;
		return err_set(
		    e, ERR_BUSY, "%s: somebody else is making it", m->path);
	}
	if (fchmod(m->fd, 0600) != 0 || ftruncate(m->fd, 0) != 0)
		return file_fault(e, m->path, "emptying the file");
	return 0;
}

/* The folder that a file is in, opened; or -1 and `e`. */
static int
open_folder(const char *file, struct err *e)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(file, '/');
	int fd;

	snprintf(folder, sizeof(folder), "%.*s",
	    slash == NULL ? 1 : (int)(slash - file) + 1,
	    slash == NULL ? "." : file);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? file_fault(e, folder, "opening") : fd;
}

/* Flushes it: the file is there from now on. */
static int
sync_folder(const char *file, struct err *e)
{
	int fd = open_folder(file, e), result = 0;

	if (fd < 0)
		return -1;
	if (fsync(fd) != 0)
		result = file_fault(e, file, "flushing its folder");
	close(fd);
	return result;
}

/* Flushes what was made, and says how large it is. */
static int
flush(struct making *m, struct err *e)
{
	struct stat st;

	if (fsync(m->fd) != 0 || fstat(m->fd, &st) != 0)
		return file_fault(e, m->path, "flushing");
	m->copy->bytes = st.st_size;
	return 0;
}

/* Ends it: what was not put in its place is gone. */
static void
end(struct making *m)
{
	if (m->fd < 0)
		return;
	unlink(m->path);
	close(m->fd);
}

/* Opens what is copied, at one moment of it. */
static int
open_source(struct sqlite_link *l, const char *path, struct err *e)
{
	int64_t ignored;

	if (access(path, R_OK) != 0)
		return file_fault(e, path, "reading");
	if (sqlite_link_open(l, path, SQLITE_READS, e) != 0)
		return -1;
	if (sqlite_check_kind(l, e) == 0 &&
	    sqlite_link_run(l, "BEGIN", e) == 0 &&
	    sqlite_link_number(
		l, "SELECT count(*) FROM sqlite_schema", &ignored, e) == 0)
		return 0;
	sqlite_link_close(l);
	return -1;
}

/* All of making: the file is whole, checked and flushed, beside its place. */
static int
make(struct making *m, const char *source, struct err *e)
{
	struct sqlite_link from = {0};
	int result = -1;

	if (open_source(&from, source, e) != 0)
		return -1;
	if (begin(m, e) == 0 && fill(m, &from, e) == 0)
		result = flush(m, e);
	sqlite_link_close(&from);
	return result;
}

static int
is_taken(const struct store_copy *c, struct err *e)
{
	return err_set(e, ERR_TAKEN, "%s: is there already", c->file);
}

int
store_sqlite_back_up(const char *path, struct store_copy *c, struct err *e)
{
	struct making m = {.copy = c, .file = c->file, .fd = -1};
	int result;

	if (access(c->file, F_OK) == 0)
		return is_taken(c, e);
	result = make(&m, path, e);
	/* a link takes the place of nothing that is there by now */
	if (result == 0 && link(m.path, c->file) != 0)
		result = errno == EEXIST
			     ? is_taken(c, e)
			     : file_fault(e, c->file, "putting in place");
	if (result == 0)
		result = sync_folder(c->file, e);
	end(&m);
	return result;
}

/* ---- restoring */

/* A name for what was there before, by the time. */
static int
name_kept(const char *path, char out[PATH_MAX], struct err *e)
{
	time_t now = time(NULL);
	struct tm at;

	gmtime_r(&now, &at);
	if (snprintf(out, PATH_MAX, "%s.%04d%02d%02dT%02d%02d%02dZ", path,
		at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour,
		at.tm_min, at.tm_sec) >= PATH_MAX - (int)sizeof("-wal"))
		return err_set(e, ERR_INPUT, "%s: path too long", path);
	return 0;
}

/* Moves a log to the database that it belongs to: to no other. */
static int
move_log(const char *path, const char *kept, struct err *e)
{
	char from[PATH_MAX + sizeof("-wal")], to[PATH_MAX + sizeof("-wal")];

	snprintf(from, sizeof(from), "%s-shm", path);
	unlink(from);
	snprintf(from, sizeof(from), "%s-wal", path);
	snprintf(to, sizeof(to), "%s-wal", kept);
	if (rename(from, to) != 0 && errno != ENOENT)
		return file_fault(e, from, "putting aside");
	return 0;
}

/* Keeps what is at `path` under another name, with its log. */
static int
put_aside(const char *path, struct store_copy *c, struct err *e)
{
	char kept[PATH_MAX];

	if (name_kept(path, kept, e) != 0)
		return -1;
	if (link(path, kept) == 0)
		memcpy(c->kept, kept, sizeof(kept));
	else if (errno != ENOENT)
		return file_fault(e, kept, "keeping what is there");
	return move_log(path, kept, e);
}

/* What root makes is whose the folder is: the service's. */
static int
give_away(const struct making *m, int lock, struct err *e)
{
	struct stat st;
	int folder, result = 0;

	if (geteuid() != 0)
		return 0;
	folder = open_folder(m->file, e);
	if (folder < 0)
		return -1;
	if (fstat(folder, &st) != 0 ||
	    fchown(m->fd, st.st_uid, st.st_gid) != 0 ||
	    fchown(lock, st.st_uid, st.st_gid) != 0)
		result = file_fault(e, m->path, "giving it to its owner");
	close(folder);
	return result;
}

int
store_sqlite_restore(const char *path, struct store_copy *c, struct err *e)
{
	struct making m = {.copy = c, .file = path, .fd = -1};
	int lock = sqlite_lock(path, e), result;

	c->kept[0] = '\0';
	if (lock < 0)
		return -1;
	result = make(&m, c->file, e);
	if (result == 0)
		result = give_away(&m, lock, e);
	if (result == 0)
		result = put_aside(path, c, e);
	if (result == 0 && rename(m.path, path) != 0)
		result = file_fault(e, path, "putting in place");
	if (result == 0)
		result = sync_folder(path, e);
	end(&m);
	close(lock);
	return result;
}

const char *
store_library(void)
{
	return sqlite3_libversion();
}
