/*
 * What two sides of a contrast did, in lines for people on stdout.
 */
#ifndef TRAINING_CONTRAST_TEXT_H
#define TRAINING_CONTRAST_TEXT_H

#include "../service/core/contrast.h"

/* The figures of both sides, called `names`, with their intervals, and how
 * likely the difference is by chance. */
void contrast_print(
    const struct contrast *c, const char *const names[CONTRAST_SIDES]);

#endif
