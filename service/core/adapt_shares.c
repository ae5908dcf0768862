#include "adapt_shares.h"

#include <math.h>

/*
 * What a member weighs before any label has spoken: the ends of the row more
 * than its middle, which the members next to it speak for, too; where the model
 * is foreign, those that lean on the site.
 */
static const struct {
	double known, foreign;
} weights[ADAPT_MEMBERS] = {
    [ADAPT_MODEL] = {2, 0.5},
    [ADAPT_WHOLE] = {1, 0.5},
    [ADAPT_HALF] = {1, 1},
    [ADAPT_QUARTER] = {2, 2},
    [ADAPT_SITE] = {2, 3},
};

/*
 * What a label says, and what the strain does. A strain is what the labels
 * cost as evidence: the less a machine has to bend for them, the more likely is
 * what it began from. Chosen over corpora taken as sites, by models made
 * without them too: docs/accuracy.md.
 */
static const double label_says = 0.15, strain_says = 1.5;

/*
 * How far below nought the bad ones are, in spreads, where a model begins to be
 * foreign, and where it is. In languages that it never met it is 1.5 to 3, in
 * those it learned and among what it held back 0.2 at most; not
 * all are told by it: docs/accuracy.md.
 */
static const double foreign_from = 0.6, foreign_all = 1;

/* Of the model's own mistakes it has fewer pairs in order; of a site that it
 * knows nothing of, about half of them, if below by chance or a little. */
static const double mistakes_area = 0.25;

double
adapt_area(const struct scored *s, uint32_t n)
{
	double in_order = 0, pairs = 0;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < n && s[i].bad; j++) {
			if (s[j].bad)
				continue;
			pairs++;
			in_order += s[i].margin > s[j].margin    ? 1
				    : s[i].margin == s[j].margin ? 0.5
								 : 0;
		}
	return in_order / pairs;
}

/* Whether the model is wrong nearly always, and not by chance. */
static bool
are_mistakes(const struct adapt_head *h)
{
	double bad = h->bad, good = h->labels - h->bad;
	double deviation = sqrt((bad + good + 1) / (12 * bad * good));

	return h->auc[ADAPT_MODEL] < mistakes_area &&
	       h->auc[ADAPT_MODEL] + 2 * deviation < 0.5;
}

void
adapt_class_take(struct adapt_class *c, double number)
{
	double from = number - c->mean;

	c->mean += from / ++c->n;
	c->squares += from * (number - c->mean);
}

/*
 * Whether the model takes what is bad here for good, as it does where it
 * recognises nothing: from 0 to 1. Both classes spread its margins alike,
 * however many labels either has.
 */
static double
foreign(const struct scored *s, uint32_t n)
{
	struct adapt_class of[2] = {{0}};
	double apart, spread, share;

	for (uint32_t i = 0; i < n; i++)
		adapt_class_take(&of[s[i].bad], s[i].margin);
	apart = (of[true].mean - of[false].mean) / 2;
	spread = sqrt(
	    (of[true].squares / of[true].n + of[false].squares / of[false].n) /
		2 +
	    apart * apart);
	share = (-of[true].mean / spread - foreign_from) /
		(foreign_all - foreign_from);
	if (share > 1)
		return 1;
	return share > 0 ? share : 0;
}

static void
score(struct scored *s, uint32_t n, const double *margins)
{
	for (uint32_t i = 0; i < n; i++)
		s[i].margin = margins[i];
}

/* Weighs the members by what the labels cost each. */
static void
weigh(struct adapt_head *h, const double cost[ADAPT_MEMBERS])
{
	double least = INFINITY, sum = 0;

	for (int i = 0; i < ADAPT_MEMBERS; i++)
		if (cost[i] < least)
			least = cost[i];
	for (int i = 0; i < ADAPT_MEMBERS; i++) {
		double before =
		    weights[i].known +
		    h->foreign * (weights[i].foreign - weights[i].known);

		h->shares[i] = before * exp(least - cost[i]);
		if (h->mistakes)
			h->shares[i] = i == ADAPT_WHOLE;
		sum += h->shares[i];
	}
	for (int i = 0; i < ADAPT_MEMBERS; i++)
		h->shares[i] /= sum;
}

void
adapt_shares(struct adapt_head *h, struct scored *s,
    const struct adapt_tried tried[ADAPT_MEMBERS])
{
	static const struct platt_prior none = {.weight = 0};
	double cost[ADAPT_MEMBERS];
	uint32_t n = h->labels;

	for (int i = 0; i < ADAPT_MEMBERS; i++) {
		double loss;

		score(s, n, tried[i].unseen);
		h->auc[i] = adapt_area(s, n);
		loss = calibration_loss(calibration_platt(s, n, &none), s, n);
		cost[i] = label_says * n * loss + strain_says * tried[i].strain;
	}
	score(s, n, tried[ADAPT_MODEL].unseen);
	h->foreign = foreign(s, n);
	h->mistakes = are_mistakes(h);
	weigh(h, cost);
}
