/*
 * Why a verdict is what it is, as JSON, in the words of the API: for the
 * service and for `moderato-train score` alike.
 */
#ifndef EDGE_EXPLAIN_H
#define EDGE_EXPLAIN_H

#include "../../core/moderate.h"
#include "json_out.h"

/* Members scores and, when a model judged, head, margin and bias. */
void explain_scores(struct json_out *o, const struct verdict *v);

/* The member reasons, with the words of `c` that they stand on. */
void explain_reasons(
    struct json_out *o, const struct reasons *r, const struct comment *c);

/* The members field, start, end and quote; none for FIELD_NONE. */
void explain_place(struct json_out *o, enum reason_field field,
    struct text_range source, const struct comment *c);

#endif
