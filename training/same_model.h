/*
 * Whether a folder here holds the model that the service knows by a name: two
 * machines, or two folders, may have different ones that are called the same.
 * Owns nothing.
 */
#ifndef TRAINING_SAME_MODEL_H
#define TRAINING_SAME_MODEL_H

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

struct daemon;

/* The model in `folder` beside the service's `name`, by their SHA-256; what
 * to do otherwise is `advice`. 0, or -1: it is another, damaged, or none. */
int same_model_check(struct daemon *d, const char *folder, struct span name,
    const char *advice, struct err *e);

#endif
