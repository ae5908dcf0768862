/*
 * From margins and signals to an action. Owns the rules; knows neither
 * features nor weights.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"
#include "signals.h"

/* From mild to hard; the hardest of all rules wins. */
enum action { ACTION_PUBLISH, ACTION_HOLD, ACTION_REJECT, ACTION_DISCARD };

/* What is known of a comment beside what the model says. */
enum ruling {
	RULING_NONE,
	RULING_SPAM,    /* a person called it spam, or the engine asked so */
	RULING_ABUSE,   /* a person called it abuse */
	RULING_TRASH,   /* a person took it away, for whatever reason */
	RULING_HOLD,    /* a person wants another one to decide */
	RULING_ALIKE,   /* a person called one like it spam, of others */
	RULING_HAM,     /* a person called it good */
	RULING_TRUSTED, /* its author may say anything */
	RULING_ALLOWED, /* these three by what the site lists (rules.h) */
	RULING_SUSPECT,
	RULING_BLOCKED,
};

/*
 * Comments allowed in this window of counters.h and the one before, so in one
 * to two hours; 0: no limit.
 */
struct policy_limits {
	uint32_t author;
	uint32_t ip;
};

/* The enum signal_kind that is over its limit; -1: none. */
int policy_over_limit(
    const struct signals *s, const struct policy_limits *limits);

/* What a site's cut-off is given as. */
enum policy_scale {
	SCALE_MODEL,       /* not at all: the model's holds */
	SCALE_PROBABILITY, /* a score */
	SCALE_BUDGET,      /* a share of the good comments */
};

struct policy_cut {
	enum policy_scale scale;
	double at; /* from 0 to 1 */
};

/*
 * What a site sets for itself; zeroed: nothing. Nothing is rejected below
 * where it is held; of the two the one that the site does not set gives way.
 * A budget that the data are too few to promise: in place of rejecting it
 * holds, and in place of holding all is as the model says.
 */
struct policy_site {
	struct policy_limits limits;
	struct {
		struct policy_cut hold, reject;
	} cuts[MODEL_HEADS];
};

/* Margins; hold <= reject <= discard. */
struct policy_cut_offs {
	double hold, reject, discard;
};

/* Those of one head on a site. */
struct policy_cut_offs policy_cut_offs(const struct model_head *h,
    const struct policy_site *site, enum model_head_id head);

/* What is known of the comment to decide about. */
struct policy_case {
	const double *margins; /* one a head */
	const double *firm;    /* what a rejection must rest on, as many */
	const struct signals *signals;
	bool empty;   /* there is nothing to read */
	bool trapped; /* a field was filled that people do not see */
	bool cut;     /* there is more to it, which nobody judges */
	bool listed;  /* the site blocks something in it */
};

struct policy_decision {
	enum action action;
	enum model_head_id head; /* which head decided */
	int over_limit; /* -1, or the enum signal_kind over its limit */
	/* it is held only because the data are too few to promise that so
	 * few good comments are rejected: it is above all that they promise */
	bool unproven;
	/* it is held only because its margin is not firm */
	bool unfamiliar;
};

/*
 * Decides by each head's cut-offs, rejecting only what is firm; a tie goes to
 * the more probable head. `discard` needs the same thing for the third time
 * besides the margin, or that it is listed. Over a limit, empty, trapped or
 * cut: held at least.
 */
struct policy_decision policy_decide(const struct model *m,
    const struct policy_case *c, const struct policy_site *site);

/*
 * What a ruling makes of an action: spam, abuse and trash are rejected at
 * least, what is like spam is held at least, ham published unless it `waits`
 * all the same, as over a limit, the trusted are published. What a site's lists
 * block is rejected at least, what they hold is held at least, and what they
 * allow is like ham.
 */
enum action policy_rule(enum ruling r, enum action a, bool waits);

/* The head that a ruling is about, if it has learned; else `head`. */
enum model_head_id policy_head(
    enum ruling r, const struct model *m, enum model_head_id head);

/* The name of an action in the API, such as "publish", and back: -1, there is
 * none. */
const char *action_name(enum action a);
int action_named(struct span name);

#endif
