/*
 * One decision about a whole campaign: those that are there, and for a time
 * those to come; first tried on what people decided in the last 30 days.
 */
#ifndef EDGE_CAMPAIGN_DECIDE_H
#define EDGE_CAMPAIGN_DECIDE_H

#include "../request/service.h"

/* POST /v1/campaigns/{id}/decision */
void campaign_decide(const struct call *call);

/* DELETE …: takes the last one back, all of it. */
void campaign_undo(const struct call *call);

#endif
