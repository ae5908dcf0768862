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
	size_t shown; /* percent or count, so that no line is drawn twice */
	bool terminal;
};

/* A total of 0: it is not known, and progress_count tells. */
struct progress progress_start(const char *step, size_t total);

/* `done` of the total are done. */
void progress_at(struct progress *p, size_t done);

/* `done` are done of nobody knows how many; a line a hundred. */
void progress_count(struct progress *p, size_t done);

/* Clears the line. */
void progress_end(struct progress *p);

#endif
