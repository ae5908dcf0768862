#include "adapt_shares.h"

#include <math.h>

/*
 * What a member weighs before any label has spoken: those that lean on the
 * site most, for what they lack of the model they learn soon.
 */
static const double weights[ADAPT_MEMBERS] = {
    [ADAPT_MODEL] = 1,
    [ADAPT_WHOLE] = 1,
    [ADAPT_HALF] = 1,
    [ADAPT_QUARTER] = 2,
    [ADAPT_SITE] = 2,
};

/*
 * What a label says, and what the strain does. A strain is what the labels
 * cost as evidence: the less a machine has to bend for them, the more likely is
 * what it began from. With few labels that tells more than the few that it had
 * not seen, with many less. Chosen by corpora taken as sites, each left out in
 * turn: docs/accuracy.md.
 */
static const double label_says = 0.15, strain_says = 1.5;

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
		h->shares[i] = weights[i] * exp(least - cost[i]);
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
	h->mistakes = are_mistakes(h);
	weigh(h, cost);
}
