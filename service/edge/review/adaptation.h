/*
 * What a site's own decisions made of the model, in the API.
 */
#ifndef EDGE_ADAPTATION_H
#define EDGE_ADAPTATION_H

struct call;

/* GET /v1/adaptation */
void adaptation_get(const struct call *call);

#endif
