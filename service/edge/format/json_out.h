/*
 * JSON text written straight into an arena, value after value, where a tree
 * of jansson's would cost more than all the rest of an answer. Gives the
 * same bytes as json_write. Commas come by themselves; that braces pair and
 * that members have keys is up to the caller.
 */
#ifndef EDGE_JSON_OUT_H
#define EDGE_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/arena.h"
#include "../../core/span.h"

struct json_out {
	struct arena *arena;
	size_t before; /* arena->used at the start */
	char *p;
	size_t n, room; /* n <= room */
	bool full;      /* something did not fit */
};

/* Starts; until json_out_end the rest of `a` is the writer's. */
void json_out_begin(struct json_out *o, struct arena *a);

/* What was written, its memory cut to size; p NULL when it did not fit. */
struct span json_out_end(struct json_out *o);

/*
 * Values. `key` is plain ASCII, NULL outside of objects. Open with '{' or
 * '[', close with '}' or ']'. Text must be valid UTF-8, a real finite.
 */
void json_out_open(struct json_out *o, const char *key, char bracket);
void json_out_close(struct json_out *o, char bracket);
void json_out_text(struct json_out *o, const char *key, struct span text);
/* Text that, when it is empty, is null; or that is left out. */
void json_out_text_or_null(
    struct json_out *o, const char *key, struct span text);
void json_out_text_if_any(
    struct json_out *o, const char *key, struct span text);
void json_out_integer(struct json_out *o, const char *key, int64_t value);
void json_out_real(struct json_out *o, const char *key, double value);
/* The same rounded to 9 decimals, in a fiftieth of the time. */
void json_out_decimal(struct json_out *o, const char *key, double value);
/* Unix milliseconds as RFC 3339 has it. */
void json_out_time(struct json_out *o, const char *key, int64_t ms);
/* A value that is JSON already. */
void json_out_raw(struct json_out *o, const char *key, struct span json);
void json_out_boolean(struct json_out *o, const char *key, bool value);
void json_out_false(struct json_out *o, const char *key);
void json_out_null(struct json_out *o, const char *key);

#endif
