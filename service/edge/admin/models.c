#include "models.h"

#include "../format/json_members.h"
#include "../model/model_card.h"
#include "../process/log.h"
#include "model_job.h"
#include "models_gold.h"
#include "models_heads.h"
#include "models_said.h"

static struct arena *
arena_of(const struct model_job *j)
{
	return &j->call.request->arena;
}

static struct model_shelf *
shelf_of(const struct model_job *j)
{
	return j->call.worker->service->shelf;
}

static void
start(const struct call *call, int (*work)(struct model_job *j, struct err *e))
{
	model_job_start(call, call->worker->service->errands, work);
}

/* How a model is used, beside what it is. */
static void
add_use(json_t *o, const char *name, const struct model_shelf_state *s)
{
	bool active = strcmp(name, s->in_use) == 0;
	bool shadow = strcmp(name, s->challenger.name) == 0;
	const struct store_model_use *use =
	    shadow ? &s->challenger : &s->active;

	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "state",
	    json_string(active   ? "active"
			: shadow ? "shadow"
				 : "available"));
	json_object_set_new(
	    o, "previous", json_boolean(strcmp(name, s->previous) == 0));
	if (use->number == 0 || strcmp(name, use->name) != 0)
		return;
	json_add_time(o, shadow ? "shadow_since" : "promoted_at", use->at_ms);
	json_object_set_new(
	    o, shadow ? "shadow_by" : "promoted_by", json_string(use->by));
}

static json_t *
name_or_null(const char *name)
{
	return name[0] == '\0' ? json_null() : json_string(name);
}

/* The members that name the models in use. */
static json_t *
state_json(const struct model_shelf_state *s)
{
	return json_pack("{s:s, s:o, s:o}", "active", s->in_use, "shadow",
	    name_or_null(s->challenger.name), "previous",
	    name_or_null(s->previous));
}

/* A list in the making. */
struct listing {
	struct model_job *job;
	struct model_shelf_state state;
	json_t *models;
};

static json_t *
model_json(struct model_job *j, const char *name,
    const struct model_shelf_state *state, enum model_detail detail)
{
	char path[MODEL_PATH_BYTES];
	struct err gone;
	json_t *o = NULL;

	if (model_shelf_path(shelf_of(j), name, path, &gone) == 0)
		o = model_card_json(path, detail, arena_of(j));
	if (o != NULL)
		add_use(o, name, state);
	return o;
}

static void
add_model(void *arg, const char *name)
{
	struct listing *l = arg;

	json_array_append_new(
	    l->models, model_json(l->job, name, &l->state, MODEL_BRIEF));
}

static int
list(struct model_job *j, struct err *e)
{
	struct listing l = {j, model_shelf_state(shelf_of(j)), json_array()};

	if (model_shelf_each(shelf_of(j), add_model, &l, e) != 0) {
		json_decref(l.models);
		return -1;
	}
	j->answer = state_json(&l.state);
	json_object_set_new(j->answer, "models", l.models);
	return 0;
}

static int
get(struct model_job *j, struct err *e)
{
	struct model_shelf_state state = model_shelf_state(shelf_of(j));

	j->answer = model_json(j, j->name, &state, MODEL_WHOLE);
	return j->answer == NULL
		   ? err_set(e, ERR_MISSING, "there is no such model")
		   : 0;
}

static int
page(struct model_job *j, enum model_page which, struct err *e)
{
	char path[MODEL_PATH_BYTES];

	if (model_job_path(j, path, e) != 0)
		return -1;
	return model_card_page(&j->page, path, which, arena_of(j), e);
}

static int
report(struct model_job *j, struct err *e)
{
	return page(j, MODEL_REPORT, e);
}

static int
proposal(struct model_job *j, struct err *e)
{
	return page(j, MODEL_PROPOSAL, e);
}

/* Makes a change and answers with what is in use then. */
static int
change(struct model_job *j,
    int (*make)(
	struct model_shelf *s, const struct model_order *o, struct err *e),
    const char *event, struct err *e)
{
	struct model_order o = {
	    .name = j->name,
	    .by = j->call.caller.key,
	    .at_ms = clock_unix_ms(),
	    .forced = j->forced,
	};
	struct model_shelf_state state;

	if (make(shelf_of(j), &o, e) != 0)
		return -1;
	site_models_renew(j->call.worker->service->site_models);
	state = model_shelf_state(shelf_of(j));
	log_line(LOG_INFO, "admin", {"what", event}, {"by", o.by},
	    {"active", state.in_use}, {"shadow", state.challenger.name},
	    {"forced", o.forced ? "yes" : "no"});
	j->answer = state_json(&state);
	return 0;
}

/* 0, or -1 and what speaks against the model of the job. */
static int
speaks(struct model_job *j, struct err *e)
{
	if (models_heads_allow(j, e) != 0 || models_gold_allows(j, e) != 0)
		return -1;
	return models_said_allows(j, e);
}

/* ?force=yes puts it in use whatever speaks against it. */
static int
promote(struct model_job *j, struct err *e)
{
	struct span force = form_get(&j->query, span_of("force"));

	if (force.p != NULL && !span_equal(force, span_of("yes")))
		return err_set(e, ERR_INPUT, "force: expected yes");
	j->forced = force.p != NULL && speaks(j, e) != 0;
	if (force.p == NULL && speaks(j, e) != 0)
		return -1;
	return change(j, model_shelf_promote, "model.promoted", e);
}

static int
roll_back(struct model_job *j, struct err *e)
{
	return change(j, model_shelf_roll_back, "model.rolled_back", e);
}

static int
challenge(struct model_job *j, struct err *e)
{
	return change(j, model_shelf_challenge, "model.shadow", e);
}

static int
end_challenge(struct model_job *j, struct err *e)
{
	return change(j, model_shelf_end_challenge, "model.shadow_ended", e);
}

void
models_list(const struct call *call)
{
	start(call, list);
}

void
models_get(const struct call *call)
{
	start(call, get);
}

void
models_report(const struct call *call)
{
	start(call, report);
}

void
models_proposal(const struct call *call)
{
	start(call, proposal);
}

void
models_promote(const struct call *call)
{
	start(call, promote);
}

void
models_roll_back(const struct call *call)
{
	start(call, roll_back);
}

void
models_challenge(const struct call *call)
{
	start(call, challenge);
}

void
models_end_challenge(const struct call *call)
{
	start(call, end_challenge);
}
