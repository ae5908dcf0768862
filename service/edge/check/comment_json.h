/*
 * POST /v1/comments as data: one table of fields, from JSON to a struct
 * comment. Members that the table does not know are ignored, so that an
 * engine may be ahead of us.
 */
#ifndef EDGE_COMMENT_JSON_H
#define EDGE_COMMENT_JSON_H

#include "../../core/comment.h"
#include "../format/json_in.h"
#include "../http/problem.h"
#include "../process/err.h"

enum { CONTENT_BYTES_MAX = 32768 };

/*
 * Fills `c` with what the value `o` says; its text stays the value's. 0, or
 * -1 and `field`, naming the first misfit of the table below `base` (a JSON
 * pointer such as "/comments/3", "" at the top). `o` may be NULL.
 */
int comment_from_json(struct comment *c, const struct json_in *o,
    const char *base, struct problem_field *field);

#endif
