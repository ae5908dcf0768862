#include "check.h"

#include <math.h>

#include "../../core/leads.h"
#include "../known/campaign_rules.h"
#include "../known/site_policy.h"
#include "../model/model_file.h"
#include "../process/container.h"
#include "check_record.h"
#include "news.h"
#include "once.h"

/* A clock of an engine may be ahead of ours by this much. */
enum {
	CLOCK_AHEAD_MS = 5 * 60 * 1000,
	LISTED_US_MAX = 500 * 1000, /* for the lists, of one call */
};

static struct arena *
arena_of(const struct check *c)
{
	return &c->call.request->arena;
}

static void
refuse_full(struct check *c)
{
	struct err e;

	err_set(&e, ERR_TOO_LARGE, "the comment needs too much memory");
	c->dialect->refuse(c, &e);
}

/* The last step: what was put is on disk, or not. */
static void
on_put(struct store_put *put)
{
	struct check *c = container_of(put, struct check, put);

	switch (put->result) {
	case STORE_DONE:
		news_of_records(c->call.worker->service, put);
		c->dialect->answer(c);
		return;
	case STORE_REPEATED:
	case STORE_CONFLICT:
		once_repeat(&c->call, &put->once);
		return;
	case STORE_STALE: /* nothing is decided here */
	case STORE_REFUSED:
	case STORE_DOWN:
		metrics_add(c->call.worker->service->metrics, METRIC_DEGRADED,
		    PART_STORE, 1);
		c->dialect->refuse(c, &put->err);
		return;
	}
}

static void
record(struct check *c)
{
	if (c->put.n == 0) {
		c->dialect->answer(c);
		return;
	}
	c->put.records = c->records;
	c->put.loop = c->call.worker->loop;
	c->put.done = on_put;
	store_put(c->call.worker->service->store, &c->put);
}

static void
count_verdict(const struct check_item *i, const struct judge *j)
{
	struct metrics *m = i->check->call.worker->service->metrics;

	if (i->quota.floods)
		metrics_add(m, METRIC_FLOOD_REFUSED, 0, 1);
	else
		metrics_add(m, METRIC_COMMENTS, i->verdict.action, 1);
	metrics_observe(m, METRIC_SCORE_SECONDS, i->score_us);
	if (i->touch.degraded)
		metrics_add(m, METRIC_DEGRADED, PART_STATE, 1);
	if (j->model == NULL)
		metrics_add(m, METRIC_DEGRADED, PART_MODEL, 1);
}

bool
check_explains(const struct check *c)
{
	return (c->call.caller.scopes & (SCOPE_MODERATE | SCOPE_ADMIN)) != 0;
}

static bool
is_kept(const struct check_item *i)
{
	return !i->comment.test && !i->quota.floods;
}

/* Has one comment's answer written and, if it is to be kept, its record. */
static int
encode(struct check *c, struct check_item *i, const struct judge *j)
{
	struct arena *a = arena_of(c);
	struct record *out = &c->records[c->put.n];
	bool kept = is_kept(i);
	struct verdict_answer v = {
	    .id = kept ? out->id : NULL,
	    .comment = &i->comment,
	    .verdict = &i->verdict,
	    .quota = &i->quota,
	    .judge = j,
	    .state_degraded = i->touch.degraded,
	};

	if (kept) {
		secrets_ulid(c->now_ms, out->id);
		i->explained = verdict_write(&v, VERDICT_EXPLAINED, a);
		if (i->explained.p == NULL)
			return -1;
	}
	if (c->dialect->judged(i, &v) != 0)
		return -1;
	if (!kept)
		return 0;
	if (check_record_address(
		out, &i->comment, c->call.worker->service->secret, a) != 0)
		return -1;
	out->received_at_ms = c->now_ms;
	out->verdict = i->explained;
	check_record_verdict(out, &i->verdict);
	c->put.n++;
	return 0;
}

/*
 * What was decided about this very comment, which an engine may send again
 * under its own id. RULING_NONE: nothing.
 */
static enum ruling
recall_own(struct check *c, const struct check_item *i, const struct record *r)
{
	struct decision own;
	struct err ignored; /* then the text alone counts */

	if (i->comment.id.n == 0 && !i->again)
		return RULING_NONE;
	if (store_find_decision(c->call.worker->reader, r, &own, &ignored) != 0)
		return RULING_NONE;
	return precedents_ruling(own.kind);
}

/* What a precedent means for the comment. 0, or -1: the arena is full. */
static int
follow(struct check *c, struct check_item *i, const struct record *r,
    const struct precedent *known)
{
	const struct comment_keys *keys = &c->call.worker->service->keys;
	const struct text *t = &i->reading.text;
	struct precedent_case it = {
	    .author = check_record_author(r, keys),
	    .letters = t->counts.letters + t->counts.digits,
	};

	if (known->says == RULING_NONE)
		return 0;
	if (leads_of(&it.leads, &i->comment, t, &keys->text, arena_of(c)) != 0)
		return -1;
	i->ruling = precedent_apply(known, &it);
	return 0;
}

/*
 * What people decided about a comment, or else about such a text, or about
 * all that is nearly the same. 0, or -1: the arena is full.
 */
static int
recall_decided(struct check *c, struct check_item *i, const struct record *r)
{
	const struct service *s = c->call.worker->service;
	const struct fingerprint *f = &i->reading.fingerprint;
	struct precedent known =
	    precedents_find(s->precedents, c->call.worker->reader, r->site, f);
	enum ruling rule;

	if (known.decided)
		i->ruling = recall_own(c, i, r);
	if (i->ruling != RULING_NONE || i->reading.text.n == 0)
		return 0;
	if (follow(c, i, r, &known) != 0)
		return -1;
	if (i->ruling != RULING_NONE && i->ruling != RULING_ALIKE)
		return 0;
	rule = campaign_rules_find(s->rules, r->site, f, c->now_ms);
	if (rule != RULING_NONE)
		i->ruling = rule;
	return 0;
}

/*
 * What is known of the comment: by the dialect, by a block of the site's
 * lists, by what people decided, which is final, or else by those lists. What
 * is only like what they decided, is not decided. 0, or -1: the arena is full.
 */
static int
recall(struct check *c, struct check_item *i, const struct record *r,
    const struct rule_hits *listed)
{
	static const enum ruling by_list[] = {
	    [EFFECT_ALLOW] = RULING_ALLOWED,
	    [EFFECT_HOLD] = RULING_SUSPECT,
	    [EFFECT_BLOCK] = RULING_BLOCKED,
	};
	enum ruling says = listed->n > 0
			       ? by_list[listed->items[0].rule->effect]
			       : RULING_NONE;

	if (i->ruling != RULING_NONE)
		return 0;
	if (says != RULING_BLOCKED && recall_decided(c, i, r) != 0)
		return -1;
	i->why = REASON_DECIDED;
	if (i->ruling == RULING_NONE ||
	    (i->ruling == RULING_ALIKE && says != RULING_NONE))
		i->ruling = says;
	return 0;
}

/* Neither tests nor who is trusted can flood; nor can a mere name, which
 * others may have. */
static struct commenter_quota
quota_of(
    const struct check_item *i, const struct signals *s, const struct judge *j)
{
	const struct author *a = &i->comment.author;
	bool may = i->comment.test || i->ruling == RULING_TRUSTED;
	uint32_t times = may ? 0 : i->check->call.worker->service->flood;
	bool is_known = a->id.n > 0 || a->email.n > 0;

	return commenter_quota(s, &j->site.limits,
	    (struct commenter_floods){is_known ? times : 0, times},
	    i->touch.at_ms);
}

/* What the author of a comment earned on this site. */
static uint32_t
trust_of(const struct check *c, const struct record *r)
{
	const struct service *service = c->call.worker->service;
	const struct caller *caller = &c->call.caller;
	uint64_t author = check_record_author(r, &service->keys);

	return signals_trust(trust_count(service->trust, c->call.worker->reader,
				 caller->site, author),
	    (uint32_t)caller->settings.trust_after);
}

/*
 * What the challenger makes of a comment that the active model judged; nobody
 * acts on it. NULL: nothing, as there is none.
 */
static const struct shadow_verdict *
shadow(struct check *c, struct check_item *i, const struct signals *s,
    const struct judge *active)
{
	struct arena *a = arena_of(c);
	size_t used = a->used;
	struct judge j = *active;
	struct verdict v;
	int failed;

	if (c->challenger == NULL)
		return NULL;
	j.model = c->challenger;
	j.brief = true;
	failed = moderate_judge(&v, &i->reading, s, &j, a);
	arena_rewind(a, used);
	if (failed)
		return NULL;
	i->shadow = (struct shadow_verdict){
	    .use = c->use,
	    .action = span_of(action_name(v.action)),
	    .score = v.scores[v.head] >= 0 ? v.scores[v.head] : NAN,
	};
	metrics_add(c->call.worker->service->metrics, METRIC_SHADOW,
	    v.action == i->verdict.action ? SHADOW_SAME : SHADOW_OTHER, 1);
	return &i->shadow;
}

/* Of what people decided the model has its opinion all the same. */
static void
note_drift(struct record *out, struct check_item *i, const struct model *m)
{
	out->drift = NULL;
	if (m == NULL)
		return;
	i->drift = drift_sample_of(&i->verdict);
	out->drift = &i->drift;
	i->drift.model = model_file_mark(m);
}

/* The pseudonym of the mail address, unless it is a test, which nobody keeps,
 * and ids say what it is asked for. 0, or -1: the arena is full. */
static int
name_sender(struct check *c, const struct check_item *i, struct record *out)
{
	const struct comment *comment = &i->comment;

	out->author_email = (struct span){NULL, 0};
	if (comment->test && comment->id.n > 0 && comment->author.id.n > 0)
		return 0;
	return check_record_email(&out->author_email, comment->author.email,
	    c->call.worker->service->secret, arena_of(c));
}

/* What the site lists of it. Of many comments at once the last have no regular
 * expressions tried when the first took long: others wait for the thread. 0, or
 * -1: the arena is full. */
static int
look_up(struct check *c, const struct check_item *i, struct judge *j)
{
	struct metrics *m = c->call.worker->service->metrics;
	int64_t start_us = clock_monotonic_us();
	int missed = lists_match(c->list,
	    &(struct rule_case){&i->comment, &i->reading.text, c->now_ms},
	    c->listed_us > LISTED_US_MAX, &j->listed, arena_of(c));

	c->listed_us += clock_monotonic_us() - start_us;
	j->untried = missed > 0;
	metrics_add(m, METRIC_UNTRIED, 0, j->untried);
	return missed < 0 ? -1 : 0;
}

static int
judge_one(struct check *c, struct check_item *i, struct judge *j)
{
	struct rule_hit items[REASONS_LISTED_MAX];
	struct record *out = &c->records[c->put.n];
	struct signals s = signals_of(&i->reading.keys);
	int64_t start_us = clock_monotonic_us();
	size_t used;

	out->site = c->call.caller.site;
	check_record_comment(out, &i->reading);
	if (name_sender(c, i, out) != 0)
		return -1;
	if (i->again)
		signals_take_own(&s);
	s.trust = trust_of(c, out);
	used = arena_of(c)->used;
	j->listed = (struct rule_hits){items, 0, REASONS_LISTED_MAX};
	if (look_up(c, i, j) != 0)
		return -1;
	if (recall(c, i, out, &j->listed) != 0)
		return -1;
	j->ruling = i->ruling;
	j->why = i->why;
	j->brief = i->comment.test && !check_explains(c);
	if (moderate_judge(&i->verdict, &i->reading, &s, j, arena_of(c)) != 0)
		return -1;
	i->score_us += clock_monotonic_us() - start_us;
	i->quota = quota_of(i, &s, j);
	arena_rewind(arena_of(c), used);
	out->shadow = shadow(c, i, &s, j);
	note_drift(out, i, j->model);
	count_verdict(i, j);
	if (is_kept(i) &&
	    check_record_basis(out,
		&(struct record_basis){&i->comment, &s, j->model, &i->verdict},
		arena_of(c)) != 0)
		return -1;
	return encode(c, i, j);
}

/* The step after the state: all touches of all comments are done. */
static void
judge(struct check *c)
{
	struct service *service = c->call.worker->service;
	int64_t site = c->call.caller.settings.adapt ? c->call.caller.site : 0;
	struct judge j = {
	    .model = site_models_acquire(service->site_models, site),
	    .site = site_policy(
		&c->call.caller.settings, atomic_load(&service->limits)),
	};
	int failed = 0;

	c->list = lists_acquire(service->lists, c->call.caller.site);
	c->challenger = site_models_take(service->shadows,
	    model_shelf_acquire(service->shelf, &c->use), site);
	for (uint32_t i = 0; i < c->n && !failed; i++)
		failed = judge_one(c, &c->items[i], &j) != 0;
	site_models_release(service->shadows, c->challenger);
	lists_release(service->lists, c->list);
	site_models_release(service->site_models, j.model);
	if (failed || c->dialect->encode(c) != 0)
		refuse_full(c);
	else
		record(c);
}

static void
on_touched(struct state_touch *t)
{
	struct check_item *i = container_of(t, struct check_item, touch);

	if (--i->check->pending == 0)
		judge(i->check);
}

/* The time of the comment, as far as it can be. */
static int64_t
time_of(const struct comment *c, int64_t now_ms)
{
	bool said =
	    c->created_at_ms > 0 && c->created_at_ms <= now_ms + CLOCK_AHEAD_MS;

	return said ? c->created_at_ms : now_ms;
}

/*
 * The step after reading: counts the keys of every comment, in order. What a
 * store that is down will refuse does not count, or it would look like a
 * repeat when it is sent again; what was judged before counted then.
 */
static void
touch(struct check *c)
{
	bool kept = store_up(c->call.worker->service->store);

	c->pending = c->n;
	for (uint32_t i = 0; i < c->n; i++) {
		struct check_item *item = &c->items[i];

		item->check = c;
		item->touch = (struct state_touch){
		    .site = (uint64_t)c->call.caller.site,
		    .at_ms = time_of(&item->comment, c->now_ms),
		    .keys = &item->reading.keys,
		    .peek = item->comment.test || item->again || !kept,
		    .done = on_touched,
		};
		state_touch(c->call.worker->state, &item->touch);
	}
}

/* The comments as text; -1: the arena is full. */
static int
read_all(struct check *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		struct check_item *item = &c->items[i];
		int64_t start_us = clock_monotonic_us();

		if (moderate_read(&item->reading, &item->comment,
			&c->call.worker->service->keys.text, arena_of(c)) != 0)
			return -1;
		item->score_us = clock_monotonic_us() - start_us;
	}
	return 0;
}

int
check_init(struct check *c, const struct check_dialect *dialect,
    const struct call *call, uint32_t n)
{
	struct arena *a = &call->request->arena;

	c->dialect = dialect;
	c->call = *call;
	c->n = n;
	c->now_ms = clock_unix_ms();
	c->listed_us = 0;
	c->items = arena_array(a, n, sizeof(*c->items));
	c->records = arena_array(a, n, sizeof(*c->records));
	return c->items == NULL || c->records == NULL ? -1 : 0;
}

void
check_go(struct check *c)
{
	if (read_all(c) == 0)
		touch(c);
	else
		refuse_full(c);
}
