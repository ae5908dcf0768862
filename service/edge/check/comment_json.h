/*
 * POST /v1/comments as data: one table of fields, from JSON to a struct
 * comment. Members that the table does not know are ignored, so that an
 * engine may be ahead of us.
 */
#ifndef EDGE_COMMENT_JSON_H
#define EDGE_COMMENT_JSON_H

#include <jansson.h>

#include "../../core/arena.h"
#include "../../core/comment.h"
#include "../http/problem.h"
#include "../process/err.h"

enum { CONTENT_BYTES_MAX = 32768 };

/*
 * Fills `c` from the value `o`, copying what it keeps into `a`. ERR_NONE;
 * ERR_FIELD, with `field` naming the first misfit below `base` (a JSON
 * pointer such as "/comments/3", "" at the top); or ERR_TOO_LARGE: the arena
 * is full.
 */
enum err_code comment_from_json(struct comment *c, json_t *o, const char *base,
    struct arena *a, struct problem_field *field);

#endif
