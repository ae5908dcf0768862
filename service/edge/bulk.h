/*
 * Decisions about many comments at once, and taking them back as one:
 * /v1/queue/decisions. They go through feedback.h like single ones, so many
 * at a time; each that somebody else was faster with is left alone and told.
 */
#ifndef EDGE_BULK_H
#define EDGE_BULK_H

struct call;

/* POST: about comments by their ids, or all that a filter selects. */
void bulk_decide(const struct call *call);

/* DELETE: undoes all of a batch that still holds. */
void bulk_undo(const struct call *call);

#endif
