/*
 * JSON in and out through jansson: a strict reader that bounds depth and
 * refuses duplicate keys and bad UTF-8, and a writer into an arena. Knows
 * not what fields mean.
 */
#ifndef EDGE_JSON_H
#define EDGE_JSON_H

#include <jansson.h>

#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/err.h"

enum { JSON_DEPTH_MAX = 16 };

/*
 * Reads all of `text`. NULL and `e` (ERR_INPUT) when it is not one JSON
 * value. Give back with json_decref.
 */
json_t *json_read(struct span text, struct err *e);

/*
 * Writes `value` compactly, numbers with 17 digits so that they read back
 * the same; p NULL when it does not fit or `value` is NULL.
 */
struct span json_write(const json_t *value, struct arena *a);

/* The string `s` of valid UTF-8 as a value. */
json_t *json_span(struct span s);

#endif
