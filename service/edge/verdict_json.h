/*
 * The answer to a comment as JSON: the verdict, and for keys that may see
 * them its scores and reasons.
 */
#ifndef EDGE_VERDICT_JSON_H
#define EDGE_VERDICT_JSON_H

#include <jansson.h>

#include "../core/moderate.h"

enum verdict_detail { VERDICT_PLAIN, VERDICT_EXPLAINED };

/* What surrounds a verdict in its answer. */
struct verdict_answer {
	const char *id; /* the record's; NULL: nothing was recorded */
	const struct comment *comment;
	const struct verdict *verdict;
	const struct signals *signals;
	const struct policy_limits *limits;
	const struct model *model; /* NULL: none */
	bool state_degraded;
	int64_t at_ms; /* of the comment */
};

/* The answer; NULL when memory is out. Give back with json_decref. */
json_t *verdict_to_json(
    const struct verdict_answer *a, enum verdict_detail detail);

#endif
