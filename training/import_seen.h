/*
 * What 64-bit keys were seen, each with the number that its owner wants to
 * find again. Owns the table; keys are hashes, so that two things of one key
 * are taken for the same.
 */
#ifndef TRAINING_IMPORT_SEEN_H
#define TRAINING_IMPORT_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed is empty. */
struct import_seen {
	struct import_slot {
		uint64_t key; /* 0: empty */
		size_t value;
	} * slots;
	size_t size; /* a power of two, or 0 */
	size_t n;    /* at most half of it */
};

/*
 * The value of `key`, which is `fresh` when the key is new; it has that value
 * from then on.
 */
size_t import_seen_add(struct import_seen *s, uint64_t key, size_t fresh);

/* The value of `key`, or `none`. */
size_t import_seen_find(const struct import_seen *s, uint64_t key, size_t none);

void import_seen_release(struct import_seen *s);

#endif
