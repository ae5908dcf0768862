/*
 * What became of the decisions that a proposal is made of, as hygiene.json in
 * its folder has it: how many it learned, and of whom it believed nothing, or
 * not all, and how much of what it is asked about is theirs.
 */
#ifndef TRAINING_TIDIED_H
#define TRAINING_TIDIED_H

#include <jansson.h>

#include "../service/edge/process/err.h"

struct tidied {
	const char *folder;
	const char *asked, *gold; /* files of rows; NULL: there is none */
};

/*
 * Sets of `proposal` the members "learned" and "set_aside", which has for each
 * of them "by" and the numbers of rows "held_back" and "gold". 0 or -1.
 */
int tidied_add(json_t *proposal, const struct tidied *t, struct err *e);

/* Calls `put` with a sentence for each that rows are of, without full stop. */
void tidied_each(const json_t *proposal,
    void (*put)(void *arg, const char *sentence), void *arg);

#endif
