/*
 * What `moderato-train propose` says of a model that it made, by the
 * proposal.json in its folder. A file may be anything: it is read whole only
 * when it is small, and what does not say what it should says nothing.
 */
#ifndef EDGE_MODEL_PROPOSAL_H
#define EDGE_MODEL_PROPOSAL_H

#include <jansson.h>

/*
 * The members verdict ("better", "same", "worse"), objections (of each the
 * code, the detail, and on which rows: "held back", "gold"), old (the model it
 * was compared with) and the numbers labels, learned and held_back; no others.
 * NULL: there is none, or it is damaged.
 */
json_t *model_proposal_read(const char *path);

#endif
