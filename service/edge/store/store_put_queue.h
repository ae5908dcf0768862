/*
 * What waits for the writer of a store, and when it is time to write. Syncs
 * are what costs: with several puts about, groups are taken a millisecond and
 * a bit apart, so that one sync serves all of it; after a large one up to two,
 * until as many wait again. A put that comes alone is taken at once.
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
	unsigned taken;           /* puts in the group before */
	struct timespec taken_at; /* monotonic */
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
 * All that waits, in order, once it is time; one thread only. NULL: nothing
 * came within `patience_ms`, or `stop`.
 */
struct store_put *put_queue_take(
    struct put_queue *q, int64_t patience_ms, bool *stop);

#endif
