#include <math.h>

#include "../format/rfc3339.h"
#include "../model/model_card.h"
#include "../model/model_file.h"
#include "../process/loop.h"
#include "drift_report.h"
#include "model_job.h"
#include "models.h"

enum { DAYS = 7, DAYS_MAX = 366, DATE_BYTES = 10 };

/* An answer in the making. */
struct telling {
	json_t *measures;
	double worst;
	char name[sizeof(((struct drift_measure *)NULL)->name)];
};

static json_t *
share(struct drift_share s)
{
	return s.n == 0 ? json_null() : json_real((double)s.k / s.n);
}

/* A histogram as shares; empty: there is nothing. */
static json_t *
shares(const uint32_t *n, uint32_t bins)
{
	json_t *list = json_array();
	uint32_t sum = 0;

	for (uint32_t i = 0; i < bins; i++)
		sum += n[i];
	for (uint32_t i = 0; i < bins && sum > 0; i++)
		json_array_append_new(
		    list, share((struct drift_share){n[i], sum}));
	return list;
}

static void
tell_measure(void *arg, const struct drift_measure *m)
{
	struct telling *t = arg;
	bool all = m->bins > 0;

	if (m->psi > t->worst) {
		t->worst = m->psi;
		memcpy(t->name, m->name, sizeof(t->name));
	}
	json_array_append_new(t->measures,
	    json_pack("{s:s, s:o, s:s, s:o, s:o}", "name", m->name, "psi",
		isnan(m->psi) ? json_null() : json_real(m->psi), "state",
		drift_state_name(drift_state(m->psi)), "was",
		all ? shares(m->reference, m->bins) : share(m->was), "is",
		all ? shares(m->now, m->bins) : share(m->is)));
}

static json_t *
date_or_null(int64_t day)
{
	char text[RFC3339_BYTES];

	if (day == 0)
		return json_null();
	rfc3339_write(day * DAY_MS, text);
	return json_stringn(text, DATE_BYTES);
}

static json_t *
side(const struct drift_side *s)
{
	bool dated = s->days.end > s->days.from;

	return json_pack("{s:I, s:o, s:o}", "n", (json_int_t)s->counts.n,
	    "from", date_or_null(dated ? s->days.from : 0), "until",
	    date_or_null(dated ? s->days.end - 1 : 0));
}

/* The worst is what the whole is. */
static json_t *
tell(const char *model, const struct drift_report *r)
{
	struct telling t = {json_array(), -1, ""};

	drift_report_each(r, &(struct drift_visit_measure){tell_measure, &t});
	return json_pack("{s:s, s:s?, s:o, s:o, s:s, s:o, s:o}", "model", model,
	    "source", drift_source_name(r->source), "reference",
	    side(&r->reference), "now", side(&r->now), "state",
	    drift_state_name(drift_state(t.worst < 0 ? NAN : t.worst)), "worst",
	    t.name[0] == '\0' ? json_null() : json_string(t.name), "measures",
	    t.measures);
}

/* The report about the model of that folder. 0 or -1. */
static int
make(struct model_job *j, struct drift_report *out, const char *path,
    int64_t days, struct err *e)
{
	struct arena *a = &j->call.request->arena;
	struct model *m = model_file_load(path, e);
	struct store_reader *r;
	json_t *card;
	int failed;

	if (m == NULL)
		return -1;
	r = store_reader_open(j->call.worker->service->store, e);
	card = model_card_read(path, a);
	failed = r == NULL || drift_report_make(out, r,
				  &(struct drift_question){
				      .call = &j->call,
				      .model = model_file_mark(m),
				      .card = card,
				      .today = clock_unix_ms() / DAY_MS,
				      .days = days,
				  },
				  e) != 0;
	json_decref(card);
	if (r != NULL)
		store_reader_close(r);
	model_file_free(m);
	return failed ? -1 : 0;
}

static int
show(struct model_job *j, struct err *e)
{
	struct drift_report report;
	char path[MODEL_PATH_BYTES];
	int64_t days;

	if (model_job_number(j,
		(struct model_number){"days", 1, DAYS_MAX, DAYS}, &days,
		e) != 0 ||
	    model_job_path(j, path, e) != 0 ||
	    make(j, &report, path, days, e) != 0)
		return -1;
	j->answer = tell(j->name, &report);
	return 0;
}

void
models_drift(const struct call *call)
{
	model_job_start(call, call->worker->service->errands, show);
}
