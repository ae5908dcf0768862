/*
 * What the calls of the Perspective dialect share: who asks, with which
 * body, and errors of ours in its form. Used by perspective_*.c only.
 */
#ifndef EDGE_PERSPECTIVE_CALL_H
#define EDGE_PERSPECTIVE_CALL_H

#include <jansson.h>

#include "../request/service.h"
#include "perspective_error.h"

/* Fills in the caller, whose key has the scope: 0, or -1 and `out`. */
int perspective_identify(
    struct call *call, unsigned scope, struct perspective_error *out);

/* The request's body; NULL and `out`. Give back with json_decref. */
json_t *perspective_body(
    const struct call *call, struct perspective_error *out);

/* Answers an error of ours. */
void perspective_fail(struct http_request *r, const struct err *e);

#endif
