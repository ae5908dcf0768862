/*
 * Memory of a program that runs once and ends: it is there, or the program
 * says so and exits 1. The daemon has no such thing.
 */
#ifndef TRAINING_MEMORY_H
#define TRAINING_MEMORY_H

#include <stddef.h>

#include "../service/core/span.h"

/* Says that there is none, and ends the program. */
void memory_fail(void) __attribute__((noreturn));

/* Room for `n` elements of `size` bytes, zeroed; never NULL. Free it. */
void *memory_new(size_t n, size_t size) __attribute__((returns_nonnull));

/* The same in huge pages where the system has them: for what is looked up
 * all over, megabytes of it. */
void *memory_new_wide(size_t n, size_t size) __attribute__((returns_nonnull));

/* `p` made `n` elements of `size` bytes big; what is new is not zeroed. */
void *memory_grow(void *p, size_t n, size_t size)
    __attribute__((returns_nonnull));

/*
 * `p` with room for one more element than `n`, doubling: for arrays that
 * grow by one and keep no capacity, since it follows from `n`.
 */
void *memory_append(void *p, size_t n, size_t size)
    __attribute__((returns_nonnull));

/* What lives and dies together. Zeroed is empty. */
struct pool {
	struct pool_block *last;
};

/* A NUL-terminated copy of `s`, until pool_release. */
struct span pool_copy(struct pool *p, struct span s);

/* Empties it for as much again: like pool_release, but quick. */
void pool_reuse(struct pool *p);

void pool_release(struct pool *p);

#endif
