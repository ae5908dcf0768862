/*
 * A thread beside the loops, for what requests ask for and would hold up a
 * loop for milliseconds: done one after the other in the order they came, and
 * always done once it is taken. What takes long, side by side, and may be
 * called off is an errand (errands.h). Knows nothing of what it does.
 */
#ifndef EDGE_ASIDE_H
#define EDGE_ASIDE_H

#include <stdbool.h>

#include "loop.h"

struct aside;

/* Something to be done, embedded in its owner. */
struct aside_job {
	void (*work)(struct aside_job *j); /* on the thread beside */
	void (*done)(struct aside_job *j); /* then, on the loop's */
	struct loop *loop;
	struct loop_post post;  /* the aside's */
	struct aside_job *next; /* the aside's */
};

/* Starts the thread; NULL and `e`. */
struct aside *aside_open(struct err *e);

/* Does what is left, and ends the thread; harmless on NULL. */
void aside_close(struct aside *a);

/* Hands `j` over, from any thread; it is the caller's again when `done`. */
void aside_do(struct aside *a, struct aside_job *j);

/* The same unless `most` wait already: whether it is taken. */
bool aside_offer(struct aside *a, struct aside_job *j, unsigned most);

#endif
