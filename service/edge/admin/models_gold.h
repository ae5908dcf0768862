/*
 * What is known for certain, asked before a model is put in use: the gold
 * set, comments whose labels somebody chose to keep for this and that no
 * model is trained on. It is the file gold.jsonl beside the models, as
 * `moderato-train export --gold` makes it. Private to models*.c.
 */
#ifndef EDGE_MODELS_GOLD_H
#define EDGE_MODELS_GOLD_H

#include "model_job.h"

/*
 * Judges the gold set with the model in use and with that of the job: 0, or
 * -1: ERR_TAKEN and what speaks against it (core/promotion.h), or why the gold
 * set cannot be asked, for want of a model in use too. Where there is none
 * nothing does.
 */
int models_gold_allows(struct model_job *j, struct err *e);

#endif
