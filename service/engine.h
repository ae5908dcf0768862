/*
 * What requests are served with, opened as the settings say: for the service,
 * and for a command that finds none running.
 */
#ifndef SERVICE_ENGINE_H
#define SERVICE_ENGINE_H

#include "edge/config/config.h"
#include "edge/request/service.h"

struct engine {
	struct service service;
	struct state_shared *state;
	void *describing; /* memory in which the store's index is made */
};

/*
 * Opens all but the model, which may be missing, and the limits, which may
 * change. `n` is all zero before. 0, or -1: engine_close what was opened.
 */
int engine_open(struct engine *n, const struct config *c, struct err *e);

/* Reads sites and keys again. 0 or -1. */
int engine_refresh(struct engine *n, struct err *e);

/* In the reverse order of the beginning; what never began is NULL. */
void engine_close(struct engine *n);

#endif
