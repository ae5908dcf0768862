/*
 * Whether there is too much to do already: then what can wait is refused
 * first, so that the rest is done in time. What people ask for, and what only
 * reads, never is.
 */
#ifndef EDGE_SHEDDING_H
#define EDGE_SHEDDING_H

#include "routes.h"
#include "service.h"

/*
 * To be asked before a call of that load counts anything: 0, or -1 with
 * ERR_BUSY, and when to come again is told with the answer.
 */
int shedding_admit(const struct call *call, enum load load, struct err *e);

#endif
