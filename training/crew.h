/*
 * Jobs on the processors that the program may use. Its threads live as long
 * as a call. What comes of jobs must not depend on who does which, or when.
 */
#ifndef TRAINING_CREW_H
#define TRAINING_CREW_H

#include <stddef.h>

#include "../service/edge/process/err.h"

/* How many jobs are done at the same time, at most: always the same. */
unsigned crew_hands(void);

/*
 * Does the jobs 0 … n - 1, the lower ones first; `hand`, below crew_hands(),
 * does one at a time. 0; or -1 and what the first job said that failed,
 * after which none is begun.
 */
int crew_do(size_t n,
    int (*job)(void *work, size_t i, unsigned hand, struct err *e), void *work,
    struct err *e);

#endif
