/*
 * JSON read straight from the bytes of a body, for what is asked thousands
 * of times a second: a tree of values in an arena whose text is the body's
 * own wherever nothing is escaped. Reads and refuses exactly what json_read
 * does, and refuses in its words. Knows not what fields mean.
 */
#ifndef EDGE_JSON_IN_H
#define EDGE_JSON_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/err.h"

enum json_in_kind {
	IN_NULL,
	IN_FALSE,
	IN_TRUE,
	IN_INTEGER,
	IN_REAL,
	IN_STRING,
	IN_ARRAY,
	IN_OBJECT,
};

struct json_in {
	enum json_in_kind kind;
	uint32_t n;      /* items of an array, members of an object */
	struct span key; /* of a member of an object */
	union {
		int64_t integer;
		double real;
		struct span text; /* of a string: UTF-8 without NUL */
		const struct json_in *first; /* of n; NULL: there is none */
	};
	const struct json_in *next; /* beside it; NULL: it is the last */
};

/*
 * Reads all of `text`, which must live as long as the value. NULL and `e`
 * when it is not one JSON value (ERR_INPUT) or the arena is full
 * (ERR_TOO_LARGE).
 */
const struct json_in *json_in_read(
    struct span text, struct arena *a, struct err *e);

/*
 * As json_in_read, without a word why, for which jansson reads all of it once
 * more: it takes no memory but the arena's. `full`: that was why not.
 */
const struct json_in *json_in_try(
    struct span text, struct arena *a, bool *full);

/* The member `name` of `o`; NULL when there is none or `o` is no object. */
const struct json_in *json_in_member(const struct json_in *o, const char *name);

#endif
