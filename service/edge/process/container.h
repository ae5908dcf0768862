/*
 * The struct that something is embedded in: what is handed to a loop, a thread
 * or the store is a member of its owner, and comes back as that.
 */
#ifndef EDGE_CONTAINER_H
#define EDGE_CONTAINER_H

#include <stddef.h>

/* The `type` whose `member` is at `p`; compared only to have types checked. */
#define container_of(p, type, member)                                          \
	((type *)((char *)(p)-offsetof(type, member) +                         \
		  0 * sizeof((p) == &((type *)0)->member)))

#endif
