
#include "../format/json_members.h"
#include "../process/loop.h"
#include "../store/store_decision.h"
#include "model_item.h"
#include "model_job.h"
#include "models.h"

enum { SHOWN = 50, SHOWN_MAX = 200 };

/* How a challenge went, in the making. */
struct showing {
	struct model_job *job;
	struct store_reader *reader;
	struct store_model_use use; /* the last of this model; number 0: none */
	json_t *counts, *items;
	int64_t n, agreed, last, most;
};

static void
note_use(void *arg, const struct store_model_use *u)
{
	struct showing *s = arg;

	if (u->role == MODEL_CHALLENGER && strcmp(u->name, s->job->name) == 0)
		s->use = *u;
}

static void
add_count(void *arg, const struct shadow_count *c)
{
	struct showing *s = arg;

	s->n += c->n;
	if (span_equal(c->before, c->after))
		s->agreed += c->n;
	json_array_append_new(s->counts,
	    json_pack("{s:o, s:o, s:I}", "before",
		json_stringn(c->before.p, c->before.n), "after",
		json_stringn(c->after.p, c->after.n), "n", (json_int_t)c->n));
}

/* What people said of it; or NULL. */
static const char *
decision_of(struct showing *s, struct store_ref ref)
{
	struct arena *a = &s->job->call.request->arena;
	struct decision d;
	struct err none;

	return store_get_decision(s->reader, ref, a, &d, &none) == 0
		   ? decision_name(d.kind)
		   : NULL;
}

/* One that was deleted in between is passed over. */
static void
add_item(void *arg, const struct shadow_row *row)
{
	struct showing *s = arg;
	struct arena *a = &s->job->call.request->arena;
	size_t used = a->used;
	struct store_ref ref = {row->site, row->comment};
	struct record r;
	struct err gone;

	s->last = row->number;
	if (store_get(s->reader, ref, a, &r, &gone) == 0)
		json_array_append_new(
		    s->items, model_item_json(
				  &(struct model_item){
				      .record = &r,
				      .decision = decision_of(s, ref),
				      .of = {{row->before, row->before_score},
					  {row->after, row->after_score}},
				  },
				  s->job->call.worker->service->sites));
	arena_rewind(a, used);
}

static json_t *
answer(struct showing *s)
{
	bool more = (int64_t)json_array_size(s->items) == s->most;

	return json_pack("{s:s, s:o, s:o, s:I, s:I, s:O, s:O, s:o}", "model",
	    s->use.name, "since", json_time(s->use.at_ms), "until",
	    json_time(s->use.ended_at_ms), "n", (json_int_t)s->n, "agreed",
	    (json_int_t)s->agreed, "counts", s->counts, "items", s->items,
	    "next",
	    more ? json_sprintf("%lld", (long long)s->last) : json_null());
}

static int
read_all(struct showing *s, int64_t below, struct err *e)
{
	if (store_each_model_use(
		s->reader, &(struct model_use_visit){note_use, s}, e) != 0)
		return -1;
	if (s->use.number == 0)
		return err_set(e, ERR_MISSING,
		    "there is no such model, or it never was a shadow");
	if (store_each_shadow_count(s->reader,
		&(struct shadow_count_visit){s->use.number, add_count, s},
		e) != 0)
		return -1;
	return store_each_shadow(s->reader,
	    &(struct shadow_visit){
		.use = s->use.number,
		.below = below,
		.most = (unsigned)s->most,
		.each = add_item,
		.arg = s,
	    },
	    e);
}

static int
show(struct model_job *j, struct err *e)
{
	struct showing s = {.job = j};
	int64_t below;
	int failed;

	if (model_job_number(j,
		(struct model_number){"limit", 1, SHOWN_MAX, SHOWN}, &s.most,
		e) != 0 ||
	    model_job_number(j,
		(struct model_number){"cursor", 1, INT64_MAX, 0}, &below,
		e) != 0)
		return -1;
	s.reader = store_reader_open(j->call.worker->service->store, e);
	if (s.reader == NULL)
		return -1;
	s.counts = json_array();
	s.items = json_array();
	failed = read_all(&s, below, e);
	if (!failed)
		j->answer = answer(&s);
	json_decref(s.counts);
	json_decref(s.items);
	store_reader_close(s.reader);
	return failed;
}

void
models_shadow(const struct call *call)
{
	model_job_start(call, call->worker->service->errands, show);
}
