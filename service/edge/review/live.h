/*
 * GET /v1/events: what happens on the caller's sites, as it happens, and who
 * else is there. Ends when the caller may no more.
 */
#ifndef EDGE_LIVE_H
#define EDGE_LIVE_H

#include "../request/service.h"

void live_events(const struct call *call);

#endif
