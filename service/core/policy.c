#include "policy.h"

#include <math.h>

static const char *const action_names[] = {
    [ACTION_PUBLISH] = "publish",
    [ACTION_HOLD] = "hold",
    [ACTION_REJECT] = "reject",
    [ACTION_DISCARD] = "discard",
};

/* People send a comment twice by mistake, but hardly three times. */
enum { BLATANT_REPEATS = 3 };

/* Whether the same thing was sent again and again. */
static bool
is_blatant(const struct signals *s)
{
	return s->of[SIGNAL_AUTHOR_TEXT].count >= BLATANT_REPEATS ||
	       s->of[SIGNAL_IP_TEXT].count >= BLATANT_REPEATS ||
	       s->of[SIGNAL_NEAR].count >= BLATANT_REPEATS;
}

static double
cut_off_of(const struct model_head *h, struct policy_cut cut, double model)
{
	switch (cut.scale) {
	case SCALE_MODEL:
		break;
	case SCALE_PROBABILITY:
		return model_margin(h, cut.at);
	case SCALE_BUDGET:
		return model_cut_off(h, cut.at);
	}
	return model;
}

struct policy_cut_offs
policy_cut_offs(const struct model_head *h, const struct policy_site *site,
    enum model_head_id head)
{
	struct policy_cut hold = site->cuts[head].hold;
	struct policy_cut reject = site->cuts[head].reject;
	struct policy_cut_offs c = {
	    .hold = cut_off_of(h, hold, h->hold),
	    .reject = cut_off_of(h, reject, h->reject),
	};

	if (hold.scale == SCALE_BUDGET && c.hold == INFINITY)
		c.hold = h->hold;
	if (hold.scale == SCALE_MODEL && c.reject < c.hold)
		c.hold = c.reject;
	c.reject = fmax(c.reject, c.hold);
	c.discard = fmax(h->discard, c.reject);
	return c;
}

static enum action
by_cut_offs(const struct policy_cut_offs *c, double margin, bool blatant)
{
	if (margin >= c->discard && blatant)
		return ACTION_DISCARD;
	if (margin >= c->reject)
		return ACTION_REJECT;
	return margin >= c->hold ? ACTION_HOLD : ACTION_PUBLISH;
}

int
policy_over_limit(const struct signals *s, const struct policy_limits *limits)
{
	const struct {
		enum signal_kind kind;
		uint32_t most;
	} rows[] = {
	    {SIGNAL_AUTHOR, limits->author},
	    {SIGNAL_IP, limits->ip},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].most > 0 &&
		    s->of[rows[i].kind].count > rows[i].most)
			return (int)rows[i].kind;
	return -1;
}

/* The highest cut-off that the data could promise anything for. */
static double
strictest(const struct model_head *h)
{
	for (int i = 0; i < MODEL_BUDGETS; i++)
		if (h->budgeted[i] < INFINITY)
			return h->budgeted[i];
	return model_margin(h, 0.5);
}

/* Why one that might be rejected by its margin is but held. */
static void
explain_hold(struct policy_decision *d, const struct model_head *h,
    const struct policy_cut_offs *cut, double margin)
{
	d->unproven = d->action == ACTION_HOLD && cut->reject == INFINITY &&
		      margin >= strictest(h);
	d->unfamiliar = d->action == ACTION_HOLD && margin >= cut->reject;
}

struct policy_decision
policy_decide(const struct model *m, const struct policy_case *c,
    const struct policy_site *site)
{
	struct policy_decision d = {
	    ACTION_PUBLISH, HEAD_SPAM, -1, false, false};
	bool blatant = c->listed || is_blatant(c->signals);
	double best = -1;

	for (int h = 0; h < MODEL_HEADS; h++) {
		const struct model_head *head = &m->heads[h];
		double p = model_probability(head, c->margins[h]);
		struct policy_cut_offs cut =
		    policy_cut_offs(head, site, (enum model_head_id)h);
		enum action a = by_cut_offs(&cut, c->margins[h], blatant);

		if (a > ACTION_HOLD && c->firm[h] < cut.reject)
			a = ACTION_HOLD;
		if (head->trained_on == 0 || a < d.action ||
		    (a == d.action && p <= best))
			continue;
		d.action = a;
		d.head = (enum model_head_id)h;
		explain_hold(&d, head, &cut, c->margins[h]);
		best = p;
	}
	d.over_limit = policy_over_limit(c->signals, &site->limits);
	if (d.action == ACTION_PUBLISH &&
	    (d.over_limit >= 0 || c->empty || c->trapped || c->cut))
		d.action = ACTION_HOLD;
	return d;
}

enum action
policy_rule(enum ruling r, enum action a, bool waits)
{
	switch (r) {
	case RULING_NONE:
		return a;
	case RULING_SPAM:
	case RULING_ABUSE:
	case RULING_TRASH:
	case RULING_BLOCKED:
		return a > ACTION_REJECT ? a : ACTION_REJECT;
	case RULING_HOLD:
		return ACTION_HOLD;
	case RULING_ALIKE:
	case RULING_SUSPECT:
		return a > ACTION_HOLD ? a : ACTION_HOLD;
	case RULING_HAM:
	case RULING_ALLOWED:
		return waits ? ACTION_HOLD : ACTION_PUBLISH;
	case RULING_TRUSTED:
		return ACTION_PUBLISH;
	}
	return a;
}

enum model_head_id
policy_head(enum ruling r, const struct model *m, enum model_head_id head)
{
	enum model_head_id meant = head;

	if (r == RULING_SPAM || r == RULING_ALIKE)
		meant = HEAD_SPAM;
	else if (r == RULING_ABUSE)
		meant = HEAD_ABUSE;
	return m->heads[meant].trained_on > 0 ? meant : head;
}

const char *
action_name(enum action a)
{
	return action_names[a];
}

int
action_named(struct span name)
{
	return span_index(name, action_names, ACTION_DISCARD + 1);
}
