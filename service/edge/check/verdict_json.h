/*
 * The answer to a comment as JSON: the verdict, and for keys that may see
 * them its scores and reasons.
 */
#ifndef EDGE_VERDICT_JSON_H
#define EDGE_VERDICT_JSON_H

#include "../../core/moderate.h"
#include "../request/commenter.h"

enum verdict_detail { VERDICT_PLAIN, VERDICT_EXPLAINED };

/* What surrounds a verdict in its answer. */
struct verdict_answer {
	const char *id; /* the record's; NULL: nothing was recorded */
	const struct comment *comment;
	const struct verdict *verdict;
	const struct commenter_quota *quota;
	const struct judge *judge; /* what it was judged by */
	bool state_degraded;
};

/* The answer's bytes in `out`; p NULL when it does not fit. */
struct span verdict_write(const struct verdict_answer *a,
    enum verdict_detail detail, struct arena *out);

#endif
