/*
 * Decisions about many comments at once, and taking them back as one:
 * /v1/queue/decisions. They go through feedback.h like single ones, so many
 * at a time; each that somebody else was faster with is left alone and told.
 */
#ifndef EDGE_BULK_H
#define EDGE_BULK_H

#include "../request/service.h"
#include "../store/store_queue.h"
#include "decision_json.h"

/* POST: about comments by their ids, or all that a filter selects. */
void bulk_decide(const struct call *call);

/* DELETE: undoes all of a batch that still holds. */
void bulk_undo(const struct call *call);

/* What somebody else found, to be decided or undone as one batch. */
struct bulk_plan {
	struct decision_wish wish;
	uint32_t learn_most; /* of so many something is learned, at most */
	char batch[STORE_ID_BYTES + 1];
	bool again;             /* that was begun before, and is to go on */
	struct queue_hit *hits; /* to be decided, unless somebody did */
	uint32_t n;
	/* Answers when all is over; `done` of them went well. */
	void (*answer)(const struct call *call, struct bulk_plan *p,
	    uint32_t done, const struct err *e);
};

/* These begin; `p` lives in the request's arena. */
void bulk_decide_plan(const struct call *call, struct bulk_plan *p);
void bulk_undo_plan(const struct call *call, struct bulk_plan *p);

#endif
