#include "store_sqlite.h"

#include <sys/prctl.h>

#include "../process/container.h"
#include "../process/log.h"
#include "store_sqlite_bite.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_schema.h"
#include "store_sqlite_settle.h"
#include "store_sqlite_verbs.h"

enum {
	LOG_PAGES = 250, /* of the log before it is checkpointed: 1 MB */
	QUIET_MS = 50,   /* without a put, before tidying begins */
	TIDY_MS = 1000,  /* between looks when all is tidy */
	LATE_MS = 1000,  /* then it is time, though somebody always writes */
	BEHIND_MS = 2,   /* without a put, when there is more to index */
	/* so often, a little is indexed though somebody always writes */
	INDEX_LITTLE_MS = 500,
	/* and settled: a crowd writes, or others, who wait for it */
	SETTLE_CROWD_MS = 1000,
	SETTLE_OTHERS_MS = 50,
	SETTLE_MS = 10,  /* without a put, when there is more to settle */
	LAST_BITES = 32, /* of those, before the end */
	RETRY_MS = 1000, /* before a broken database is opened again */
	TIMER_SLACK_NS = 1000,
};

/* `fault` says why not. */
static void
set_up(struct store_sqlite *s, bool up)
{
	if (atomic_exchange(&s->up, up) == up)
		return;
	if (up)
		log_line(LOG_INFO, "store.up", {0});
	else
		log_line(LOG_ERROR, "store.down", {"why", s->fault.text});
}

void
sqlite_note_fault(struct store_sqlite *s, int code)
{
	sqlite_link_fault(&s->link, &s->fault);
	sqlite_group_drop(s);
	code &= 0xff;
	if (code == SQLITE_FULL)
		sqlite_room_give_up(&s->room);
	if ((code != SQLITE_FULL && code != SQLITE_BUSY &&
		code != SQLITE_NOMEM) ||
	    sqlite3_get_autocommit(s->link.db) == 0) {
		s->broken = true;
		/* a log that may be needed whole is no more emptied */
		sqlite3_db_config(
		    s->link.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		s->retry_at_ms = clock_monotonic_ms() + RETRY_MS;
	}
	set_up(s, false);
}

static int
reopen(struct store_sqlite *s, int64_t now_ms)
{
	if (now_ms < s->retry_at_ms)
		return -1;
	sqlite_link_close(&s->link);
	s->broken = sqlite_store_connect(s, &s->fault) != 0;
	s->retry_at_ms = now_ms + RETRY_MS;
	return s->broken ? -1 : 0;
}

/* Whether there is room for comments; if not, we are down for them. */
static bool
has_plenty(struct store_sqlite *s)
{
	if (sqlite_room_is_plenty(&s->room, clock_monotonic_ms()))
		return true;
	err_set(&s->fault, ERR_DOWN,
	    "store %s: disk full: less than %u MiB left", s->path,
	    sqlite_room_wanted_mib(&s->room));
	set_up(s, false);
	return false;
}

/* Whether the connection may be written with. */
static bool
is_usable(const struct store_sqlite *s)
{
	return !s->broken && !s->moved;
}

/*
 * Empties the log, where what was deleted still stands. A reader that needs
 * it is not waited for: then the next time.
 */
static void
scrub(struct store_sqlite *s)
{
	int code;

	if (s->broken || !s->scrub)
		return;
	sqlite3_busy_timeout(s->link.db, 0);
	code = sqlite3_wal_checkpoint_v2(
	    s->link.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(s->link.db, SQLITE_PATIENCE_MS);
	if (code == SQLITE_OK) {
		s->scrub = false;
		s->wal_pages = s->wal_tried = 0;
	} else if ((code & 0xff) == SQLITE_IOERR) {
		sqlite_note_fault(s, code);
	}
}

/*
 * Whether the database and its log are still the files at their paths; else we
 * are down until they are. What is in the log goes to where it belongs: whoever
 * opens another file at that path would take it for that one's, and of a log
 * that nobody finds again all would be lost with this process.
 */
static bool
is_in_place(struct store_sqlite *s)
{
	struct err moved;

	s->moved =
	    s->link.db != NULL && sqlite_link_in_place(&s->link, &moved) != 0;
	if (!s->moved)
		return true;
	s->scrub |= s->wal_pages > 0;
	scrub(s);
	s->fault = moved;
	return false;
}

/* Whether a commit has a chance. 0, or -1 and `fault` says why not. */
static int
get_ready(struct store_sqlite *s)
{
	if (is_in_place(s) &&
	    (!s->broken || reopen(s, clock_monotonic_ms()) == 0))
		return 0;
	set_up(s, false);
	return -1;
}

/*
 * Writes what there is room for. When there turns out to be none, nothing of
 * the group holds, and what may have the reserve is tried once more.
 */
static int
write_group(struct store_sqlite *s, struct store_put *group)
{
	int code;

	has_plenty(s);
	code = sqlite_write_group(s, group);
	if ((code & 0xff) != SQLITE_FULL || !s->room.held)
		return code;
	sqlite_note_fault(s, code);
	has_plenty(s);
	return sqlite_write_group(s, group);
}

static void
commit(struct store_sqlite *s, struct store_put *group)
{
	int code;

	sqlite_turn_take(s);
	if (get_ready(s) == 0) {
		code = write_group(s, group);
		if (code != SQLITE_DONE)
			sqlite_note_fault(s, code);
		else if (s->room.plenty)
			set_up(s, true);
		if (code == SQLITE_DONE)
			group = NULL;
	}
	for (; group != NULL; group = group->next) {
		group->result = STORE_DOWN;
		group->err = s->fault;
	}
	sqlite_turn_give(s);
}

static void
deliver(struct loop_post *post)
{
	struct store_put *p = container_of(post, struct store_put, post);

	p->done(p);
}

/* Sends back all puts of the loop of the first; returns the others. From
 * then on they are the callers'. */
static struct store_put *
send_to_one(struct store_put *group)
{
	struct loop *loop = group->loop;
	struct loop_post *newest = NULL, *oldest = &group->post;
	struct store_put *others = NULL, **last = &others;

	for (; group != NULL; group = group->next) {
		if (group->loop != loop) {
			*last = group;
			last = &group->next;
			continue;
		}
		group->post = (struct loop_post){deliver, newest};
		newest = &group->post;
	}
	*last = NULL;
	loop_send_chain(loop, newest, oldest);
	return others;
}

static void
send_back(struct store_put *group)
{
	while (group != NULL)
		group = send_to_one(group);
}

static int
note_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store_sqlite *s = arg;

	(void)db, (void)name;
	s->wal_pages = pages;
	if (pages < s->wal_tried) /* the log began anew */
		s->wal_tried = 0;
	s->in_packs += s->packed;
	s->held_in_packs += s->packed_held;
	s->packed = s->packed_held = 0;
	return SQLITE_OK;
}

static void
note_rollback(void *arg)
{
	struct store_sqlite *s = arg;

	s->packed = s->packed_held = 0;
}

/* Moves the log into the database when more than `pages` came to it. */
static void
checkpoint(struct store_sqlite *s, int pages)
{
	int code;

	if (!is_usable(s) || s->wal_pages - s->wal_tried <= pages)
		return;
	s->wal_tried = s->wal_pages;
	code = sqlite3_wal_checkpoint_v2(
	    s->link.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if ((code & 0xff) == SQLITE_IOERR)
		sqlite_note_fault(s, code);
}

/* A commit of nothing new, to see whether one works again. */
static void
probe(struct store_sqlite *s)
{
	char again[48];

	sqlite3_snprintf(
	    sizeof again, again, "PRAGMA user_version = %d", SCHEMA_VERSION);
	if (sqlite_link_run(&s->link, again, &s->fault) == 0)
		set_up(s, true);
	else
		sqlite_note_fault(s, sqlite3_errcode(s->link.db));
}

/* Makes comments of some packs. */
static void
settle_some(struct store_sqlite *s, enum sqlite_bite_size size, bool *more)
{
	sqlite_bite_take(s, size, sqlite_settle, more);
	s->settle_at_ms = clock_monotonic_ms() +
			  (s->crowd ? SETTLE_CROWD_MS : SETTLE_OTHERS_MS);
}

/* Makes some of what comments are found by. */
static void
index_some(struct store_sqlite *s, enum sqlite_bite_size size, bool *more)
{
	sqlite_bite_take(s, size, sqlite_index, more);
	s->index_at_ms = clock_monotonic_ms() + INDEX_LITTLE_MS;
}

/* Deletes what is too old, when it is time to look. */
static void
do_chores(struct store_sqlite *s)
{
	int64_t now_ms = clock_monotonic_ms();
	int code;

	if (now_ms < s->tidy_at_ms)
		return;
	code = sqlite_tidy(s, clock_unix_ms(), &s->untidy);
	if (code != SQLITE_DONE)
		sqlite_note_fault(s, code);
	s->tidy_at_ms = now_ms + (s->untidy ? QUIET_MS : TIDY_MS);
}

/* What there is to do after a group. */
static void
follow_up(struct store_sqlite *s)
{
	bool ignored = false;

	sqlite_turn_take(s);
	if (is_usable(s) && s->room.plenty) {
		int64_t now_ms = clock_monotonic_ms();

		if (s->arrived != 0 && now_ms >= s->settle_at_ms)
			settle_some(s, SETTLE_LITTLE, &ignored);
		else if (now_ms >= s->index_at_ms)
			index_some(s, INDEX_LITTLE, &ignored);
	}
	/* which makes room, too */
	if (is_usable(s) && clock_monotonic_ms() >= s->tidy_at_ms + LATE_MS)
		do_chores(s);
	checkpoint(s, LOG_PAGES);
	sqlite_turn_give(s);
}

/* Returns how long to wait before the next time. */
static int64_t
tidy(struct store_sqlite *s)
{
	bool behind = false, busy = false;

	sqlite_turn_take(s);
	if (get_ready(s) == 0) {
		if (has_plenty(s) && !atomic_load(&s->up))
			probe(s);
		if (!s->broken && s->room.plenty && s->arrived != 0)
			settle_some(s, SETTLE_MUCH, &behind);
		if (!s->broken && !behind)
			do_chores(s);
		if (!s->broken && !behind && s->room.plenty)
			index_some(s, INDEX_MUCH, &behind);
		busy = behind || s->untidy;
		checkpoint(s, busy ? LOG_PAGES : 0);
		if (!busy)
			scrub(s);
	}
	sqlite_turn_give(s);
	if (behind)
		return BEHIND_MS;
	return busy ? QUIET_MS : TIDY_MS;
}

/* The last thing: what came in a crowd is sorted in, unless it is very much. */
static void
settle_last(struct store_sqlite *s)
{
	bool more;

	sqlite_turn_take(s);
	more = get_ready(s) == 0;
	for (int i = 0; i < LAST_BITES && more; i++) {
		more = false;
		if (!s->broken && s->room.plenty && s->arrived != 0)
			settle_some(s, SETTLE_MUCH, &more);
	}
	sqlite_turn_give(s);
}

static void *
write_on(void *arg)
{
	struct store_sqlite *s = arg;
	int64_t patience_ms = QUIET_MS;
	struct store_put *group;
	bool stop;

	prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS); /* puts wait for its timer */
	for (;;) {
		group = put_queue_take(&s->queue, patience_ms, &stop);
		if (stop) {
			settle_last(s);
			return NULL;
		}
		if (group == NULL) {
			patience_ms = tidy(s);
			continue;
		}
		commit(s, group);
		send_back(group);
		follow_up(s);
		patience_ms = s->arrived != 0 ? SETTLE_MS : QUIET_MS;
	}
}

int
sqlite_writer_prepare(struct store_sqlite *s, struct err *e)
{
	s->wal_pages = s->wal_tried = 0;
	s->packed = s->packed_held = 0;
	sqlite3_wal_hook(s->link.db, note_commit, s);
	sqlite3_rollback_hook(s->link.db, note_rollback, s);
	if (sqlite_group_prepare(s, e) != 0)
		return -1;
	return sqlite_settle_prepare(s) == SQLITE_DONE
		   ? 0
		   : sqlite_link_fault(&s->link, e);
}

int
sqlite_writer_start(struct store_sqlite *s, struct err *e)
{
	put_queue_init(&s->queue);
	atomic_init(&s->up, true);
	if (pthread_create(&s->thread, NULL, write_on, s) != 0)
		return err_set(e, ERR_DOWN, "store: no thread for it");
	return 0;
}

void
sqlite_put(struct store *s, struct store_put *p)
{
	put_queue_add(&((struct store_sqlite *)s)->queue, p);
}

unsigned
sqlite_waiting(struct store *s)
{
	return put_queue_count(&((struct store_sqlite *)s)->queue);
}

void
sqlite_writer_stop(struct store_sqlite *s)
{
	put_queue_stop(&s->queue);
	pthread_join(s->thread, NULL);
	put_queue_release(&s->queue);
}
