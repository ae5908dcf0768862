/*
 * How much there is to learn: decisions that teach.
 */
#ifndef EDGE_STORE_LESSONS_H
#define EDGE_STORE_LESSONS_H

#include "store.h"

/* How many were made since then that teach and hold, up to `most`. 0 or -1. */
int store_count_lessons(struct store_reader *r, int64_t since_ms, int64_t most,
    int64_t *n, struct err *e);

#endif
