/*
 * JSON in and out through jansson: a strict reader that bounds depth and
 * refuses duplicate keys and bad UTF-8, and a writer into an arena. Knows
 * not what fields mean.
 *
 * A tree that lacks what there was no memory for looks as whole as any, so
 * that is remembered here, by thread, until the tree is to be written: then
 * it is not.
 */
#ifndef EDGE_JSON_H
#define EDGE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/err.h"

enum { JSON_DEPTH_MAX = 16 };

/* Before any use of jansson. */
void json_init(void);

/* Begins a request: what went wrong before is nothing to it. */
void json_begin(void);

/* Whether nothing was missing since then, before a thread hands a tree on. */
bool json_is_whole(void);

/*
 * Reads all of `text`. NULL and `e` (ERR_INPUT) when it is not one JSON
 * value, or there is no memory (ERR_DOWN). Give back with json_decref.
 */
json_t *json_read(struct span text, struct err *e);

/*
 * Writes `value` compactly, numbers with 17 digits so that they read back
 * the same; p NULL when it does not fit, `value` is NULL, or memory was
 * missing since json_begin, or since it last said so.
 */
struct span json_write(const json_t *value, struct arena *a);

/* The string `s` of valid UTF-8 as a value. */
json_t *json_span(struct span s);

/*
 * Puts `value`, which it takes, where the JSON pointer leads below the object
 * `o`, making the objects on the way; no name in it is escaped. 0, or -1:
 * `value` is NULL, or there is no memory.
 */
int json_put_at(json_t *o, const char *pointer, json_t *value);

/* A value's text, borrowed from it; p NULL: it is no string, or NULL. */
static inline struct span
json_text(const json_t *value)
{
	return (struct span){
	    json_string_value(value), json_string_length(value)};
}

#endif
