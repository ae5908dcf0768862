/*
 * Many records in one run of bytes, with the hashes that they are found by, and
 * how it lies in a row of `arrival`: as a block of LZ4, a third as long. Knows
 * no SQL.
 */
#ifndef EDGE_STORE_SQLITE_PACK_H
#define EDGE_STORE_SQLITE_PACK_H

#include <lz4.h>

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
enum {
	PACK_BYTES = 96 << 10,
	PACK_RECORDS = 256,
	PACK_BLOCK_BYTES = LZ4_COMPRESSBOUND(PACK_BYTES),
};
struct sqlite_pack {
	int64_t first, last; /* numbers of its records */
	uint32_t n;
	size_t used; /* of `bytes` */
	uint64_t keys[PACK_RECORDS][ARRIVED_KEYS];
	char bytes[PACK_BYTES];
	char block[PACK_BLOCK_BYTES];
};

/* How many bytes of a pack a record takes. */
size_t sqlite_pack_size(const struct record *r);

/* Whether there is room for some more records of so many bytes. */
bool sqlite_pack_has_room(
    const struct sqlite_pack *p, uint32_t records, size_t bytes);

/* Adds a record, for which there is room; numbers grow. */
void sqlite_pack_add(
    struct sqlite_pack *p, const struct record *r, int64_t number);

/* The pack compressed; in it until it changes. */
struct span sqlite_pack_compress(struct sqlite_pack *p);

/* Puts the `n` bytes that became `block` into `out`: 0, or -1: damaged. */
int sqlite_pack_expand(struct span block, char *out, size_t n);

/* A record of a pack; its texts are borrowed from that. */
struct sqlite_arrived {
	int64_t number;
	struct record record;
	struct drift_sample drift; /* record.drift, unless that is NULL */
};

/* Takes the next record off `bytes`: 1, 0 at the end, -1: damaged. */
int sqlite_pack_next(struct span *bytes, struct sqlite_arrived *out);

/* Whether all its records can be taken off. */
bool sqlite_pack_is_whole(struct span bytes);

/* The hash a record is found by; whether two are alike in that. */
uint64_t sqlite_pack_key(enum arrived_by by, const struct record *r);
bool sqlite_pack_alike(
    enum arrived_by by, const struct record *a, const struct record *b);

#endif
