/*
 * What others wrote, as it may be told: names of files, authors and sites are
 * any bytes, but JSON is UTF-8, and a terminal obeys what it is shown.
 */
#ifndef TRAINING_TOLD_H
#define TRAINING_TOLD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "memory.h"

/* `s` as UTF-8, with U+FFFD for what was not, which sets `bad`; as long as
 * `s` and `pool` live. */
struct span told_valid(struct span s, struct pool *pool, bool *bad);

/* Likewise, as a JSON string; a new reference. */
json_t *told_json(const char *s);

/* Prints `s` on a line, spaces for what a terminal would obey. */
void told_print(FILE *to, struct span s);

/* Likewise its first code points, and spaces up to `width` of both. */
void told_print_column(FILE *to, struct span s, size_t width);

#endif
