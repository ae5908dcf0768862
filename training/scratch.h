/*
 * What does not have to be in memory all the time: a file that is written
 * from front to back, and of which parts are looked at. It has no name: who
 * closes it, or ends, has removed it. Owns the file.
 */
#ifndef TRAINING_SCRATCH_H
#define TRAINING_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* Zeroed is closed. */
struct scratch {
	int fd;
	bool open;
	uint64_t bytes;
};

/* In the folder TMPDIR, else /var/tmp, which is on a disk. 0 or -1. */
int scratch_open(struct scratch *s, struct err *e);
void scratch_close(struct scratch *s);

/* Adds `bytes` at the end. 0, or -1 and `e`: the disk is full. */
int scratch_add(struct scratch *s, struct span bytes, struct err *e);

/* Copies the `n` bytes from `at` on, or says that the disk fails and ends the
 * program. */
void scratch_read(const struct scratch *s, void *to, size_t n, uint64_t at);

/* A part of it in memory. Zeroed is none. */
struct scratch_view {
	uint64_t first, end;
	char *page;
	size_t mapped; /* bytes from `page` on */
};

/*
 * Looks at [first, end) instead of what was in view. Where there is no memory
 * for it the program ends (memory.h).
 */
void scratch_look(struct scratch_view *v, const struct scratch *s,
    uint64_t first, uint64_t end);
void scratch_look_away(struct scratch_view *v);

static inline bool
scratch_sees(const struct scratch_view *v, uint64_t first, uint64_t end)
{
	return first >= v->first && end <= v->end;
}

/* What is there, which is in view. */
static inline const void *
scratch_at(const struct scratch_view *v, uint64_t at)
{
	return v->page + v->mapped - (v->end - at);
}

#endif
