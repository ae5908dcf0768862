#include "operations.h"

#include "format/json_out.h"
#include "http/problem.h"
#include "request/own_host.h"
#include "request/reply.h"
#include "request/service.h"
#include "store/store_figures.h"

void
operations_livez(const struct call *call)
{
	reply(call, 200, span_of("{\"live\":true}"));
}

void
operations_readyz(const struct call *call)
{
	struct worker *w = call->worker;
	struct service *s = w->service;
	bool store = store_up(s->store), draining = s->draining;
	const struct model *m = model_slot_acquire(s->models);
	struct json_out o;

	json_out_begin(&o, &call->request->arena);
	json_out_open(&o, NULL, '{');
	json_out_boolean(&o, "ready", store && !draining);
	json_out_boolean(&o, "draining", draining);
	json_out_text(&o, "store", span_of(store ? "up" : "down"));
	json_out_text(
	    &o, "state", span_of(state_up(w->state) ? "up" : "degraded"));
	if (m != NULL)
		json_out_text(&o, "model", span_of(m->name));
	else
		json_out_null(&o, "model");
	json_out_close(&o, '}');
	model_slot_release(s->models, m);
	reply(call, store && !draining ? 200 : 503, json_out_end(&o));
}

/* What is asked about only when somebody looks. */
static void
look(const struct worker *w)
{
	struct service *s = w->service;
	const struct model *m = model_slot_acquire(s->models);
	struct store_look store = store_look(s->store);

	metrics_set(s->metrics, METRIC_UP, PART_STATE, state_up(w->state));
	metrics_set(s->metrics, METRIC_UP, PART_STORE, store_up(s->store));
	metrics_set(s->metrics, METRIC_UP, PART_MODEL, m != NULL);
	metrics_set(s->metrics, METRIC_RETENTION_PAUSED, 0, store.keeps_all);
	metrics_set(s->metrics, METRIC_STORE_BYTES, STORE_FILE_DATABASE,
	    store.database_bytes);
	metrics_set(
	    s->metrics, METRIC_STORE_BYTES, STORE_FILE_LOG, store.log_bytes);
	metrics_set(s->metrics, METRIC_STORE_WAITING, 0, store.waiting);
	model_slot_release(s->models, m);
}

void
operations_metrics(const struct call *call)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "text/plain; version=0.0.4",
	};
	char *text = arena_alloc(&call->request->arena, METRICS_BYTES_MAX);

	look(call->worker);
	if (!own_host_asked(call))
		problem_fill(call->request, 421,
		    "by this name only when --admin-hosts lists it", NULL,
		    &out);
	else if (text == NULL)
		problem_fill(call->request, 500, "no memory", NULL, &out);
	else
		out.body = (struct span){
		    text, metrics_write(call->worker->service->metrics, text)};
	http_answer(call->request, &out);
}
