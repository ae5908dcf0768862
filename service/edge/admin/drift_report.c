#include "drift_report.h"

#include <stdio.h>

#include "../request/access.h"
#include "../store/store_figures.h"

enum { FIRST_DAYS = 7 };

/* A side in the making. */
struct gathering {
	struct drift_report *report;
	int64_t first; /* day with counts; INT64_MAX: none yet */
};

const char *
drift_source_name(enum drift_source s)
{
	static const char *const names[] = {
	    [DRIFT_CARD] = "card",
	    [DRIFT_LAST_DAYS] = "last_days",
	    [DRIFT_FIRST_DAYS] = "first_days",
	};

	return names[s];
}

static bool
is_in(const struct drift_days *d, int64_t day)
{
	return day >= d->from && day < d->end;
}

static void
note_first(void *arg, int64_t day, const struct drift_counts *c)
{
	struct gathering *g = arg;

	(void)c;
	if (day < g->first)
		g->first = day;
}

static void
add_counts(void *arg, int64_t day, const struct drift_counts *c)
{
	struct drift_report *r = ((struct gathering *)arg)->report;

	if (is_in(&r->reference.days, day))
		drift_add_all(&r->reference.counts, c);
	if (is_in(&r->now.days, day))
		drift_add_all(&r->now.counts, c);
}

static void
add_decided(void *arg, const struct tally *t)
{
	struct drift_report *r = ((struct gathering *)arg)->report;

	if (is_in(&r->reference.decided, t->day))
		r->reference.overrides.n += (uint32_t)t->n;
	if (is_in(&r->now.decided, t->day))
		r->now.overrides.n += (uint32_t)t->n;
}

static void
add_override(void *arg, const struct tally *t)
{
	struct drift_report *r = ((struct gathering *)arg)->report;

	if (is_in(&r->reference.decided, t->day))
		r->reference.overrides.k += (uint32_t)t->n;
	if (is_in(&r->now.decided, t->day))
		r->now.overrides.k += (uint32_t)t->n;
}

/* Visits what is counted of all sites. 0 or -1. */
static int
each_count(struct gathering *g, struct store_reader *r,
    const struct drift_question *q,
    void (*each)(void *arg, int64_t day, const struct drift_counts *c),
    struct err *e)
{
	struct site site = {.id = 0};

	while (access_next_site(q->call, site.id, &site) == 0) {
		struct drift_visit visit = {
		    site.id, q->model, 0, q->today + 1, each, g};

		if (store_each_drift(r, &visit, e) != 0)
			return -1;
	}
	return 0;
}

static int
add_decisions(struct gathering *g, struct store_reader *r,
    const struct drift_question *q, struct err *e)
{
	int64_t from = g->first < g->report->now.days.from
			   ? g->first
			   : g->report->now.days.from;
	struct site site = {.id = 0};

	while (access_next_site(q->call, site.id, &site) == 0) {
		const struct tally_visit decided = {
		    "decided", site.id, from, add_decided, g};
		const struct tally_visit overrides = {
		    "override", site.id, from, add_override, g};

		if (store_each_tally(r, &decided, e) != 0 ||
		    store_each_tally(r, &overrides, e) != 0)
			return -1;
	}
	return 0;
}

/* A share of `n` comments as how many that was. */
static uint32_t
read_share(const json_t *number, uint32_t n)
{
	double share = json_number_value(number);

	return share > 0 && share <= 1 ? (uint32_t)(share * n + .5) : 0;
}

static void
read_shares(uint32_t *out, uint32_t bins, uint32_t n, const json_t *list)
{
	for (uint32_t i = 0; i < bins; i++)
		out[i] = read_share(json_array_get(list, i), n);
}

/* What a card says, if that is enough to tell anything by. */
static enum drift_source
read_card(struct drift_counts *out, const json_t *card)
{
	const json_t *drift = json_object_get(card, "drift");
	json_int_t n = json_integer_value(json_object_get(drift, "n"));
	const json_t *scores = json_object_get(drift, "scores");
	const json_t *groups = json_object_get(drift, "groups");

	if (n < DRIFT_LEAST || n > INT32_MAX)
		return DRIFT_NOTHING;
	out->n = (uint32_t)n;
	for (int h = 0; h < MODEL_HEADS; h++)
		read_shares(out->scores[h], DRIFT_BINS, out->n,
		    json_object_get(
			scores, model_head_name((enum model_head_id)h)));
	read_shares(
	    out->unseen, DRIFT_BINS, out->n, json_object_get(drift, "unseen"));
	for (int g = 0; g < DRIFT_GROUPS; g++)
		out->groups[g] = read_share(
		    json_object_get(groups, reason_name((enum reason_code)g)),
		    out->n);
	return json_is_string(json_object_get(drift, "since")) ? DRIFT_LAST_DAYS
							       : DRIFT_CARD;
}

/* What of some days is not among those before it. */
static struct drift_days
days_after(struct drift_days d, struct drift_days before)
{
	if (d.from < before.end)
		d.from = before.end;
	if (d.end < d.from)
		d.end = d.from;
	return d;
}

/* Which days are compared, and with what. */
static void
choose(struct drift_report *r, const struct drift_question *q, int64_t first)
{
	struct drift_days now = {q->today - q->days + 1, q->today + 1};
	struct drift_days early = {0, 0};

	if (first != INT64_MAX)
		early = (struct drift_days){first, first + FIRST_DAYS};
	r->reference.decided = early;
	r->now.decided = days_after(now, early);
	r->now.days = now;
	r->source = read_card(&r->reference.counts, q->card);
	if (r->source == DRIFT_NOTHING && first != INT64_MAX) {
		r->source = DRIFT_FIRST_DAYS;
		r->reference.days = early;
		r->now.days = r->now.decided;
	}
}

int
drift_report_make(struct drift_report *out, struct store_reader *r,
    const struct drift_question *q, struct err *e)
{
	struct gathering g = {out, INT64_MAX};

	*out = (struct drift_report){.source = DRIFT_NOTHING};
	if (each_count(&g, r, q, note_first, e) != 0)
		return -1;
	choose(out, q, g.first);
	if (each_count(&g, r, q, add_counts, e) != 0)
		return -1;
	return add_decisions(&g, r, q, e);
}

static void
visit_histogram(const struct drift_visit_measure *visit, const char *name,
    const uint32_t *reference, const uint32_t *now)
{
	struct drift_measure m = {
	    .psi = drift_psi(reference, now, DRIFT_BINS),
	    .reference = reference,
	    .now = now,
	    .bins = DRIFT_BINS,
	};

	snprintf(m.name, sizeof(m.name), "%s", name);
	visit->each(visit->arg, &m);
}

static void
visit_share(const struct drift_visit_measure *visit, const char *kind,
    const char *name, struct drift_share was, struct drift_share is)
{
	struct drift_measure m = {
	    .psi = drift_psi_share(was, is), .was = was, .is = is};

	snprintf(m.name, sizeof(m.name), "%s%s", kind, name);
	visit->each(visit->arg, &m);
}

void
drift_report_each(
    const struct drift_report *r, const struct drift_visit_measure *visit)
{
	const struct drift_counts *was = &r->reference.counts;
	const struct drift_counts *is = &r->now.counts;

	visit_histogram(
	    visit, "score.spam", was->scores[HEAD_SPAM], is->scores[HEAD_SPAM]);
	visit_histogram(visit, "score.abuse", was->scores[HEAD_ABUSE],
	    is->scores[HEAD_ABUSE]);
	visit_histogram(visit, "unseen", was->unseen, is->unseen);
	visit_share(
	    visit, "overrides", "", r->reference.overrides, r->now.overrides);
	for (int g = 0; g < DRIFT_GROUPS; g++)
		if (was->groups[g] > 0 || is->groups[g] > 0)
			visit_share(visit, "reason.",
			    reason_name((enum reason_code)g),
			    (struct drift_share){was->groups[g], was->n},
			    (struct drift_share){is->groups[g], is->n});
}
