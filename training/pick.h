/*
 * Some lines of a file to another one, as they are.
 */
#ifndef TRAINING_PICK_H
#define TRAINING_PICK_H

#include <stdbool.h>

#include "../service/edge/process/err.h"

/* Writes the lines of `from` that are chosen, by number from 0, to `to`: for
 * the owner's eyes only. 0 or -1. */
int pick_lines(
    const char *from, const bool *chosen, const char *to, struct err *e);

#endif
