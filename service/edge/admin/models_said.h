/*
 * What was said of a model when it was proposed, asked before it is put in
 * use: the proposal.json in its folder, as `moderato-train propose` makes it.
 * Private to models*.c.
 */
#ifndef EDGE_MODELS_SAID_H
#define EDGE_MODELS_SAID_H

#include "model_job.h"

/*
 * 0, or -1: ERR_TAKEN and the first of what the proposal of the job's model
 * names against it, and beside which model. Nothing speaks against one that
 * nobody proposed, whose proposal is damaged, or that is in use.
 */
int models_said_allows(struct model_job *j, struct err *e);

#endif
