/*
 * A thread that looks after the models while nobody asks: whether what they
 * judge has changed, and whether it is time for a new one.
 */
#ifndef SERVICE_STEWARD_H
#define SERVICE_STEWARD_H

#include "edge/config/config.h"
#include "edge/request/service.h"

struct steward;

/* Begins at once. NULL and `e`. */
struct steward *steward_open(
    const struct config *c, struct service *s, struct err *e);

/* Waits for its end; harmless on NULL. */
void steward_close(struct steward *t);

#endif
