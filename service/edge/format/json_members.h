/*
 * What members of jansson's objects often are: times, and what is left out
 * when there is nothing to say.
 */
#ifndef EDGE_JSON_MEMBERS_H
#define EDGE_JSON_MEMBERS_H

#include <jansson.h>
#include <stdint.h>

#include "../../core/span.h"

/* Unix milliseconds as RFC 3339 has it; 0: null. NULL: there is no memory. */
json_t *json_time(int64_t ms);

/* Adds it to the object `o`, unless it is empty. */
void json_add_text(json_t *o, const char *name, struct span text);

/* Adds it to the object `o`, if it is above 0. */
void json_add_time(json_t *o, const char *name, int64_t ms);

#endif
