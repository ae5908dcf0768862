/*
 * What operators and their tools ask: does it live, can it serve, figures.
 */
#ifndef EDGE_OPERATIONS_H
#define EDGE_OPERATIONS_H

struct call;

/* GET /livez: 200 as long as the process turns. */
void operations_livez(const struct call *call);

/*
 * GET /readyz: 200 when comments can be judged and recorded, else 503; says
 * how store, state and model are.
 */
void operations_readyz(const struct call *call);

/* GET /metrics: Prometheus text format 0.0.4. */
void operations_metrics(const struct call *call);

#endif
