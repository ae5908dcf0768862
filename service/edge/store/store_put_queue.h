/*
 * What waits for the writer of a store, and when it is time to write. Syncs
 * are what costs: with several puts about, groups are a millisecond and a bit
 * apart, so that one sync serves all of it; after a large one up to two, until
 * it is as large again. A large one is taken in portions, so that little is
 * left to write when its last puts come; it ends when none come in time, or
 * it is very large. A put that comes alone is taken at once.
 */
#ifndef EDGE_STORE_PUT_QUEUE_H
#define EDGE_STORE_PUT_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "store.h"

/* All under `lock`. */
struct put_queue {
	pthread_mutex_t lock;
	pthread_cond_t enough; /* `n` reached `wanted`, or `stopping` */
	struct store_put *first, **last;
	unsigned n, wanted;
	bool stopping;
	unsigned taken, before;    /* puts of the group, and of the last one */
	struct timespec taken_at;  /* when the last of them were; monotonic */
	struct timespec due, late; /* when the group is to be written */
	bool complete;
};

void put_queue_init(struct put_queue *q);
void put_queue_release(struct put_queue *q);

/* From any thread. */
void put_queue_add(struct put_queue *q, struct store_put *p);

/* How many wait; from any thread. */
unsigned put_queue_count(struct put_queue *q);

/* Lets put_queue_take say `stop` once nothing is left. */
void put_queue_stop(struct put_queue *q);

/*
 * The first puts of a group, in order: all of it once it is time, or a portion
 * that may be written while others come. One thread only. NULL: nothing came
 * within `patience_ms`, or `stop`.
 */
struct store_put *put_queue_take(
    struct put_queue *q, int64_t patience_ms, bool *stop);

/* The next puts of that group, likewise; NULL: it is complete. */
struct store_put *put_queue_more(struct put_queue *q);

#endif
