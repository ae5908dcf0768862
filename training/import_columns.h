/*
 * Which column, or key of an object, holds what: as the command line says,
 * else by names that are commonly used. Owns nothing; names point into argv.
 */
#ifndef TRAINING_IMPORT_COLUMNS_H
#define TRAINING_IMPORT_COLUMNS_H

#include "import.h"

struct import_columns {
	struct span given[IMPORT_KEYS];
};

/*
 * Reads "text=…,label=…", or NULL, into `c`. 0, or -1 and `e`, which names
 * what is not understood.
 */
int import_columns_read(
    struct import_columns *c, const char *text, struct err *e);

/*
 * The name that `key` has, if the `i`th guess (from 0) is right; p is NULL
 * when there are no more.
 */
struct span import_columns_name(
    const struct import_columns *c, enum import_key key, size_t i);

/* Whether `name` is `wanted`, whatever the case of their letters. */
bool import_columns_same(struct span name, struct span wanted);

#endif
