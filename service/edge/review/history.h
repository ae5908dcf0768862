/*
 * What was judged: records with their verdicts and what these stood on, a
 * line of JSON each with the keys of a corpus (training/corpus.h), so that
 * the trainer can judge them again.
 */
#ifndef EDGE_HISTORY_H
#define EDGE_HISTORY_H

struct call;

/*
 * GET /v1/history?before=…&days=…&limit=…: a page, the newest first; the
 * header Link says where the next one is.
 */
void history_get(const struct call *call);

#endif
