/*
 * A look at a database. While somebody uses it we are one more reader; while
 * nobody does, a reader would leave a log and its index behind, so SQLite is
 * told that nobody will, and asked again if somebody did.
 */
#include "store_sqlite_checkup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "../process/file.h"
#include "../process/loop.h"
#include "store_admin.h"
#include "store_sqlite_link.h"
#include "store_sqlite_lock.h"
#include "store_sqlite_room.h"
#include "store_sqlite_schema.h"

enum {
	/* the byte of an index that each who has it open holds a lock on:
	 * UNIX_SHM_DMS of SQLite's os_unix.c, for 3.7 and all since */
	USED_BYTE = 128,
	/* where a database has its application id, and of how many bytes */
	APPLICATION_AT = 68,
	HEAD_BYTES = 72,
	AGAIN_MS = 50, /* until it is interrupted once more */
	MODELS_FROM =
	    10, /* the version that promotes models, as all since do */
};

struct beside {
	char path[PATH_MAX + sizeof("-wal")];
};

static struct beside
beside(const char *path, const char *suffix)
{
	struct beside b;

	snprintf(b.path, sizeof(b.path), "%s%s", path, suffix);
	return b;
}

/* Whether another process has it open; takes no lock to find out. */
static bool
is_used(const char *path)
{
	struct flock held = {
	    .l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = USED_BYTE,
	    .l_len = 1,
	};
	int fd = open(beside(path, "-shm").path, O_RDONLY | O_CLOEXEC);
	bool used =
	    fd >= 0 && fcntl(fd, F_GETLK, &held) == 0 && held.l_type != F_UNLCK;

	if (fd >= 0)
		close(fd);
	return used;
}

/* A look through one connection; what it finds is in `arg`. 0 or -1. */
struct look {
	int (*at)(struct sqlite_link *l, void *arg, struct err *e);
	void *arg;
};

static int
look_once(const struct look *look, const char *path, bool used, struct err *e)
{
	bool log = file_bytes(beside(path, "-wal").path) > 0;
	enum sqlite_access how = used  ? SQLITE_READS
				 : log ? SQLITE_PEEKS_LOG
				       : SQLITE_PEEKS;
	struct sqlite_link l;
	int result = -1;

	if (how == SQLITE_PEEKS_LOG &&
	    access(beside(path, "-shm").path, F_OK) != 0)
		return err_set(e, ERR_DOWN,
		    "%s: has a log without an index, which cannot be read as "
		    "it "
		    "is: start the service, which makes one",
		    path);
	if (sqlite_link_open(&l, path, how, e) != 0)
		return -1;
	if (sqlite_check_kind(&l, e) == 0)
		result = look->at(&l, look->arg, e);
	sqlite_link_close(&l);
	return result;
}

static int
look(const struct look *look, const char *path, struct err *e)
{
	bool used = is_used(path);
	int result;

	if (access(path, R_OK) != 0)
		return err_set(e, ERR_DOWN, "%s: %s", path, strerror(errno));
	result = look_once(look, path, used, e);
	/* what somebody writes meanwhile looks like damage */
	if (!used && is_used(path))
		result = look_once(look, path, true, e);
	return result;
}

/* ---- all but the pages */

static int
read_models(struct sqlite_link *l, struct store_checkup *c, struct err *e)
{
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT role = 'active', name FROM model_use WHERE ended_at = 0"
	    " ORDER BY number",
	    e);
	int code;

	if (q == NULL)
		return -1;
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		if (sqlite3_column_int(q, 0) == 0) {
			sqlite_copy_text(
			    q, 1, c->challenger, sizeof(c->challenger));
			continue;
		}
		memcpy(c->previous, c->active, sizeof(c->previous));
		sqlite_copy_text(q, 1, c->active, sizeof(c->active));
	}
	return sqlite_link_end(l, q, code, e);
}

static int
read_facts(struct sqlite_link *l, void *arg, struct err *e)
{
	static const char keys[] =
	    "SELECT count(*) FROM api_key WHERE revoked_at = 0"
	    " AND (expires_at = 0 OR expires_at > unixepoch() * 1000)"
	    " AND (scopes & %d) <> 0";
	struct store_checkup *c = arg;
	char all[sizeof(keys) + 16], checking[sizeof(keys) + 16];
	int64_t version, mark, others, n[3];

	if (sqlite_link_number(l, "PRAGMA user_version", &version, e) != 0)
		return -1;
	c->version = (int)version;
	if (version >= MODELS_FROM && read_models(l, c, e) != 0)
		return -1;
	if (version < SCHEMA_VERSION)
		return 0;
	snprintf(all, sizeof(all), keys, SCOPES_ALL);
	snprintf(checking, sizeof(checking), keys, SCOPE_CHECK);
	if (sqlite_link_number(l,
		"SELECT ifnull((SELECT received_at FROM comment"
		" ORDER BY rowid DESC LIMIT 1), 0)",
		&c->newest_ms, e) != 0 ||
	    sqlite_link_number(l, sqlite_select_mark, &mark, e) != 0 ||
	    sqlite_link_number(l,
		"SELECT EXISTS (SELECT 1 FROM secret_mark WHERE mark = 0)",
		&others, e) != 0 ||
	    sqlite_link_number(l,
		"SELECT count(*) FROM site WHERE deleted_at = 0", &n[0],
		e) != 0 ||
	    sqlite_link_number(l, all, &n[1], e) != 0 ||
	    sqlite_link_number(l, checking, &n[2], e) != 0)
		return -1;
	c->mark = (uint64_t)mark;
	c->others = others != 0;
	c->sites = (int)n[0];
	c->keys = (int)n[1];
	c->checking = (int)n[2];
	return 0;
}

/* How much room there is, and whether SQLite can work there. 0 or -1. */
static int
read_room(const char *path, struct store_checkup *c, struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct sqlite_room room;
	struct statvfs disk;
	char folder[PATH_MAX];
	int fd, result;

	sqlite_room_init(&room, path);
	c->least_bytes = (int64_t)sqlite_room_wanted_mib(&room) << 20;
	snprintf(folder, sizeof(folder), "%.*s",
	    slash == NULL ? 1 : (int)(slash - path) + 1,
	    slash == NULL ? "." : path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (fstatvfs(fd, &disk) == 0)
		c->free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
	result = sqlite_check_filesystem(fd, path, e);
	close(fd);
	return result;
}

int
store_sqlite_check_up(
    const char *path, struct store_checkup *out, struct err *e)
{
	const struct look facts = {.at = read_facts, .arg = out};
	struct stat st;

	*out = (struct store_checkup){
	    .known = SCHEMA_VERSION,
	    .free_bytes = -1,
	};
	if (read_room(path, out, e) != 0)
		return -1;
	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : err_set(
				 e, ERR_DOWN, "%s: %s", path, strerror(errno));
	out->there = true;
	out->used = is_used(path);
	out->bytes = file_bytes(path);
	out->log_bytes = file_bytes(beside(path, "-wal").path);
	if (out->bytes == 0 && out->log_bytes == 0)
		return err_set(e, ERR_DOWN,
		    "%s: is empty: restore it from a backup: moderatod "
		    "restore FILE",
		    path);
	return look(&facts, path, e);
}

/* ---- the pages */

/* Ends what a connection does when its time is over: SQLite looks whether it
 * is to end in these, too. */
struct alarm {
	sqlite3 *db;
	int64_t at_ms; /* monotonic; 0: never */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool over; /* under the lock */
};

static void *
ring(void *arg)
{
	struct alarm *a = arg;
	int64_t at_ms = a->at_ms;
	struct timespec at;

	pthread_mutex_lock(&a->lock);
	while (!a->over) {
		at.tv_sec = at_ms / 1000;
		at.tv_nsec = at_ms % 1000 * 1000000;
		if (pthread_cond_clockwait(
			&a->wake, &a->lock, CLOCK_MONOTONIC, &at) == 0)
			continue;
		/* again: it may have been between two statements */
		sqlite3_interrupt(a->db);
		at_ms += AGAIN_MS;
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static void
stop(struct alarm *a)
{
	pthread_mutex_lock(&a->lock);
	a->over = true;
	pthread_cond_signal(&a->wake);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
}

/* The first thing that is wrong, if anything is. 0 or -1. */
static int
ask_pages(struct sqlite_link *l, struct store_pages *p, struct err *e)
{
	const char *sql =
	    p->deep ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";
	sqlite3_stmt *q = NULL;
	struct span says;
	int result = 0, code = sqlite3_prepare_v2(l->db, sql, -1, &q, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	p->whole = (code & 0xff) != SQLITE_INTERRUPT;
	if (p->whole && code != SQLITE_ROW) {
		result = sqlite_link_fault(l, e);
	} else if (p->whole) {
		says = sqlite_span(q, 0);
		if (!span_equal(says, span_of("ok")))
			result = err_set(e, ERR_DOWN,
			    "%s: damaged (%.*s): restore it from a backup: "
			    "moderatod restore FILE",
			    l->path, (int)(says.n < 80 ? says.n : 80), says.p);
	}
	sqlite3_finalize(q);
	return result;
}

static int
look_through(struct sqlite_link *l, void *arg, struct err *e)
{
	struct store_pages *p = arg;
	struct alarm a = {
	    .db = l->db,
	    .at_ms = clock_monotonic_ms() + p->patience_ms,
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .wake = PTHREAD_COND_INITIALIZER,
	};
	int result;

	if (p->patience_ms == 0)
		return ask_pages(l, p, e);
	if (pthread_create(&a.thread, NULL, ring, &a) != 0)
		return err_set(e, ERR_DOWN, "no thread to look at the store");
	result = ask_pages(l, p, e);
	stop(&a);
	return result;
}

int
store_sqlite_check_pages(const char *path, struct store_pages *p, struct err *e)
{
	const struct look pages = {.at = look_through, .arg = p};

	return look(&pages, path, e);
}

bool
store_sqlite_is_copy(const char *path)
{
	unsigned char head[HEAD_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	const unsigned char *id = head + APPLICATION_AT;

	if (fd >= 0)
		close(fd);
	return n == HEAD_BYTES && memcmp(head, "SQLite format 3", 16) == 0 &&
	       (unsigned)(id[0] << 24 | id[1] << 16 | id[2] << 8 | id[3]) ==
		   SCHEMA_APPLICATION;
}
