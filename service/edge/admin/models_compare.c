#include <math.h>

#include "../format/contrast_json.h"
#include "../format/json.h"
#include "../format/promotion_json.h"
#include "../known/site_policy.h"
#include "../model/model_file.h"
#include "../store/store_decision.h"
#include "model_item.h"
#include "model_job.h"
#include "models.h"
#include "models_sides.h"
#include "rejudge.h"

enum {
	DAYS = 30,
	DAYS_MAX = 3650,
	JUDGED = 2000, /* comments */
	JUDGED_MAX = 50000,
	BITE = 100, /* records read at once, so that no read is a long one,
		     * and of one site before it is another's turn */
	SHOWN_MAX = 100,
	PARTS = 8, /* of that time, the newest first; before each both learn
		    * what the site had decided by then */
};

/* A comment that the two judge differently. */
struct changed {
	double harm;
	json_t *item;
};

/* A site that is meant. */
struct turn {
	int64_t site;
	char last[STORE_ID_BYTES + 1]; /* the record looked at last */
	int64_t part;                  /* that the next ones are of */
	bool over;                     /* there are no more of it */
	struct turn *next;
};

/* A comparison in the making. */
struct comparing {
	struct model_job *job;
	struct store_reader *reader;
	struct models_sides sides;
	struct judge judges[CONTRAST_SIDES];
	struct contrast contrast;
	int64_t days, left;    /* left: records to be judged yet */
	struct span site_name; /* p NULL: all sites */
	int64_t until_ms;
	struct turn *turns, *turn;       /* turn: whose it is */
	uint32_t open;                   /* turns that are not over */
	uint32_t seen;                   /* records in this bite */
	uint32_t adapted;                /* judged with the site's say */
	int64_t learned_until_ms;        /* decisions by either; or 0 */
	uint32_t known;                  /* decided, and one may have learned */
	uint32_t too_large;              /* records that no judge could read */
	struct changed worst[SHOWN_MAX]; /* by falling harm */
	uint32_t n;
};

/* What people's decisions say of a comment; the others say neither. */
static enum contrast_truth
truth_of(int decision)
{
	static const enum contrast_truth truths[DECISION_KINDS] = {
	    [DECISION_APPROVE] = TRUTH_GOOD,
	    [DECISION_SPAM] = TRUTH_BAD,
	    [DECISION_ABUSE] = TRUTH_BAD,
	};

	return decision < 0 ? TRUTH_UNKNOWN : truths[decision];
}

/* A comment that one of them may have learned from does not say which one is
 * better. */
static enum contrast_truth
ask(struct comparing *c, const struct record *r, int decision)
{
	enum contrast_truth truth = truth_of(decision);

	if (truth == TRUTH_UNKNOWN || r->decided_at_ms > c->learned_until_ms)
		return truth;
	c->known++;
	return TRUTH_UNKNOWN;
}

static struct model_view
view_of(const struct verdict *v)
{
	return (struct model_view){
	    .action = span_of(action_name(v->action)),
	    .score = v->scores[v->head] >= 0 ? v->scores[v->head] : NAN,
	};
}

/* Keeps it if it is among the worst. */
static void
keep(struct comparing *c, double harm, const struct model_item *i)
{
	uint32_t at = c->n;

	if (c->n == SHOWN_MAX && harm <= c->worst[SHOWN_MAX - 1].harm)
		return;
	if (c->n == SHOWN_MAX)
		json_decref(c->worst[--at].item);
	else
		c->n++;
	for (; at > 0 && c->worst[at - 1].harm < harm; at--)
		c->worst[at] = c->worst[at - 1];
	c->worst[at] = (struct changed){
	    harm, model_item_json(i, c->job->call.worker->service->sites)};
}

static void
judge_one(void *arg, const struct record *r, int decision)
{
	struct comparing *c = arg;
	struct verdict v[CONTRAST_SIDES];
	struct contrast_case k;

	c->seen++;
	memcpy(c->turn->last, r->id, sizeof c->turn->last);
	if (rejudge(v, r, c->judges, CONTRAST_SIDES,
		&c->job->call.request->arena) != 0) {
		c->too_large++;
		return;
	}
	k.truth = ask(c, r, decision);
	for (int s = 0; s < CONTRAST_SIDES; s++)
		k.actions[s] = v[s].action;
	contrast_add(&c->contrast, &k);
	c->adapted += c->judges[CONTRAST_OLD].model->site_labels > 0 ||
		      c->judges[CONTRAST_NEW].model->site_labels > 0;
	if (k.actions[CONTRAST_OLD] != k.actions[CONTRAST_NEW])
		keep(c, contrast_harm(&k),
		    &(struct model_item){
			.record = r,
			.decision =
			    decision < 0
				? NULL
				: decision_name((enum decision_kind)decision),
			.of = {view_of(&v[CONTRAST_OLD]),
			    view_of(&v[CONTRAST_NEW])},
		    });
}

/* An equal part of what is left, if it is not too much at once. */
static unsigned
bite_of(const struct comparing *c)
{
	int64_t part = (c->left + c->open - 1) / c->open;

	return (unsigned)(part < BITE ? part : BITE);
}

/* When the part that is judged now begins. */
static int64_t
part_ms(const struct comparing *c)
{
	return c->until_ms - c->days * DAY_MS / PARTS * (c->turn->part + 1);
}

/* Fills in the judges, as the site would have had them at that time. */
static int
choose_judges(struct comparing *c, const struct site *site, struct err *e)
{
	struct service *service = c->job->call.worker->service;
	const struct model *models[CONTRAST_SIDES];

	if (models_sides_learn(&c->sides, site->settings.adapt ? site->id : 0,
		part_ms(c), models, e) != 0)
		return -1;
	for (int s = 0; s < CONTRAST_SIDES; s++)
		c->judges[s] = (struct judge){
		    .model = models[s],
		    .site = site_policy(
			&site->settings, atomic_load(&service->limits)),
		};
	return 0;
}

/* The next comments of a turn, whose id is above that of a time. 0 or -1. */
static int
visit_next(struct comparing *c, int64_t above_ms,
    void (*each)(void *arg, const struct record *r, int decision),
    unsigned most, struct err *e)
{
	char below[sizeof c->turn->last]; /* as `last` moves meanwhile */
	char above[ULID_BYTES + 1];
	struct judged_visit visit = {
	    .site = c->turn->site,
	    .most = most,
	    .arena = &c->job->call.request->arena,
	    .each = each,
	    .arg = c,
	};

	memcpy(below, c->turn->last, sizeof below);
	visit.below = span_of(below);
	secrets_ulid_least(above_ms, above);
	visit.above = span_of(above);
	c->seen = 0;
	return store_each_judged(c->reader, &visit, e);
}

static void
note_part(void *arg, const struct record *r, int decision)
{
	struct comparing *c = arg;

	(void)decision;
	c->seen++;
	c->turn->part =
	    (c->until_ms - 1 - r->received_at_ms) / (c->days * DAY_MS / PARTS);
}

/*
 * Judges the next comments of the site whose turn it is, as far as they are
 * of one part of the time. 0 or -1.
 */
static int
compare_bite(struct comparing *c, const struct site *site, struct err *e)
{
	if (atomic_load(&c->job->errand.called_off))
		return err_set(e, ERR_BUSY, "it was called off");
	if (visit_next(c, c->until_ms - c->days * DAY_MS, note_part, 1, e) != 0)
		return -1;
	/* ids are made at random within a millisecond */
	if (c->seen > 0 &&
	    (choose_judges(c, site, e) != 0 ||
		visit_next(c, part_ms(c) - 1, judge_one, bite_of(c), e) != 0))
		return -1;
	c->left -= c->seen;
	c->turn->over = c->seen == 0;
	return 0;
}

/* By turns, so that no site takes what is left from the others. */
static int
compare_sites(struct comparing *c, struct err *e)
{
	struct directory *d = c->job->call.worker->service->sites;
	struct site site;
	struct err gone;

	for (struct turn *t = c->turns; c->left > 0 && c->open > 0;
	     t = t->next != NULL ? t->next : c->turns) {
		if (t->over)
			continue;
		c->turn = t;
		if (directory_site(d, t->site, &site, &gone) != 0)
			t->over = true; /* it was deleted meanwhile */
		else if (compare_bite(c, &site, e) != 0)
			return -1;
		c->open -= t->over;
	}
	return 0;
}

static int
add_turn(struct comparing *c, int64_t site, struct err *e)
{
	struct turn *t =
	    arena_array(&c->job->call.request->arena, 1, sizeof *t);

	if (t == NULL)
		return err_set(e, ERR_TOO_LARGE, "there are too many sites");
	*t = (struct turn){.site = site, .next = c->turns};
	c->turns = t;
	c->open++;
	return 0;
}

/* Fills in which sites are meant. 0 or -1. */
static int
find_sites(struct comparing *c, struct err *e)
{
	struct directory *d = c->job->call.worker->service->sites;
	struct site site = {0};
	struct err end;

	if (c->site_name.p != NULL)
		return directory_site_named(d, c->site_name, &site, e) != 0
			   ? -1
			   : add_turn(c, site.id, e);
	while (directory_site_after(d, site.id, &site, &end) == 0)
		if (add_turn(c, site.id, e) != 0)
			return -1;
	return 0;
}

static json_t *
missing_json(void)
{
	json_t *list = json_array();

	for (const char *const *m = rejudge_missing; *m != NULL; m++)
		json_array_append_new(list, json_string(*m));
	return list;
}

/* The items go with it. */
static json_t *
answer(struct comparing *c)
{
	json_t *o = contrast_json(&c->contrast), *items = json_array();

	for (uint32_t i = 0; i < c->n; i++)
		json_array_append_new(items, c->worst[i].item);
	c->n = 0;
	json_object_set_new(o, "days", json_integer(c->days));
	json_object_set_new(
	    o, "old", json_string(c->sides.bases[CONTRAST_OLD]->name));
	json_object_set_new(
	    o, "new", json_string(c->sides.bases[CONTRAST_NEW]->name));
	json_object_set_new(o, "adapted", json_integer(c->adapted));
	json_object_set_new(o, "known", json_integer(c->known));
	json_object_set_new(o, "too_large", json_integer(c->too_large));
	json_object_set_new(o, "missing", missing_json());
	json_object_set_new(o, "items", items);
	return o;
}

/* Fills in what the query asks for. 0 or -1. */
static int
read_query(struct comparing *c, struct err *e)
{
	const struct model_number days = {"days", 1, DAYS_MAX, DAYS};
	const struct model_number limit = {"limit", 1, JUDGED_MAX, JUDGED};

	if (model_job_number(c->job, days, &c->days, e) != 0 ||
	    model_job_number(c->job, limit, &c->left, e) != 0)
		return -1;
	c->site_name = form_get(&c->job->query, span_of("site"));
	c->until_ms = clock_unix_ms();
	return 0;
}

static int
compare_with(struct comparing *c, const struct model *old, struct model *fresh,
    struct err *e)
{
	int failed;

	if (old == NULL)
		return err_set(e, ERR_TAKEN, "no model is in use");
	c->reader = store_reader_open(c->job->call.worker->service->store, e);
	if (c->reader == NULL)
		return -1;
	c->sides = (struct models_sides){
	    .with =
		{
		    .reader = c->reader,
		    .comment_bytes = c->job->call.request->arena.size,
		    .ending = &c->job->errand.called_off,
		},
	    .bases = {old, fresh},
	};
	failed = find_sites(c, e) != 0 || compare_sites(c, e) != 0 ? -1 : 0;
	models_sides_release(&c->sides);
	store_reader_close(c->reader);
	if (!failed)
		c->job->answer = answer(c);
	while (c->n > 0)
		json_decref(c->worst[--c->n].item);
	return failed;
}

/* When the last decision was made that the model in `folder`, or the active
 * one, learned from; 0: from none. */
static int64_t
learned_until_ms(const struct model_job *j, const char *folder)
{
	struct model_shelf *shelf = j->call.worker->service->shelf;
	struct model_shelf_state state = model_shelf_state(shelf);
	int64_t fresh_ms = promotion_learned_until(folder), old_ms = 0;
	char active[MODEL_PATH_BYTES];
	struct err gone;

	if (model_shelf_path(shelf, state.in_use, active, &gone) == 0)
		old_ms = promotion_learned_until(active);
	return old_ms > fresh_ms ? old_ms : fresh_ms;
}

static int
compare(struct model_job *j, struct err *e)
{
	struct model_slot *slot = j->call.worker->service->models;
	struct comparing c = {.job = j};
	const struct model *old;
	struct model *fresh;
	char path[MODEL_PATH_BYTES];
	int failed;

	if (read_query(&c, e) != 0 || model_job_path(j, path, e) != 0)
		return -1;
	c.learned_until_ms = learned_until_ms(j, path);
	fresh = model_file_load(path, e);
	if (fresh == NULL)
		return err_set(e, ERR_TAKEN, "the model cannot be used");
	old = model_slot_acquire(slot);
	failed = compare_with(&c, old, fresh, e);
	model_slot_release(slot, old);
	model_file_free(fresh);
	return failed;
}

void
models_compare(const struct call *call)
{
	model_job_start(call, call->worker->service->comparison, compare);
}
