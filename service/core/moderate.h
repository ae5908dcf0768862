/*
 * The order of the steps: read a comment, then judge it with its signals.
 * Between the two someone counts the signal keys. Pure; the time is in the
 * comment.
 */
#ifndef CORE_MODERATE_H
#define CORE_MODERATE_H

#include "arena.h"
#include "comment.h"
#include "fingerprint.h"
#include "model.h"
#include "policy.h"
#include "reasons.h"
#include "rules.h"
#include "signals.h"
#include "text.h"

/* A comment as read: everything that does not need to be counted first. */
struct reading {
	const struct comment *comment;
	struct text text;
	struct fingerprint fingerprint;
	struct signal_keys keys; /* to be touched before judging */
};

/* What a comment is judged by. */
struct judge {
	const struct model *model; /* NULL: none, only `ruling` is heard */
	struct policy_site site;
	enum ruling ruling;      /* what is known of this one comment */
	enum reason_code why;    /* there is one, but not by a list */
	struct rule_hits listed; /* at most REASONS_LISTED_MAX */
	bool untried; /* there may be more of them: not all were looked for */
	bool brief;   /* nobody asks why: no reasons that are the model's */
};

struct verdict {
	enum action action;
	enum model_head_id head; /* margin, bias and reasons are this head's */
	double scores[MODEL_HEADS]; /* probabilities; < 0: head is empty */
	double alone[MODEL_HEADS];  /* the same by the model without the site */
	double unseen;           /* see vocabulary.h; NAN: nothing can tell */
	double margin, bias;     /* margin = bias + sum of the reasons */
	double own[MODEL_HEADS]; /* of margins: what a site adds by deltas */
	struct reasons reasons;
};

/*
 * Reads `c` into `r`: 0, or -1 when the arena is full. What it is recognised
 * and counted by is made with `key`.
 */
int moderate_read(struct reading *r, const struct comment *c,
    const struct siphash_key *key, struct arena *a);

/*
 * Judges a reading: 0, or -1 when the arena is full. What it leaves in the
 * arena may be rewound: the verdict points to the rules that are listed, and
 * to nothing else.
 */
int moderate_judge(struct verdict *v, const struct reading *r,
    const struct signals *s, const struct judge *j, struct arena *a);

#endif
