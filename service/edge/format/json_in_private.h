/*
 * What json_in.c (values and their nesting) and json_in_scalar.c (strings,
 * numbers, names) share. Nobody else includes this.
 */
#ifndef EDGE_JSON_IN_PRIVATE_H
#define EDGE_JSON_IN_PRIVATE_H

#include "json_in.h"

/* All that fails returns -1: it is not JSON, unless `full` says otherwise. */
struct json_reader {
	const char *p, *end;
	struct arena *arena;
	int depth;
	bool full; /* the arena is */
};

static inline int
json_reader_full(struct json_reader *r)
{
	r->full = true;
	return -1;
}

/* The next byte; at the end NUL, which is nowhere allowed. */
static inline char
json_peek(const struct json_reader *r)
{
	return r->p < r->end ? *r->p : '\0';
}

/* Reads `c`, if it is next. */
static inline bool
json_take(struct json_reader *r, char c)
{
	if (json_peek(r) != c)
		return false;
	r->p++;
	return true;
}

/* A string: in the arena only if something is escaped. 0 or -1. */
int json_in_string(struct json_reader *r, struct span *out);

/* A number, or null, true, false: kind and value of `out`. */
int json_in_number(struct json_reader *r, struct json_in *out);
int json_in_name(struct json_reader *r, struct json_in *out);

#endif
