/*
 * Looks whether what the active model judges has changed, on all sites: sets
 * the metrics, and logs when something enters or leaves its band.
 */
#ifndef EDGE_DRIFT_WATCH_H
#define EDGE_DRIFT_WATCH_H

#include "../../core/drift.h"
#include "../request/service.h"

/* What was found the last time; zeroed at first. */
struct drift_watch {
	enum drift_state state;
};

/* Waits for the disk: off the loops' threads. */
void drift_watch_look(
    struct drift_watch *w, struct service *s, struct store_reader *r);

#endif
