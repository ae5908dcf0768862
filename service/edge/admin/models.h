/*
 * Models in the API: which there are, what they are like, and which is in
 * use. For operators; a model judges the comments of all sites.
 */
#ifndef EDGE_MODELS_H
#define EDGE_MODELS_H

struct call;

/* GET /v1/models, GET /v1/models/{name} */
void models_list(const struct call *call);
void models_get(const struct call *call);

/* Pages for people: GET /v1/models/{name}/report and …/proposal */
void models_report(const struct call *call);
void models_proposal(const struct call *call);

/* POST /v1/models/{name}:promote, POST /v1/models:rollback */
void models_promote(const struct call *call);
void models_roll_back(const struct call *call);

/* POST /v1/models/{name}:shadow, GET and DELETE /v1/models/{name}/shadow */
void models_challenge(const struct call *call);
void models_shadow(const struct call *call);
void models_end_challenge(const struct call *call);

/* GET /v1/models/{name}/drift: whether what it judges has changed */
void models_drift(const struct call *call);

/* GET /v1/models/{name}/compare: with the active one, on what was recorded */
void models_compare(const struct call *call);

#endif
