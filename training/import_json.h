/*
 * JSON lines: one object a line, for the formats that are written so. Owns
 * the reading and the bounds; knows no keys.
 */
#ifndef TRAINING_IMPORT_JSON_H
#define TRAINING_IMPORT_JSON_H

#include <jansson.h>

#include "import.h"

/*
 * Calls `take` with every object of run->input, which is borrowed, and its
 * line. Stops at the first -1, which it returns; 0 at the end. A line that
 * is no JSON object is a bad record, an empty one is passed over.
 */
int import_json_lines(struct import_run *run,
    int (*take)(struct import_run *run, json_t *o, size_t line, struct err *e),
    struct err *e);

#endif
