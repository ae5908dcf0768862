/*
 * service/openapi.json, the description of the API, as part of the program:
 * what is served is what was built.
 */
#ifndef EDGE_OPENAPI_H
#define EDGE_OPENAPI_H

struct call;

/* GET /openapi.json. */
void openapi_get(const struct call *call);

#endif
