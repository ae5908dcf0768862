/*
 * Files that the trainer writes: whole or not at all. Owns nothing.
 */
#ifndef TRAINING_OUTPUT_H
#define TRAINING_OUTPUT_H

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* Writes `bytes` to `path`, making its folder when not there. 0 or -1. */
int output_write(const char *path, struct span bytes, struct err *e);

/* `folder`/`name`, NUL-terminated; free it. */
char *output_path(const char *folder, const char *name);

#endif
