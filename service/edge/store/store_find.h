/*
 * Records found otherwise than by our id, and what their authors are known
 * for.
 */
#ifndef EDGE_STORE_FIND_H
#define EDGE_STORE_FIND_H

#include "store.h"

/*
 * The newest record of like's site with its fingerprint, of the author, mail
 * or IP that it names: first those where most of the three agree. Of anybody,
 * if it names none. 0, or -1: ERR_MISSING, ERR_DOWN.
 */
int store_find_record(struct store_reader *r, const struct record *like,
    char id[STORE_ID_BYTES + 1], struct err *e);

struct record_visit {
	void (*each)(void *arg, const struct record *r);
	void *arg;
	struct arena *arena; /* for one record at a time */
	unsigned most;
};

/*
 * Visits the records of an engine's own id, `ref.id`, the newest first. As
 * store_get, but that none is missing.
 */
int store_each_of_engine_id(struct store_reader *r, struct store_ref ref,
    const struct record_visit *visit, struct err *e);

enum { APPROVED_OF = 1000 }; /* the newest decisions about an author */

/*
 * How many texts of `author`, as a decision has him, people approved on the
 * site, by the last decision about each among his newest APPROVED_OF. 0 or -1.
 */
int store_count_approved(struct store_reader *r, int64_t site, uint64_t author,
    uint32_t *n, struct err *e);

#endif
