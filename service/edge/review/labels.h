/*
 * What texts are, as people decided, for training: out and in again, a line
 * of JSON each, with the keys of a corpus (training/corpus.h).
 */
#ifndef EDGE_LABELS_H
#define EDGE_LABELS_H

struct call;

enum { LABELS_MAX = 500 };

/*
 * GET /v1/labels?after=…&limit=…: a page (lines.h); the header Link says where
 * the next one is.
 */
void labels_get(const struct call *call);

/* POST /v1/labels: up to LABELS_MAX lines, all or none. */
void labels_import(const struct call *call);

#endif
