/*
 * Bodies of the administration as data: a table of members from JSON to a
 * struct. Strict: a member that the table does not know is refused, so that
 * no slip of the pen passes for a change.
 */
#ifndef EDGE_FIELDS_H
#define EDGE_FIELDS_H

#include <jansson.h>
#include <stddef.h>

#include "../../core/span.h"
#include "../http/problem.h"

struct field {
	const char *name;
	/* reads `v`, which is not null, to `out`: 0, or -1: a misfit */
	int (*read)(json_t *v, void *out);
	size_t offset; /* in the struct */
	const char *expected;
};

/*
 * Reads the object that `text` is into `out`; members that are not there, or
 * null, leave it as it was. An empty text has no members. The value that was
 * read, whose texts `out` borrows, to be given back with json_decref; NULL
 * and `e`, where ERR_FIELD has a misfit.
 */
json_t *fields_read(const struct field *rows, struct span text, void *out,
    struct problem_field *misfit, struct err *e);

/* Names a misfit in `field` and returns ERR_FIELD in `e`, -1. */
int fields_misfit(struct problem_field *field, struct err *e,
    const char *pointer, const char *detail);

/*
 * For a body that is read otherwise: 0, or -1: `o` has a member that is not
 * among `names`, which NULL ends.
 */
int fields_only(json_t *o, const char *const *names,
    struct problem_field *misfit, struct err *e);

/* Readers: into a const char *, without a NUL inside; a json_t *; a Unix time
 * in ms of RFC 3339, in an int64_t. */
int field_text(json_t *v, void *out);
int field_value(json_t *v, void *out);
int field_time(json_t *v, void *out);

#endif
