#include "contrast.h"

#include <math.h>
#include <stdlib.h>

enum { ACTIONS = ACTION_DISCARD + 1 };

void
contrast_add(struct contrast *c, const struct contrast_case *k)
{
	c->n[k->truth][k->actions[CONTRAST_OLD]][k->actions[CONTRAST_NEW]]++;
}

/* The sum of the cells for which `wanted` of the two actions is true. */
static size_t
sum(const size_t cells[ACTIONS][ACTIONS],
    bool (*wanted)(int before, int after, int arg), int arg)
{
	size_t n = 0;

	for (int i = 0; i < ACTIONS * ACTIONS; i++)
		if (wanted(i / ACTIONS, i % ACTIONS, arg))
			n += cells[i / ACTIONS][i % ACTIONS];
	return n;
}

static bool
any(int before, int after, int arg)
{
	(void)before, (void)after, (void)arg;
	return true;
}

static bool
same(int before, int after, int arg)
{
	(void)arg;
	return before == after;
}

static bool
old_stops(int before, int after, int from)
{
	(void)after;
	return before >= from;
}

static bool
new_stops(int before, int after, int from)
{
	(void)before;
	return after >= from;
}

static bool
only_old_stops(int before, int after, int from)
{
	return before >= from && after < from;
}

static bool
only_new_stops(int before, int after, int from)
{
	return before < from && after >= from;
}

static size_t
sum_all(const struct contrast *c, bool (*wanted)(int, int, int))
{
	size_t n = 0;

	for (int t = 0; t < CONTRAST_TRUTHS; t++)
		n += sum(c->n[t], wanted, 0);
	return n;
}

size_t
contrast_total(const struct contrast *c)
{
	return sum_all(c, any);
}

size_t
contrast_agreed(const struct contrast *c)
{
	return sum_all(c, same);
}

static double
share(size_t k, size_t n)
{
	return n > 0 ? (double)k / (double)n : NAN;
}

struct contrast_figures
contrast_figures(
    const struct contrast *c, enum contrast_side side, enum action from)
{
	bool (*stops)(int, int, int) =
	    side == CONTRAST_OLD ? old_stops : new_stops;
	size_t bad = sum(c->n[TRUTH_BAD], any, 0);
	size_t good = sum(c->n[TRUTH_GOOD], any, 0);
	size_t caught = sum(c->n[TRUTH_BAD], stops, (int)from);
	size_t blocked = sum(c->n[TRUTH_GOOD], stops, (int)from);

	return (struct contrast_figures){
	    .caught = caught,
	    .missed = bad - caught,
	    .blocked = blocked,
	    .passed = good - blocked,
	    .precision = share(caught, caught + blocked),
	    .recall = share(caught, bad),
	    .false_positives = share(blocked, good),
	    .precision95 = statistics_wilson(caught, caught + blocked),
	    .recall95 = statistics_wilson(caught, bad),
	    .false_positives95 = statistics_wilson(blocked, good),
	};
}

struct contrast_duel
contrast_duel(const struct contrast *c, enum action from)
{
	struct contrast_duel d = {
	    .only_old = sum(c->n[TRUTH_BAD], only_old_stops, (int)from) +
			sum(c->n[TRUTH_GOOD], only_new_stops, (int)from),
	    .only_new = sum(c->n[TRUTH_BAD], only_new_stops, (int)from) +
			sum(c->n[TRUTH_GOOD], only_old_stops, (int)from),
	};

	d.p = statistics_mcnemar(d.only_old, d.only_new);
	d.mid_p = statistics_mcnemar_mid(d.only_old, d.only_new);
	return d;
}

double
contrast_harm(const struct contrast_case *k)
{
	int harder =
	    (int)k->actions[CONTRAST_NEW] - (int)k->actions[CONTRAST_OLD];

	if (k->truth == TRUTH_UNKNOWN)
		return abs(harder) / (double)ACTIONS;
	/* a good one is worse off the harder it is hit, a bad one the softer */
	return k->truth == TRUTH_GOOD ? harder : -harder;
}
