/*
 * Whether a model may take the place of the one in use, by how both judge
 * comments of which it is known what they are. Pure.
 */
#ifndef CORE_PROMOTION_H
#define CORE_PROMOTION_H

#include "contrast.h"
#include "model.h"

/* The share of good comments that may be held, and rejected, at most. */
struct promotion_budget {
	double hold, reject;
	bool sample; /* the known comments stand for those to come: F1 must fall
		      * by more than chance explains, too. Of a set that models
		      * are measured by, each point counts. */
};

/* What speaks against the new one. */
enum promotion_objection {
	/* the old one is right alone more often than chance explains, whatever
	 * is held or worse counting as stopped: McNemar's mid-p below 0.05 */
	PROMOTION_WORSE,
	/* F1 of what is stopped falls by more than half a point; of a sample,
	 * by more than chance explains, too: five comments at least that one
	 * alone is right about, and twice its standard error (delta method) */
	PROMOTION_F1,
	/* More good ones are stopped than the budget allows and than the old
	 * one stops, both by more than chance explains: the known comments are
	 * the doubtful ones, of which any model stops more than of all. */
	PROMOTION_HOLDS,
	PROMOTION_REJECTS,
	/* less than half as many bad ones are rejected, beyond chance: where
	 * what is held counts as stopped, nothing else shows it */
	PROMOTION_LENIENT,
	PROMOTION_OBJECTIONS
};

/* "worse", "f1", "holds", "rejects", "lenient". */
const char *promotion_objection_name(enum promotion_objection o);

/* Whether it can be made. */
bool promotion_objects(enum promotion_objection o, const struct contrast *c,
    const struct promotion_budget *b);

/* A head that the old one has learned and the new one has not: what it tells
 * would be published, whatever the known comments are. MODEL_HEADS: none. */
enum model_head_id promotion_head_lost(
    const struct model *old, const struct model *fresh);

/* Of what one side stops from `from` on; 0 when nothing is caught. */
double promotion_f1(
    const struct contrast *c, enum contrast_side side, enum action from);

#endif
