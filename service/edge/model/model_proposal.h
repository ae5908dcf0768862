/*
 * What `moderato-train propose` says of a model that it made, by the
 * proposal.json in its folder. A file may be anything: it is read whole only
 * when it is small, and what does not say what it should says nothing; nor does
 * one that was made of another model.bin (sha256).
 */
#ifndef EDGE_MODEL_PROPOSAL_H
#define EDGE_MODEL_PROPOSAL_H

#include <jansson.h>
#include <stdint.h>

#include "../process/err.h"

/*
 * The members verdict ("better", "same", "worse", "unknown"), objections (of
 * each the code, the detail, and on which rows: "held back", "gold"), old (the
 * model it was compared with), the numbers labels, learned and held_back, and
 * whether its page, which quotes comments, is still there; no others. NULL:
 * there is none, or it is damaged.
 */
json_t *model_proposal_read(const char *path);

/*
 * Removes the pages of the model's folder `path` that quote comments, if they
 * were written before `until_s`, Unix time. How many, or -1: one could not be
 * removed.
 */
int model_proposal_forget(const char *path, int64_t until_s, struct err *e);

#endif
