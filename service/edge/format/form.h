/*
 * Readers of HTML forms: names and values from the three encodings that
 * clients send, decoded into an arena. Knows not what fields mean. Values are
 * bytes of any kind; charset.h makes text of them.
 */
#ifndef EDGE_FORM_H
#define EDGE_FORM_H

#include <stdint.h>

#include "../../core/arena.h"
#include "../../core/span.h"

enum { FORM_FIELDS_MAX = 1024 };

struct form_field {
	struct span name, value;
};

struct form {
	struct arena *arena;
	struct form_field *fields; /* in the order they came */
	uint32_t n;
};

/* An empty form that grows in `a`: 0, or -1: the arena is full. */
int form_init(struct form *f, struct arena *a);

/*
 * These add the fields of `text`: 0, or -1: too many, or the arena is full.
 * What cannot be read as a field is passed over; a field without a name is.
 */

/*
 * application/x-www-form-urlencoded as in the WHATWG URL Standard §5.1: a
 * broken escape stands for itself, a name without '=' has an empty value.
 */
int form_add_urlencoded(struct form *f, struct span text);

/* multipart/form-data (RFC 7578); `type` is the whole Content-Type. */
int form_add_multipart(struct form *f, struct span text, struct span type);

/* The strings, numbers and booleans of a JSON object, mended (json_mend.h),
 * which may be the bytes of `text` themselves; 1: it is none. */
int form_add_json(struct form *f, struct span text);

/*
 * By Content-Type: multipart and JSON when it says so, else urlencoded. As
 * form_add_json.
 */
int form_add_body(struct form *f, struct span body, struct span type);

/* The value of the last field of this name; p NULL: there is none. */
struct span form_get(const struct form *f, struct span name);

/*
 * Reads a whole number, digits alone, from `least` to `most`; `out` stays when
 * there is none (p NULL). 0, or -1: it is something else.
 */
int form_number(struct span s, int64_t least, int64_t most, int64_t *out);

/* A part of a path without its escapes, in `a`; p NULL: the arena is full. */
struct span form_unescape(struct span s, struct arena *a);

/* Writes all but letters and digits as escapes, in up to 3 bytes for one of
 * `s`; returns where that ends. */
char *form_escape(char *at, struct span s);

#endif
