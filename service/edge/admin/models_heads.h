/*
 * Whether a model tells all that the one in use tells. Private to models*.c.
 */
#ifndef EDGE_MODELS_HEADS_H
#define EDGE_MODELS_HEADS_H

#include "model_job.h"

/* 0, or -1: ERR_TAKEN and what the model of the job cannot tell. */
int models_heads_allow(struct model_job *j, struct err *e);

#endif
