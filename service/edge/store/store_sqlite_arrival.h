/*
 * What came in a crowd: packs of records, in the order they came. They are no
 * comments yet, which indices find; what must be found at once of them is
 * found by the hashes that lie beside. store_sqlite_settle makes comments of
 * them.
 */
#ifndef EDGE_STORE_SQLITE_ARRIVAL_H
#define EDGE_STORE_SQLITE_ARRIVAL_H

#include "bloom.h"
#include "store_sqlite_link.h"
#include "store_sqlite_pack.h"

/* Which hashes there may be in packs that were written one after the other,
 * so that whoever looks for one passes most of them by; all 0: of none. */
struct arrival_summary {
	int64_t first, last; /* numbers of their records */
	uint32_t n;          /* of records */
	struct bloom of[ARRIVED_KEYS];
};

/* All return SQLITE_DONE, or what went wrong. */

/* Writes the pack, if there is anything in it, and empties it. The summary
 * goes on with it, and is written and begun anew when it is full: packs that
 * no summary was written of are found all the same. */
int sqlite_arrival_put(
    struct sqlite_link *l, struct sqlite_pack *p, struct arrival_summary *sum);

/* The numbers of the oldest record in packs and of the newest; 0: none. */
int sqlite_arrival_first(struct sqlite_link *l, int64_t *number);
int sqlite_arrival_last(struct sqlite_link *l, int64_t *number);

/* The bytes of the pack that begins with the record `first`, all of which can
 * be taken off; none if there is no such or it is damaged. They lie in `*own`,
 * to be freed in any case. */
int sqlite_arrival_get(
    struct sqlite_link *l, int64_t first, char **own, struct span *bytes);
int sqlite_arrival_drop(struct sqlite_link *l, int64_t first);

/* Puts it, as it is, where nobody looks, for a month; `*n` records. */
int sqlite_arrival_set_aside(
    struct sqlite_link *l, int64_t first, int64_t now_ms, int64_t *n);

/* Drops summaries of what came before the record `first`. */
int sqlite_arrival_forget(struct sqlite_link *l, int64_t first);

/* Is shown a record and the pack it is in; false: that is enough. */
typedef bool arrived_each(
    void *arg, const struct sqlite_arrived *it, int64_t pack);

/* Shows those that are `like` a record, the newest first. */
struct arrived_visit {
	enum arrived_by by;
	const struct record *like;
	arrived_each *each;
	void *arg;
};
int sqlite_each_arrived(struct sqlite_link *l, const struct arrived_visit *v);

/* Shows the one of this id, if it is in a pack. */
int sqlite_get_arrived(
    struct sqlite_link *l, struct store_ref ref, arrived_each *each, void *arg);

/*
 * What a reader sees from one to the other is of one moment: who looks among
 * the comments and then in packs misses nothing and sees nothing twice.
 */
int sqlite_begin_look(struct sqlite_link *l);
void sqlite_end_look(struct sqlite_link *l);

#endif
