/*
 * Names, each once, numbered as they come: what values there are of a key, or
 * who said something. Owns copies of them.
 */
#ifndef TRAINING_NAMES_H
#define TRAINING_NAMES_H

#include <stdint.h>

#include "memory.h"

/* Zeroed is empty. */
struct names {
	struct span *items; /* by number */
	uint32_t n;
	uint32_t *slots; /* numbers + 1 by hash; 0: free */
	size_t n_slots;  /* a power of two, or none */
	struct pool pool;
};

/* The number of `name`, which is added if it is new. */
uint32_t names_number(struct names *k, struct span name);
void names_release(struct names *k);

/* Names in the order of their bytes, as qsort takes it. */
int names_order(struct span a, struct span b);

#endif
