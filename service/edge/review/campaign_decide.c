#include "campaign_decide.h"

#include <stdio.h>

#include "../check/once.h"
#include "../format/json.h"
#include "../format/rfc3339.h"
#include "../http/problem.h"
#include "../known/campaign_rules.h"
#include "../process/container.h"
#include "../request/access.h"
#include "../request/fields.h"
#include "../request/reply.h"
#include "bulk.h"
#include "campaigns.h"
#include "facets.h"

enum {
	PRESENT_MAX = 20000, /* comments that are there */
	EXAMPLES_MAX = 10,
	EXAMPLE_BYTES = 200,
	LEARN_MAX = 16, /* comments of one campaign that teach */
	FAR_DAYS = 366, /* until when at most */
};
#define TRIAL_MS (30 * DAY_MS)

/* One request on its way through, in its arena. */
struct order {
	struct bulk_plan plan; /* first */
	struct call call;
	struct store_once once;
	struct once_mark mark;
	struct campaign_ref ref;
	struct campaign_rule rule;   /* of site 0, before it is of several */
	struct campaign_rule *rules; /* then */
	uint32_t n_rules;
	bool kept; /* they are there already: it was cut short after that */
	bool present, dry_run, force;
	struct campaign_trial trial;
	uint32_t matches;
	json_t *examples; /* of what people decided otherwise */
	uint32_t undone;  /* comments */
	struct aside_job job;
	int failed;
	struct err err; /* why */
};

/* The members that are true or false. 0 or -1. */
static int
read_flags(
    struct order *o, json_t *body, struct problem_field *field, struct err *e)
{
	const struct {
		const char *name;
		bool *out;
	} rows[] = {
	    {"apply_to_present", &o->present},
	    {"dry_run", &o->dry_run},
	    {"force", &o->force},
	};
	char pointer[32];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const json_t *v = json_object_get(body, rows[i].name);

		if (v == NULL || json_is_null(v))
			continue;
		snprintf(pointer, sizeof(pointer), "/%s", rows[i].name);
		if (!json_is_boolean(v))
			return fields_misfit(
			    field, e, pointer, "expected true or false");
		*rows[i].out = json_is_true(v);
	}
	return 0;
}

/*
 * Until when it is about those to come. That nearly the same text was good
 * says nothing of the next: a link may have been added.
 */
static int
read_until(
    struct order *o, json_t *body, struct problem_field *field, struct err *e)
{
	const json_t *v = json_object_get(body, "until");
	int64_t now_ms = clock_unix_ms(), at_ms;

	if (v == NULL || json_is_null(v))
		return 0;
	if (!json_is_string(v) || rfc3339_read(json_text(v), &at_ms) != 0 ||
	    at_ms <= now_ms || at_ms > now_ms + FAR_DAYS * DAY_MS)
		return fields_misfit(field, e, "/until",
		    "expected a time to come, within a year, as in RFC 3339");
	o->rule.until_ms = o->rule.kind == DECISION_APPROVE ? 0 : at_ms;
	return 0;
}

static int
read_members(
    struct order *o, json_t *body, struct problem_field *field, struct err *e)
{
	static const char *const members[] = {DECISION_WISH_MEMBERS, "until",
	    "apply_to_present", "dry_run", "force", NULL};
	struct arena *a = &o->call.request->arena;

	if (fields_only(body, members, field, e) != 0 ||
	    decision_wish_read(&o->plan.wish, body, a, field, e) != 0)
		return -1;
	o->rule.kind = o->plan.wish.kind;
	o->rule.learn = o->plan.wish.learn;
	return read_flags(o, body, field, e) == 0
		   ? read_until(o, body, field, e)
		   : -1;
}

/* Reads what is asked for. 0 or -1. */
static int
read_body(struct order *o, struct problem_field *field, struct err *e)
{
	json_t *body = json_read(o->call.request->body, e);
	int result;

	if (body == NULL)
		return -1;
	result = read_members(o, body, field, e);
	json_decref(body);
	return result;
}

/* The bands that a text must be near to. 0 or -1. */
static int
read_bands(struct order *o, const struct call *call, struct err *e)
{
	struct arena *a = &call->request->arena;
	size_t used = a->used;
	struct record r;
	struct text t;

	if (campaigns_read_template(call, &o->ref, a, &r, e) != 0)
		return -1;
	if (facets_read(&t, &r, a) != 0)
		return err_set(e, ERR_TOO_LARGE, "the text is too large");
	fingerprint_bands(o->rule.band, &t);
	arena_rewind(a, used);
	return 0;
}

static void
add_example(void *arg, const char *id, const char *state, struct span content)
{
	struct order *o = arg;
	size_t n = content.n < EXAMPLE_BYTES ? content.n : EXAMPLE_BYTES;

	if (json_array_size(o->examples) == EXAMPLES_MAX)
		return;
	while (n > 0 && n < content.n && (content.p[n] & 0xC0) == 0x80)
		n--;
	json_array_append_new(o->examples,
	    json_pack("{s:s, s:s, s:o}", "id", id, "state", state, "content",
		json_span((struct span){content.p, n})));
}

/* Tries the rule on what people decided. 0 or -1. */
static int
try(struct order *o, const struct call *call, struct err *e)
{
	struct campaign_trial *t = &o->trial;

	t->sites = o->ref.sites;
	t->to = decision_state(o->rule.kind);
	t->example = add_example;
	t->arg = o;
	memcpy(t->band, o->rule.band, sizeof(t->band));
	secrets_ulid_least(clock_unix_ms() - TRIAL_MS, t->since);
	return store_try_rule(call->worker->reader, t, e);
}

/* Sees whether there is such a campaign for the caller. 0 or -1. */
static int
find_campaign(struct order *o, const struct call *call, struct err *e)
{
	struct campaign_figures f;

	if (campaigns_ref(call, &o->ref, e) != 0 ||
	    store_get_campaign(call->worker->reader, &o->ref, &f, e) != 0)
		return -1;
	o->matches = f.size;
	return 0;
}

/* Finds the comments that are there and open. 0 or -1. */
static int
find_present(struct order *o, const struct call *call, struct err *e)
{
	struct campaign_members m = {
	    .of = o->ref,
	    .open_but = (int)decision_state(o->rule.kind),
	    .most = PRESENT_MAX,
	};

	m.hits =
	    arena_array(&call->request->arena, PRESENT_MAX, sizeof(*m.hits));
	if (m.hits == NULL)
		return err_no_room(e);
	if (store_find_members(call->worker->reader, &m, e) != 0)
		return -1;
	o->plan.hits = m.hits;
	o->plan.n = m.n;
	return 0;
}

/* What came of the trial, as members of an answer. */
static json_t *
trial_to_json(struct order *o)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:O}", "matches",
	    (json_int_t)o->matches, "agree", (json_int_t)o->trial.agree,
	    "disagree", (json_int_t)o->trial.disagree, "present",
	    (json_int_t)o->plan.n, "examples", o->examples);
}

/* The rule, for each site of the set. 0 or -1. */
static int
spread(struct order *o, struct err *e)
{
	const struct site_set *sites = &o->ref.sites;

	o->n_rules = sites->ids == NULL ? 1 : sites->n;
	o->rules = arena_array(
	    &o->call.request->arena, o->n_rules + 1, sizeof(*o->rules));
	if (o->rules == NULL)
		return err_no_room(e);
	for (uint32_t i = 0; i < o->n_rules; i++) {
		o->rules[i] = o->rule;
		o->rules[i].site = sites->ids == NULL ? 0 : sites->ids[i];
	}
	return 0;
}

static struct order *
order_of(struct aside_job *j)
{
	return container_of(j, struct order, job);
}

/* On the thread beside: writes the rule, unless it is there; it holds. */
static void
keep(struct aside_job *j)
{
	struct order *o = order_of(j);
	struct service *s = o->call.worker->service;
	struct span by = span_of(o->call.caller.key);

	if (!o->kept)
		o->failed = store_put_rules(
		    s->store, o->rules, o->n_rules, by, &o->err);
	if (!o->failed)
		o->failed = campaign_rules_reload(s->rules, &o->err);
}

/* Goes on with the comments that are there. */
static void
kept(struct aside_job *j)
{
	struct order *o = order_of(j);

	if (o->failed)
		problem_answer(o->call.request, &o->err, NULL);
	else
		bulk_decide_plan(&o->call, &o->plan);
}

static void
decided(const struct call *call, struct bulk_plan *p, uint32_t done,
    const struct err *e)
{
	const struct order *o = (const struct order *)p;
	struct item_writer w;
	struct err full = ERR_NO_ANSWER;

	if (e == NULL && item_begin(&w, call) != 0)
		e = &full;
	if (e != NULL) {
		problem_answer(call->request, e, NULL);
		return;
	}
	json_out_open(&w.out, NULL, '{');
	campaigns_write_rule(&w.out, "decision", &o->rule);
	json_out_integer(&w.out, "n", done);
	json_out_close(&w.out, '}');
	once_answer(call, &o->once, json_out_end(&w.out));
}

/* On the thread beside: drops the rule, which holds no more. */
static void
drop(struct aside_job *j)
{
	struct order *o = order_of(j);
	struct service *s = o->call.worker->service;
	struct span by = span_of(o->call.caller.key);

	o->failed = store_drop_rules(s->store, &o->rule, by, &o->err);
	if (!o->failed)
		o->failed = campaign_rules_reload(s->rules, &o->err);
}

static void
dropped(struct aside_job *j)
{
	struct order *o = order_of(j);

	decided(&o->call, &o->plan, o->undone, o->failed ? &o->err : NULL);
}

static void
go(struct order *o, void (*work)(struct aside_job *j),
    void (*done)(struct aside_job *j))
{
	o->job = (struct aside_job){
	    .work = work, .done = done, .loop = o->call.worker->loop};
	aside_do(o->call.worker->service->aside, &o->job);
}

/* The rule goes last: as long as it is there, what failed is asked again. */
static void
undone(const struct call *call, struct bulk_plan *p, uint32_t done,
    const struct err *e)
{
	struct order *o = (struct order *)p;

	o->undone = done;
	if (e != NULL)
		problem_answer(call->request, e, NULL);
	else
		go(o, drop, dropped);
}

/* Fills in who decides, and since when. */
static void
sign(struct order *o, const struct call *call)
{
	struct campaign_rule *r = &o->rule;

	r->campaign = o->ref.id;
	item_campaign(call, r->campaign, r->name);
	r->created_at_ms = clock_unix_ms();
	once_name(&o->once, r->id);
	memcpy(o->plan.batch, r->id, sizeof(o->plan.batch));
	o->plan.again = o->once.begun.n > 0;
	memcpy(r->by, call->caller.label, sizeof(r->by));
	o->plan.learn_most = LEARN_MAX;
	o->plan.answer = decided;
	if (!o->present)
		o->plan.n = 0;
}

static void
look_for(void *arg, const struct campaign_rule *r)
{
	struct order *o = arg;

	if (strcmp(r->id, o->rule.id) != 0)
		return;
	o->kept = true;
	o->rule.created_at_ms = r->created_at_ms;
}

/* Whether its rules were kept before it was cut short. 0 or -1. */
static int
find_kept(struct order *o, const struct call *call, struct err *e)
{
	const struct rule_visit visit = {look_for, o};

	if (!o->plan.again)
		return 0;
	return store_each_rule_of(call->worker->reader, o->ref.id, &visit, e);
}

static void
marked(struct once_mark *m)
{
	go(container_of(m, struct order, mark), keep, kept);
}

/* Does what is asked for, once it was tried. */
static void
act(struct order *o, const struct call *call)
{
	struct err e;

	if (o->dry_run) {
		reply_json(call, 200, trial_to_json(o));
		return;
	}
	if (o->trial.disagree > 0 && !o->force) {
		err_set(&e, ERR_TAKEN,
		    "people decided otherwise about %u like it in the last 30 "
		    "days: look at the examples, or force it",
		    o->trial.disagree);
		problem_answer_more(call->request, &e, trial_to_json(o));
		return;
	}
	sign(o, call);
	o->mark.call = &o->call;
	o->mark.marked = marked;
	if (spread(o, &e) != 0 || find_kept(o, call, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		once_mark(&o->mark, &o->once, o->rule.id);
}

void
campaign_decide(const struct call *call)
{
	struct store_once once;
	struct order *o;
	struct problem_field field;
	struct err e = ERR_NO_ROOM;

	if (once_begin(call, &once) == ONCE_ANSWERED)
		return;
	o = arena_array(&call->request->arena, 1, sizeof(*o));
	if (o == NULL) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	o->call = *call;
	o->once = once;
	o->examples = json_array();
	o->present = true;
	if (find_campaign(o, call, &e) == 0 && read_body(o, &field, &e) == 0 &&
	    find_present(o, call, &e) == 0 && read_bands(o, call, &e) == 0 &&
	    try(o, call, &e) == 0)
		act(o, call);
	else
		problem_answer(call->request, &e, &field);
	json_decref(o->examples);
}

/* Whether the caller sees all sites that a rule is about. */
struct reach {
	const struct call *call;
	const char *id;
	bool all;
};

static void
look_at_reach(void *arg, const struct campaign_rule *r)
{
	struct reach *reach = arg;
	const struct caller *c = &reach->call->caller;
	bool everywhere = c->site == 0 && c->grants == NULL;

	if (strcmp(r->id, reach->id) == 0)
		reach->all &=
		    r->site == 0 ? everywhere : access_sees(c, r->site);
}

/* Finds the rule that is to go, if the caller may. 0 or -1. */
static int
find_rule(struct order *o, const struct call *call, struct err *e)
{
	struct reach reach = {call, o->rule.id, true};
	struct rule_visit visit = {look_at_reach, &reach};

	if (!campaigns_rule(call, o->ref.id, &o->rule))
		return err_set(e, ERR_MISSING, "there is no such campaign");
	item_campaign(call, o->ref.id, o->rule.name);
	if (store_each_rule_of(call->worker->reader, o->ref.id, &visit, e) != 0)
		return -1;
	return reach.all
		   ? 0
		   : err_set(e, ERR_SCOPE,
			 "it is about sites that you do not moderate, too");
}

void
campaign_undo(const struct call *call)
{
	struct order *o = arena_array(&call->request->arena, 1, sizeof(*o));
	struct err e = ERR_NO_ROOM;

	if (o == NULL || campaigns_ref(call, &o->ref, &e) != 0 ||
	    find_rule(o, call, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	memcpy(o->plan.batch, o->rule.id, sizeof(o->plan.batch));
	o->plan.answer = undone;
	o->call = *call;
	bulk_undo_plan(&o->call, &o->plan);
}
