/*
 * The fields of a call's query: what stands behind the path.
 */
#ifndef EDGE_QUERY_H
#define EDGE_QUERY_H

#include "../format/form.h"
#include "service.h"

/* Reads them, into the request's arena. 0, or -1 and `e`: there is no room. */
int query_read(struct form *f, const struct call *call, struct err *e);

#endif
