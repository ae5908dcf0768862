#include "model_job.h"

#include "../format/json.h"
#include "../process/container.h"
#include "../request/admin.h"
#include "../request/query.h"
#include "../request/reply.h"

enum { LOOK_MS = 200 };

#define RETRY_S "2" /* as headers have it */

static void
run(struct errand *w)
{
	struct model_job *j = (struct model_job *)w;

	json_begin();
	j->failed = j->work(j, &j->err);
	if (j->failed || json_is_whole())
		return;
	json_decref(j->answer);
	j->failed = err_set(&j->err, ERR_DOWN, "no memory for the answer");
}

/* A report is somebody's HTML: it is shown, but may do nothing. */
static void
answer_page(const struct model_job *j)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "text/html; charset=utf-8",
	    .body = j->page,
	    .headers =
		{
		    {"Content-Security-Policy",
			"sandbox; default-src 'none'; "
			"style-src 'unsafe-inline'; img-src data:; "
			"form-action 'none'; frame-ancestors 'self'"},
		    {"Referrer-Policy", "no-referrer"},
		},
	};

	http_answer(j->call.request, &out);
}

static void
done(struct errand *w)
{
	struct model_job *j = (struct model_job *)w;

	loop_remove_idle(j->errand.loop, &j->look);
	if (j->failed)
		problem_answer(j->call.request, &j->err, NULL);
	else if (j->page.p != NULL)
		answer_page(j);
	else
		reply_json(&j->call, 200, j->answer);
}

/* Nobody is told that a client left while its request waits. */
static int
look(struct loop_idle *i, int64_t now_ms)
{
	struct model_job *j = container_of(i, struct model_job, look);

	(void)now_ms;
	if (http_gone(j->call.request))
		atomic_store(&j->errand.called_off, true);
	return LOOK_MS;
}

/* Fills it from the request. 0 or -1. */
static int
prepare(struct model_job *j, struct err *e)
{
	struct span name = j->call.id;

	/* a longer name is no folder's: so is an empty one */
	if (name.p != NULL && name.n < sizeof j->name)
		memcpy(j->name, name.p, name.n);
	return query_read(&j->query, &j->call, e);
}

void
model_job_start(const struct call *call, struct errands *errands,
    int (*work)(struct model_job *j, struct err *e))
{
	struct model_job *j = arena_array(&call->request->arena, 1, sizeof *j);
	struct err e;

	if (j == NULL) {
		err_no_room(&e);
		problem_answer(call->request, &e, NULL);
		return;
	}
	*j = (struct model_job){
	    .errand = {run, done, call->worker->loop},
	    .call = *call,
	    .work = work,
	    .look = {look},
	};
	if (prepare(j, &e) == 0 &&
	    errands_start(errands, &j->errand, &e) == 0) {
		loop_add_idle(call->worker->loop, &j->look);
		return;
	}
	if (e.code == ERR_RATE)
		http_add_header(call->request, "Retry-After", RETRY_S);
	problem_answer(call->request, &e, NULL);
}

int
model_job_path(
    const struct model_job *j, char out[MODEL_PATH_BYTES], struct err *e)
{
	return model_shelf_path(
	    j->call.worker->service->shelf, j->name, out, e);
}

int
model_job_number(const struct model_job *j, struct model_number n, int64_t *out,
    struct err *e)
{
	*out = n.fallback;
	if (form_number(form_get(&j->query, span_of(n.name)), n.least, n.most,
		out) == 0)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: expected a whole number from %lld to %lld", n.name,
	    (long long)n.least, (long long)n.most);
}
