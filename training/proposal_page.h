/*
 * proposal.html: what a person needs who is to say whether a model is put in
 * use. Figures of both models with their intervals, what speaks against the
 * new one, and the very comments whose verdict changes. Stands alone, since
 * the service shows it; loads nothing, runs nothing, and what strangers wrote
 * stays text.
 */
#ifndef TRAINING_PROPOSAL_PAGE_H
#define TRAINING_PROPOSAL_PAGE_H

#include <jansson.h>

#include "../service/edge/process/err.h"

/*
 * Writes it to `folder`, for its owner only. `proposal` is what proposal.json
 * holds, `compared` an array of what compare_models says, each with `on`: the
 * rows it is of. 0 or -1.
 */
int proposal_page_write(const char *folder, const json_t *proposal,
    const json_t *compared, struct err *e);

#endif
