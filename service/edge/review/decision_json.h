/*
 * Decisions as the API has them in JSON: what somebody asks for, read; what
 * was decided, written.
 */
#ifndef EDGE_DECISION_JSON_H
#define EDGE_DECISION_JSON_H

#include <jansson.h>

#include "../../core/arena.h"
#include "../http/problem.h"
#include "../store/store_decision.h"

/* What a body asks for. */
struct decision_wish {
	enum decision_kind kind;
	bool learn;
	struct span reason, note;
	enum comment_state if_state; /* only if it is in this state */
	bool conditional;            /* whether that was asked */
};

/* What of it each body may have, for fields_only. */
#define DECISION_WISH_MEMBERS "decision", "reason", "note", "learn"

/*
 * Reads `body`, copying what it keeps into `a`: 0, or -1 and `e`: ERR_FIELD,
 * with `field` naming the first misfit; ERR_TOO_LARGE, the arena is full.
 */
int decision_wish_read(struct decision_wish *w, json_t *body, struct arena *a,
    struct problem_field *field, struct err *e);

/* A decision as a value; NULL: no memory. */
json_t *decision_to_json(const struct decision *d);

/* {"id":…,"state":…,NAME:{the decision}} about a comment, in `a`; p NULL:
 * it does not fit. */
struct span decision_answer(const struct decision *d, enum comment_state s,
    const char *name, struct arena *a);

#endif
