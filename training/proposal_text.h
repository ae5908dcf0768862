/*
 * What came of a proposal, for who asked for it on a terminal.
 */
#ifndef TRAINING_PROPOSAL_TEXT_H
#define TRAINING_PROPOSAL_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* proposal.json of the model in `folder`, in words. */
void proposal_text_put(FILE *f, const json_t *proposal, const char *folder);

#endif
