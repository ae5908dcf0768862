/*
 * When many come at once: their records then go into packs, one append for
 * many of them, instead of becoming comments each with all its indices; what
 * people are to look at only when very many do.
 */
#ifndef EDGE_STORE_SQLITE_CROWD_H
#define EDGE_STORE_SQLITE_CROWD_H

#include "store_sqlite.h"

/* Begins a group, which may be a crowd, with an empty pack. */
void sqlite_crowd_begin(struct store_sqlite *s, const struct store_put *group);

/* Whether the record goes into a pack; the answer is the same all along. */
bool sqlite_crowd_takes(struct store_sqlite *s, const struct record *r);

/* Makes room for the put, so that what it fails with is undone alone; takes
 * one of its records; writes what was taken. SQLITE_DONE, or a fault. */
int sqlite_crowd_make_room(struct store_sqlite *s, const struct store_put *p);
int sqlite_crowd_add(struct store_sqlite *s, const struct record *r);
int sqlite_crowd_write(struct store_sqlite *s);

/* Takes back what came since: into the pack, which was so full, and counts. */
struct crowd_mark {
	uint32_t n;
	size_t used;
	int64_t packed, held;
};
struct crowd_mark sqlite_crowd_mark(const struct store_sqlite *s);
void sqlite_crowd_undo(struct store_sqlite *s, struct crowd_mark to);

#endif
