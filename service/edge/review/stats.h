/*
 * What happened over the last days, in figures: GET /v1/stats.
 */
#ifndef EDGE_STATS_H
#define EDGE_STATS_H

struct call;

void stats_get(const struct call *call);

#endif
