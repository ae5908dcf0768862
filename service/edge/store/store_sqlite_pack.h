/*
 * Many records in one run of bytes, as they lie in a row of `arrival`, with
 * the hashes that they are found by. Knows no SQL.
 */
#ifndef EDGE_STORE_SQLITE_PACK_H
#define EDGE_STORE_SQLITE_PACK_H

#include "../../core/drift.h"
#include "store.h"

/* By what a record in a pack is found. */
enum arrived_by {
	ARRIVED_ID,
	ARRIVED_ENGINE_ID,
	ARRIVED_FINGERPRINT,
	ARRIVED_KEYS
};

/* A pack in the making; empty: n and used are 0. */
enum { PACK_BYTES = 96 << 10, PACK_RECORDS = 256 };
struct sqlite_pack {
	int64_t first, last; /* numbers of its records */
	uint32_t n;
	size_t used; /* of `bytes` */
	uint64_t keys[PACK_RECORDS][ARRIVED_KEYS];
	unsigned char bytes[PACK_BYTES];
};

/* How many bytes of a pack a record takes. */
size_t sqlite_pack_size(const struct record *r);

/* Whether there is room for some more records of so many bytes. */
bool sqlite_pack_has_room(
    const struct sqlite_pack *p, uint32_t records, size_t bytes);

/* Adds a record, for which there is room; numbers grow. */
void sqlite_pack_add(
    struct sqlite_pack *p, const struct record *r, int64_t number);

/* A record of a pack; its texts are borrowed from that. */
struct sqlite_arrived {
	int64_t number;
	struct record record;
	struct drift_sample drift; /* record.drift, unless that is NULL */
};

/* Takes the next record off `bytes`: 1, 0 at the end, -1: damaged. */
int sqlite_pack_next(struct span *bytes, struct sqlite_arrived *out);

/* The hash a record is found by; whether two are alike in that. */
uint64_t sqlite_pack_key(enum arrived_by by, const struct record *r);
bool sqlite_pack_alike(
    enum arrived_by by, const struct record *a, const struct record *b);

#endif
