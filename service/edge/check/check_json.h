/*
 * The main job in our own dialect: POST /v1/comments and /v1/comments:batch.
 */
#ifndef EDGE_CHECK_JSON_H
#define EDGE_CHECK_JSON_H

#include "../request/service.h"

enum { CHECK_BATCH_MAX = 500 };

/* Judges and records one comment; answers by itself, now or later. */
void check_one(const struct call *call);

/* The same for up to CHECK_BATCH_MAX comments, in the order given. */
void check_batch(const struct call *call);

#endif
