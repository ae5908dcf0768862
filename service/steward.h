/*
 * A thread that looks after the models while nobody asks: whether what they
 * judge has changed.
 */
#ifndef SERVICE_STEWARD_H
#define SERVICE_STEWARD_H

#include "edge/request/service.h"

struct steward;

/* Begins at once. NULL and `e`. */
struct steward *steward_open(struct service *s, struct err *e);

/* Waits for its end; harmless on NULL. */
void steward_close(struct steward *t);

#endif
