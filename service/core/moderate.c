#include "moderate.h"

#include <math.h>
#include <string.h>

#include "features.h"
#include "vocabulary.h"

_Static_assert(REASON_LIST_AUTHOR + RULE_KINDS == REASON_CODES,
    "a reason for each kind, in their order");

static void
fill_scores(double scores[MODEL_HEADS], const struct model_head *heads,
    const double margins[MODEL_HEADS])
{
	for (int h = 0; h < MODEL_HEADS; h++)
		scores[h] = heads[h].trained_on == 0
				? -1
				: model_probability(&heads[h], margins[h]);
}

/* The scores by the model alone, of what its weights add. */
static void
fill_alone(
    struct verdict *v, const struct model *m, const double added[MODEL_HEADS])
{
	double margins[MODEL_HEADS];

	memcpy(v->alone, v->scores, sizeof(v->alone));
	if (m->site == NULL)
		return;
	for (int h = 0; h < MODEL_HEADS; h++)
		margins[h] = m->alone[h].bias + added[h];
	fill_scores(v->alone, m->alone, margins);
}

int
moderate_read(struct reading *r, const struct comment *c,
    const struct siphash_key *key, struct arena *a)
{
	r->comment = c;
	if (text_normalise(&r->text, c->content, c->format, a) != 0)
		return -1;
	r->fingerprint = fingerprint_of(&r->text, key);
	signal_keys_of(&r->keys, c, &r->text, &r->fingerprint, key);
	return 0;
}

/* Names what is listed, whether or not that decided. */
static void
add_listed(struct verdict *v, const struct rule_hits *hits)
{
	for (uint32_t i = 0; i < hits->n && i < REASONS_LISTED_MAX; i++) {
		const struct rule_hit *hit = &hits->items[i];

		reasons_add_listed(&v->reasons,
		    &(struct part){
			.code = (uint8_t)(REASON_LIST_AUTHOR + hit->rule->kind),
			.field = (uint8_t)hit->field,
			.source = hit->source,
			.gap_ms = -1,
		    },
		    hit->rule);
	}
}

/* Names what decided beside the model. */
static void
add_ruling(struct verdict *v, const struct judge *j)
{
	if (j->ruling != RULING_NONE && j->ruling < RULING_ALLOWED)
		reasons_add_rule(&v->reasons, j->why, 0);
	add_listed(v, &j->listed);
}

static void
add_limit(struct verdict *v, const struct signals *s, int over_limit)
{
	if (over_limit >= 0)
		reasons_add_rule(
		    &v->reasons, REASON_LIMIT, s->of[over_limit].count);
}

/* Whether what is good waits all the same: there may be more to it. */
static bool
waits(const struct comment *c, const struct judge *j, int over_limit)
{
	return over_limit >= 0 || c->cut || j->untried;
}

/* Names what nobody looked at. */
static void
add_unseen(struct verdict *v, const struct comment *c, const struct judge *j)
{
	if (c->cut)
		reasons_add_rule(&v->reasons, REASON_CUT, 0);
	if (j->untried)
		reasons_add_rule(&v->reasons, REASON_UNTRIED, 0);
}

/* Holds what neither a list nor a person decided about. */
static void
judge_without_model(struct verdict *v, const struct comment *c,
    const struct signals *s, const struct judge *j)
{
	int over_limit = policy_over_limit(s, &j->site.limits);

	*v = (struct verdict){.unseen = NAN};
	for (int h = 0; h < MODEL_HEADS; h++)
		v->scores[h] = v->alone[h] = -1;
	v->action =
	    policy_rule(j->ruling, ACTION_HOLD, waits(c, j, over_limit));
	reasons_add_rule(&v->reasons, REASON_MODEL_MISSING, 0);
	add_unseen(v, c, j);
	add_limit(v, s, over_limit);
	add_ruling(v, j);
}

/* Why the model holds and does not reject; a ruling may do otherwise. */
static void
add_hold(struct verdict *v, const struct policy_decision *d)
{
	if (v->action != ACTION_HOLD)
		return;
	if (d->unproven)
		reasons_add_rule(&v->reasons, REASON_UNPROVEN, 0);
	else if (d->unfamiliar)
		reasons_add_rule(&v->reasons, REASON_UNFAMILIAR, 0);
}

/*
 * Decides; a text that would be rejected is looked at as to how well it is
 * known. Where there is none, nothing can be new but a name.
 */
static struct policy_decision
decide(const struct policy_case *c, const struct judge *j,
    const struct features *f, const struct margins *margins)
{
	struct policy_decision d = policy_decide(j->model, c, &j->site);
	struct policy_case firm = *c;
	double known[MODEL_HEADS];

	if (d.action <= ACTION_HOLD || c->empty)
		return d;
	vocabulary_firm(known, j->model, f, margins);
	firm.firm = known;
	return policy_decide(j->model, &firm, &j->site);
}

/* What is not in the excerpt is what its cost stands on. */
static void
name_left_out(struct features *f, const struct excerpt *e)
{
	struct part *p = &f->parts[features_part(f, REASON_PADDED)];
	uint32_t first = e->first > 0 ? 0 : e->end;
	uint32_t end = e->first > 0 ? e->first : f->n_tokens;

	if (e->gain == 0)
		return;
	p->field = FIELD_CONTENT;
	p->source = (struct text_range){
	    f->parts[first].source.start, f->parts[end - 1].source.end};
}

/* Why the margin of the verdict's head is what it is; -1: the arena is full. */
static int
explain(struct verdict *v, const struct model *m, struct features *f,
    const struct excerpt *e, struct arena *a)
{
	struct shares shares = model_share(m, f, e, v->head, a);

	if (shares.of == NULL)
		return -1;
	name_left_out(f, e);
	reasons_pick(&v->reasons, f->parts, shares.of, shares.own, f->n_parts);
	return 0;
}

int
moderate_judge(struct verdict *v, const struct reading *r,
    const struct signals *s, const struct judge *j, struct arena *a)
{
	const struct model *m = j->model;
	struct features f = {.cells = model_cells(m)};
	struct margins margins;
	struct policy_decision d;

	if (m == NULL) {
		judge_without_model(v, r->comment, s, j);
		return 0;
	}
	if (features_extract(&f, r->comment, &r->text, s, a) != 0)
		return -1;
	margins = model_score(m, &f);
	d = decide(
	    &(struct policy_case){
		.margins = margins.of,
		.firm = margins.of,
		.signals = s,
		.empty = r->text.n == 0 && !comment_may_lack_text(r->comment),
		.trapped = r->comment->honeypot.n > 0,
		.cut = r->comment->cut || j->untried,
		.listed = j->ruling == RULING_BLOCKED,
	    },
	    j, &f, &margins);
	d.head = policy_head(j->ruling, m, d.head);
	v->action = policy_rule(
	    j->ruling, d.action, waits(r->comment, j, d.over_limit));
	v->head = d.head;
	v->unseen = vocabulary_unseen(m, &f);
	v->margin = margins.of[d.head];
	v->bias = m->heads[d.head].bias;
	memcpy(v->own, margins.own, sizeof(v->own));
	fill_scores(v->scores, m->heads, margins.of);
	fill_alone(v, m, margins.alone);
	v->reasons.n = 0;
	if (!j->brief && explain(v, m, &f, &margins.excerpt[v->head], a) != 0)
		return -1;
	add_hold(v, &d);
	add_unseen(v, r->comment, j);
	add_limit(v, s, d.over_limit);
	add_ruling(v, j);
	return 0;
}
