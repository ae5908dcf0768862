/*
 * Work that waits or takes long, off the loops' threads: each errand has a
 * thread of its own, and its end is told on the loop that sent it. Few at a
 * time; there is no queue.
 */
#ifndef EDGE_ERRANDS_H
#define EDGE_ERRANDS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "err.h"
#include "loop.h"

struct errands;

/* Embedded in its owner, and errands' until `done`. */
struct errand {
	void (*run)(struct errand *w);  /* on a thread of its own */
	void (*done)(struct errand *w); /* on the loop's thread */
	struct loop *loop;
	/* nobody wants it any more: `run` is to return soon */
	atomic_bool called_off;
	struct errands *errands; /* these are errands' */
	struct loop_post post;
	struct errand *next;
};

/* At most so many at a time; NULL: no memory. */
struct errands *errands_open(unsigned most);

/* Calls all off and waits for their threads; harmless on NULL. */
void errands_close(struct errands *s);

/* From now on every errand is called off; from any thread. */
void errands_call_off(struct errands *s);

/* Starts it: 0, or -1: ERR_RATE, too many are under way; ERR_DOWN. */
int errands_start(struct errands *s, struct errand *w, struct err *e);

#endif
