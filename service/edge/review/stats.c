#include "stats.h"

#include <math.h>
#include <stdlib.h>

#include "../format/form.h"
#include "../format/rfc3339.h"
#include "../http/problem.h"
#include "../known/site_policy.h"
#include "../request/access.h"
#include "../request/query.h"
#include "../store/store_figures.h"
#include "facets.h"
#include "item_json.h"

enum {
	DAYS_DEFAULT = 30,
	DAYS_MAX = 366,
	ACTIONS = ACTION_DISCARD + 1,
	DELAYS_MAX = 1000,
	REASON_BITS = 64,
};

struct day {
	int64_t actions[ACTIONS], decided[DECISION_KINDS], overrides;
};

/* All figures in the making, of one site or of several. */
struct stats {
	const struct call *call;
	int64_t first; /* day since 1970 */
	uint32_t n;
	struct day *days;
	int64_t scores[MODEL_HEADS][SCORE_BINS];
	int64_t reasons[REASON_BITS];
	struct queue_delay
	    delays[2 * DELAYS_MAX]; /* the newest, a site's more */
	uint32_t n_delays, n_sites;
	int64_t held, oldest_ms;
	struct policy_site policy; /* of the last site */
	int64_t adapted;           /* likewise its id; 0: it is not to be */
};

static struct day *
day_of(struct stats *s, const struct tally *t)
{
	int64_t at = t->day - s->first;

	return at >= 0 && at < s->n ? &s->days[at] : NULL;
}

static void
add_action(void *arg, const struct tally *t)
{
	struct stats *s = arg;
	struct day *day = day_of(s, t);
	int action = action_named(t->name);

	if (day == NULL || action < 0)
		return;
	day->actions[action] += t->n;
	for (int h = 0; h < MODEL_HEADS; h++)
		if (t->bin >= 0 && t->bin < SCORE_BINS &&
		    span_equal(t->head,
			span_of(model_head_name((enum model_head_id)h))))
			s->scores[h][t->bin] += t->n;
}

static void
add_decided(void *arg, const struct tally *t)
{
	struct day *day = day_of(arg, t);
	int kind = decision_named(t->name);

	if (day != NULL && kind >= 0)
		day->decided[kind] += t->n;
}

static void
add_override(void *arg, const struct tally *t)
{
	struct day *day = day_of(arg, t);

	if (day != NULL)
		day->overrides += t->n;
}

static void
add_held(void *arg, const struct tally *t)
{
	if (comment_state_named(t->name) == COMMENT_HELD)
		((struct stats *)arg)->held += t->n;
}

static int
add_tallies(struct stats *s, int64_t site, struct err *e)
{
	const struct tally_visit visits[] = {
	    {"action", site, s->first, add_action, s},
	    {"decided", site, s->first, add_decided, s},
	    {"override", site, s->first, add_override, s},
	    {"state", site, 0, add_held, s},
	};

	for (size_t i = 0; i < sizeof(visits) / sizeof(visits[0]); i++)
		if (store_each_tally(s->call->worker->reader, &visits[i], e) !=
		    0)
			return -1;
	return 0;
}

static int
add_reasons(struct stats *s, int64_t site, struct err *e)
{
	struct queue_reasons r = {.site = site, .since_ms = s->first * DAY_MS};

	if (store_count_reasons(s->call->worker->reader, &r, e) != 0)
		return -1;
	for (int i = 0; i < REASON_BITS; i++)
		s->reasons[i] += r.n[i];
	return 0;
}

static int
by_falling_time(const void *a, const void *b)
{
	const struct queue_delay *x = a, *y = b;

	return (x->decided_ms < y->decided_ms) -
	       (x->decided_ms > y->decided_ms);
}

/* Keeps the newest; where there are enough, none that is older is asked for. */
static int
add_delays(struct stats *s, int64_t site, struct err *e)
{
	struct queue_delays d = {
	    .site = site,
	    .since_ms = s->n_delays == DELAYS_MAX
			    ? s->delays[DELAYS_MAX - 1].decided_ms
			    : s->first * DAY_MS,
	    .items = s->delays + s->n_delays,
	    .most = DELAYS_MAX,
	};

	if (store_get_delays(s->call->worker->reader, &d, e) != 0)
		return -1;
	s->n_delays += d.n;
	qsort(s->delays, s->n_delays, sizeof(s->delays[0]), by_falling_time);
	if (s->n_delays > DELAYS_MAX)
		s->n_delays = DELAYS_MAX;
	return 0;
}

static int
add_site(struct stats *s, const struct site *site, struct err *e)
{
	const struct service *service = s->call->worker->service;
	struct queue_held held;

	if (add_tallies(s, site->id, e) != 0 ||
	    add_reasons(s, site->id, e) != 0 ||
	    add_delays(s, site->id, e) != 0 ||
	    store_get_held(s->call->worker->reader, site->id, &held, e) != 0)
		return -1;
	if (held.oldest_ms != 0 &&
	    (s->oldest_ms == 0 || held.oldest_ms < s->oldest_ms))
		s->oldest_ms = held.oldest_ms;
	s->policy = site_policy(&site->settings, atomic_load(&service->limits));
	s->adapted = site->settings.adapt ? site->id : 0;
	s->n_sites++;
	return 0;
}

static void
write_day(struct json_out *o, const struct day *d, int64_t day)
{
	static const char *const names[ACTIONS] = {
	    "published", "held", "rejected", "discarded"};
	char date[RFC3339_BYTES];

	rfc3339_write(day * DAY_MS, date);
	json_out_open(o, NULL, '{');
	json_out_text(o, "date", (struct span){date, sizeof("2026-11-26") - 1});
	for (int i = 0; i < ACTIONS; i++)
		json_out_integer(o, names[i], d->actions[i]);
	json_out_open(o, "decided", '{');
	for (int i = 0; i < DECISION_KINDS; i++)
		json_out_integer(
		    o, decision_name((enum decision_kind)i), d->decided[i]);
	json_out_close(o, '}');
	json_out_integer(o, "overrides", d->overrides);
	json_out_close(o, '}');
}

static void
write_scores(struct json_out *o, const struct stats *s)
{
	json_out_open(o, "scores", '{');
	for (int h = 0; h < MODEL_HEADS; h++) {
		json_out_open(o, model_head_name((enum model_head_id)h), '[');
		for (int i = 0; i < SCORE_BINS; i++)
			json_out_integer(o, NULL, s->scores[h][i]);
		json_out_close(o, ']');
	}
	json_out_close(o, '}');
}

static void
write_cut(struct json_out *o, const char *key, const struct model_head *h,
    double margin)
{
	if (h->trained_on > 0 && isfinite(margin))
		json_out_real(o, key, model_probability(h, margin));
	else
		json_out_null(o, key);
}

/* Probabilities; null where there are several sites, or no model. */
static void
write_cut_offs(struct json_out *o, const struct stats *s)
{
	struct site_models *models = s->call->worker->service->site_models;
	const struct model *m =
	    site_models_acquire(models, s->n_sites == 1 ? s->adapted : 0);
	struct policy_cut_offs c;

	if (m == NULL || s->n_sites != 1)
		json_out_null(o, "cutoffs");
	else
		json_out_open(o, "cutoffs", '{');
	for (int h = 0; m != NULL && s->n_sites == 1 && h < MODEL_HEADS; h++) {
		c = policy_cut_offs(
		    &m->heads[h], &s->policy, (enum model_head_id)h);
		json_out_open(o, model_head_name((enum model_head_id)h), '{');
		write_cut(o, "hold", &m->heads[h], c.hold);
		write_cut(o, "reject", &m->heads[h], c.reject);
		json_out_close(o, '}');
	}
	if (m != NULL && s->n_sites == 1)
		json_out_close(o, '}');
	site_models_release(models, m);
}

/* The most frequent first. */
static void
write_reasons(struct json_out *o, struct stats *s)
{
	json_out_open(o, "reasons", '[');
	for (;;) {
		int most = 0;

		for (int i = 1; i < REASON_BITS; i++)
			if (s->reasons[i] > s->reasons[most])
				most = i;
		if (s->reasons[most] == 0)
			break;
		json_out_open(o, NULL, '{');
		json_out_text(
		    o, "code", span_of(facet_reason_name((unsigned)most)));
		json_out_integer(o, "n", s->reasons[most]);
		json_out_close(o, '}');
		s->reasons[most] = 0;
	}
	json_out_close(o, ']');
}

static int
by_length(const void *a, const void *b)
{
	const struct queue_delay *x = a, *y = b;

	return (x->ms > y->ms) - (x->ms < y->ms);
}

/* The least that so many of a hundred are within. */
static void
write_delay(struct json_out *o, const char *key, const struct stats *s,
    unsigned percent)
{
	size_t within = (s->n_delays * percent + 99) / 100;

	if (within == 0)
		json_out_null(o, key);
	else
		json_out_real(o, key, (double)s->delays[within - 1].ms / 1000);
}

static void
write_stats(struct json_out *o, struct stats *s)
{
	json_out_open(o, NULL, '{');
	json_out_open(o, "days", '[');
	for (uint32_t i = 0; i < s->n; i++)
		write_day(o, &s->days[i], s->first + i);
	json_out_close(o, ']');
	write_scores(o, s);
	write_cut_offs(o, s);
	write_reasons(o, s);
	qsort(s->delays, s->n_delays, sizeof(s->delays[0]), by_length);
	json_out_open(o, "decision_seconds", '{');
	write_delay(o, "p50", s, 50);
	write_delay(o, "p90", s, 90);
	json_out_close(o, '}');
	json_out_open(o, "queue", '{');
	json_out_integer(o, "held", s->held);
	item_time(o, "oldest_at", s->oldest_ms);
	json_out_close(o, '}');
	json_out_close(o, '}');
}

/* Days up to today, as ?days= says: 0 or -1. */
static int
read_days(const struct call *call, uint32_t *n, struct err *e)
{
	int64_t days = DAYS_DEFAULT;
	struct form f;

	if (query_read(&f, call, e) != 0)
		return -1;
	if (form_number(form_get(&f, span_of("days")), 1, DAYS_MAX, &days) != 0)
		return err_set(
		    e, ERR_INPUT, "days: expected a number from 1 to 366");
	*n = (uint32_t)days;
	return 0;
}

/* Adds up all sites that the call is about. 0 or -1. */
static int
gather(struct stats *s, const struct call *call, struct err *e)
{
	struct site site = {0};

	s->call = call;
	if (read_days(call, &s->n, e) != 0)
		return -1;
	s->first = clock_unix_ms() / DAY_MS - s->n + 1;
	s->days = arena_array(&call->request->arena, s->n, sizeof(*s->days));
	if (s->days == NULL)
		return err_no_room(e);
	while (access_next_site(call, site.id, &site) == 0)
		if (add_site(s, &site, e) != 0)
			return -1;
	return 0;
}

void
stats_get(const struct call *call)
{
	struct stats *s = arena_array(&call->request->arena, 1, sizeof(*s));
	struct item_writer w;
	struct err e = ERR_NO_ROOM;

	if (s == NULL || gather(s, call, &e) != 0 ||
	    item_begin(&w, call) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	write_stats(&w.out, s);
	item_end(&w);
}
