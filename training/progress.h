/*
 * One line on the terminal that says how far a long step is. Silent when
 * stderr is not a terminal. Owns nothing.
 */
#ifndef TRAINING_PROGRESS_H
#define TRAINING_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	const char *step;
	size_t total;
	size_t shown; /* percent, so that a line is not drawn twice */
	bool terminal;
};

struct progress progress_start(const char *step, size_t total);

/* `done` of the total are done. */
void progress_at(struct progress *p, size_t done);

/* Clears the line. */
void progress_end(struct progress *p);

#endif
