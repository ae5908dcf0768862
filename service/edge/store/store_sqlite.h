/*
 * The SQLite store from inside, shared by its files: store_sqlite.c opens,
 * _writer is the thread that commits, _group what it writes at once, _tidy
 * what it deletes when idle, _reader reads, _admin keeps sites and keys,
 * _decision what people decided, _usage counts, _record makes rows of records.
 *
 * One connection writes and checkpoints; two of them on one log could lose
 * commits (SQLite's WAL-reset bug, fixed in 3.51.3 only).
 */
#ifndef EDGE_STORE_SQLITE_H
#define EDGE_STORE_SQLITE_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "store.h"
#include "store_clock.h"
#include "store_ops.h"
#include "store_put_queue.h"
#include "store_sqlite_arrival.h"
#include "store_sqlite_room.h"
#include "store_sqlite_rows.h"

enum { ANSWER_LIFE_MS = DAY_MS };

struct store_sqlite {
	struct store store; /* first */
	char path[PATH_MAX];
	int lock_fd; /* held as long as we own the database */

	struct put_queue queue;
	pthread_t thread;
	atomic_bool up, doubts; /* the clock: nothing is deleted by it */

	pthread_mutex_t door, turn; /* whose turn it is on all below */
	struct sqlite_link link;
	bool broken, moved;  /* to be opened afresh first; not at its path */
	struct err fault;    /* why we are not up */
	int64_t retry_at_ms; /* monotonic */
	struct sqlite_room room;
	int wal_pages, wal_tried; /* in the log; at the last checkpoint */
	bool scrub; /* the log has what was deleted, and is to begin anew */
	struct store_clock clock;
	int64_t clock_base_ms; /* Unix time less boot, when last looked at */
	struct store_describer describer;  /* none: nothing is indexed */
	int64_t index_at_ms, settle_at_ms; /* monotonic: though busy */
	int64_t tidy_at_ms; /* monotonic: when to look what is too old */
	bool untidy;        /* there was more of it */
	int64_t purging; /* the deleted site whose turn it is, or one after */

	int64_t number;  /* of the newest comment, wherever it is */
	int64_t arrived; /* of the oldest one in packs; 0: there are none */
	_Atomic int64_t in_packs, held_in_packs; /* as of the last commit */
	int64_t packed, packed_held; /* since then; below 0: settled */
	bool webhooks;           /* there was one when the last group began */
	bool crowd, great_crowd; /* the last group was one */
	int64_t crowd_site;      /* one that is known to be there; 0: none */
	struct sqlite_pack pack;
	struct arrival_summary summary; /* of the newest packs */
};

/* Opens the writing connection, checked, migrated, its log begun anew if no
 * reader holds it. 0 or -1. */
int sqlite_store_connect(struct store_sqlite *s, struct err *e);

/* Starts the writer thread; waits for the puts under way and ends it. */
int sqlite_writer_start(struct store_sqlite *s, struct err *e);
void sqlite_writer_stop(struct store_sqlite *s);

/* Waits for the turn, behind who waits already: some take it in a row. */
void sqlite_turn_take(struct store_sqlite *s);
void sqlite_turn_give(struct store_sqlite *s);

/* Prepares the writing connection for them. 0 or -1. */
int sqlite_writer_prepare(struct store_sqlite *s, struct err *e);
int sqlite_group_prepare(struct store_sqlite *s, struct err *e);

/* Takes back what is under way, if anything is; needs no memory for that. */
void sqlite_group_drop(struct store_sqlite *s);

/*
 * The writing connection failed with `code`, an SQLite code: what is under
 * way is rolled back, and we are down. After anything but lack of room or of
 * patience it is not to be trusted: a failed sync must not be tried again on
 * the same pages. The caller has the turn.
 */
void sqlite_note_fault(struct store_sqlite *s, int code);

/*
 * Writes `group`, and what the queue adds to it until it is complete, in one
 * transaction and sets each result: SQLITE_DONE when it is on disk; else an
 * SQLite code, none of it holds and the transaction may still be open. What
 * there is no room for is refused with `fault`. The caller has the turn.
 */
int sqlite_write_group(struct store_sqlite *s, struct store_put *group);

/* When the request of `once` came. */
int64_t sqlite_asked_at(const struct store_once *once);

/*
 * Deletes some of what is too old: answers, and what sites keep for a time
 * only. An SQLite code; `more`: there may be more of it. The caller has the
 * turn.
 */
int sqlite_tidy(struct store_sqlite *s, int64_t now_ms, bool *more);

/*
 * A statement for one use on the writing connection, whose turn the caller
 * has; NULL and `e`.
 */
sqlite3_stmt *sqlite_prepare_once(
    struct store_sqlite *s, const char *sql, struct err *e);

#endif
