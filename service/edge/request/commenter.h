/*
 * How much an author or address may still write: what the counts and the
 * limits say of it. Pure.
 */
#ifndef EDGE_COMMENTER_H
#define EDGE_COMMENTER_H

#include "../../core/policy.h"

struct commenter_quota {
	uint32_t limit;     /* the tighter one; 0: there is none */
	uint32_t remaining; /* before all is held */
	uint32_t reset_s;   /* until the older hour stops counting, >= 1; who
			     * floods: until one more would be let through */
	bool floods;        /* far over a limit */
};

/* Beyond how many times its limit each floods; 0: never. */
struct commenter_floods {
	uint32_t author, ip;
};

/* The quota of who wrote the comment that `s` counted at `at_ms`. */
struct commenter_quota commenter_quota(const struct signals *s,
    const struct policy_limits *limits, struct commenter_floods floods,
    int64_t at_ms);

#endif
