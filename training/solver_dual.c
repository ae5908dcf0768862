/*
 * Our own solver: dual coordinate descent (Hsieh, Chang, Lin, Keerthi,
 * Sundararajan 2008) over the vectors as they lie, so that a corpus is in
 * memory once. A row has its own cost, a bucket its own freedom.
 *
 * With weights w_b = s_b u_b the norm of u and features s_b x_b are the same
 * as the features x_b and the norm of w_b / s_b, so the freedom s_b² is all
 * that is needed, and only where a weight changes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../service/core/calibration.h"
#include "solver_draws.h"

enum { ROUNDS_MAX = 1000 };

/* The mean projected gradient: what a row's margin is still off by. */
#define MEAN_ENOUGH 0.02

/* A row sits out so many rounds once it is settled: off by no more than that,
 * or if it does not pull, so far from where it would. */
enum { REST_ROUNDS = 3 };
static const double settled = 0.02, clear = 0.1;

/* Beside each other, since both are needed where a row is hit. */
struct slot {
	double weight, freedom;
};

/* A row of the sample. */
struct pull {
	double alpha;  /* how hard it pulls at the weights */
	double length; /* its squared length in freedom, plus its slack */
};

/* A row unpacked. Its slots are on their way meanwhile: they are all over
 * the memory, and waiting for them is what takes the time. */
struct unpacked {
	struct slot **slots;
	double *values;
	size_t n;
	const struct packed_row *row;
};

struct descent {
	const struct sample *sample;
	struct draws draws;
	struct unpacked here, ahead; /* ahead: the row that comes next */
	struct slot *slots;          /* a bucket each, and the bias */
	double bias_feature, c;
	bool squared; /* the loss */
	struct pull *pulls;
	struct random random;
};

/* How far the projected gradients of a round go, and all together. */
struct reach {
	double low, high, sum;
};

static void
unpack(
    const struct descent *d, struct unpacked *to, const struct packed_row *row)
{
	struct walk w = packing_walk(row);
	size_t n = 0;
	while (walk_next(&w)) {
		to->slots[n] = &d->slots[w.bucket];
		to->values[n] = w.value;
		__builtin_prefetch(to->slots[n], 1);
		n += w.number != 0;
	}
	to->n = n;
	to->row = row;
}

static double
cost(const struct descent *d, uint32_t at)
{
	const double *costs = d->sample->costs;
	return d->c * (costs != NULL ? costs[at] : 1);
}

/* 1 / (2 C) with the squared loss. */
static double
slack(const struct descent *d, uint32_t at)
{
	return d->squared ? 0.5 / cost(d, at) : 0;
}

/* Of the row that is here. */
static double
margin(const struct descent *d)
{
	const struct unpacked *u = &d->here;
	double sum =
	    d->slots[d->sample->vectors->buckets].weight * d->bias_feature;
	for (size_t i = 0; i < u->n; i++)
		sum += u->slots[i]->weight * u->values[i];
	return sum;
}

static void
move(struct descent *d, double by)
{
	const struct unpacked *u = &d->here;
	d->slots[d->sample->vectors->buckets].weight += by * d->bias_feature;
	for (size_t i = 0; i < u->n; i++) {
		struct slot *s = u->slots[i];
		s->weight += by * s->freedom * u->values[i];
	}
}

/* Of the row that is here. */
static double
squared_length(const struct descent *d)
{
	const struct unpacked *u = &d->here;
	double sum = d->bias_feature * d->bias_feature;
	for (size_t i = 0; i < u->n; i++)
		sum += u->slots[i]->freedom * u->values[i] * u->values[i];
	return sum;
}

static void
swap(struct visit *a, struct visit *b)
{
	struct visit kept = *a;
	*a = *b;
	*b = kept;
}

static void
shuffle(struct descent *d)
{
	struct visit *v = d->draws.visits;
	size_t n = d->draws.n;
	for (size_t i = 0; i + 1 < n; i++)
		swap(
		    &v[i], &v[i + random_below(&d->random, (uint32_t)(n - i))]);
}

/*
 * Moves along one coordinate. False when it lies at a bound and the gradient
 * says, by the span of the round before, that it will stay there.
 */
static bool
step(struct descent *d, uint32_t at, const struct reach *before,
    struct reach *now)
{
	struct pull *p = &d->pulls[at];
	int8_t class = d->sample->classes[at];
	double most = d->squared ? INFINITY : cost(d, at);
	double g = class * margin(d) - 1 + slack(d, at) * p->alpha;
	double projected = g;
	if (p->alpha <= 0) {
		if (g > before->high)
			return false;
		projected = fmin(g, 0);
	} else if (p->alpha >= most) {
		if (g < before->low)
			return false;
		projected = fmax(g, 0);
	}
	if (d->draws.rest != NULL &&
	    (p->alpha > 0 ? fabs(projected) < settled : g > clear))
		d->draws.rest[at] = REST_ROUNDS;
	now->sum += fabs(projected);
	now->low = fmin(now->low, projected);
	now->high = fmax(now->high, projected);
	if (fabs(projected) > 1e-12) {
		double alpha = fmin(fmax(p->alpha - g / p->length, 0), most);
		double by = (alpha - p->alpha) * class;
		p->alpha = alpha;
		move(d, by);
	}
	return true;
}

/* Has the i-th visit's row here, and the slots of the next on their way. */
static void
advance(struct descent *d, size_t i)
{
	struct unpacked left = d->here;
	const struct visit *v = d->draws.visits;
	size_t n = d->draws.n;
	d->here = d->ahead;
	d->ahead = left;
	if (i + 2 < n)
		__builtin_prefetch(v[i + 2].row);
	if (d->here.row != v[i].row)
		unpack(d, &d->here, v[i].row);
	if (i + 1 < n)
		unpack(d, &d->ahead, v[i + 1].row);
}

/* What is here may be elsewhere when other rows are in view. */
static void
forget(struct descent *d)
{
	d->here.row = d->ahead.row = NULL;
}

/* Those that will stay where they are leave. */
static void
visit(struct descent *d, const struct reach *before, struct reach *now)
{
	struct visit *v = d->draws.visits;
	forget(d);
	shuffle(d);
	for (size_t i = 0; i < d->draws.n;) {
		advance(d, i);
		if (step(d, v[i].at, before, now))
			i++;
		else
			swap(&v[i], &v[--d->draws.n]);
	}
}

static struct reach
go_round(struct descent *d, const struct reach *before)
{
	struct reach now = {INFINITY, -INFINITY, 0};
	draws_begin(&d->draws, &d->random);
	while (draws_next(&d->draws))
		visit(d, before, &now);
	return now;
}

/* Bounds for the next round: none where a side has nothing to go by. */
static struct reach
bounds(struct reach s)
{
	return (struct reach){
	    s.low < 0 ? s.low : -INFINITY, s.high > 0 ? s.high : INFINITY, 0};
}

/*
 * Whether that was all there is to gain. The span, which liblinear goes by, is
 * that of the worst row: the more rows, the longer it takes, for nothing
 * (tests/bench/README.md has figures). So by itself ours goes by the mean.
 */
static bool
done(const struct descent *d, const struct reach *now, double eps)
{
	if (eps > 0)
		return now->high - now->low <= eps;
	return now->sum <= MEAN_ENOUGH * (double)d->sample->n;
}

static void
descend(struct descent *d, double eps)
{
	const struct reach none = {-INFINITY, INFINITY, 0};
	struct reach before = none;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct reach now = go_round(d, &before);
		/* in so few rounds none is sure to stay */
		before = eps > 0 ? bounds(now) : none;
		if (!done(d, &now, eps))
			continue;
		if (!d->draws.all || d->draws.n == d->sample->n)
			break;
		/* once more with all: some may have left too early */
		d->draws.n = d->sample->n;
		before = none;
	}
}

/* More words than the longest row has. */
static size_t
longest(const struct sample *s)
{
	uint64_t most = 0;
	for (size_t i = 0; i < s->n; i++) {
		uint64_t n = vectors_bytes(s->vectors, s->rows[i]);
		most = n > most ? n : most;
	}
	return (size_t)most / sizeof(uint16_t) + 1;
}

static struct unpacked
unpacked_new(size_t most)
{
	struct unpacked u = {0};
	u.slots = memory_new(most, sizeof(*u.slots));
	u.values = memory_new(most, sizeof(*u.values));
	return u;
}

/* Calls `what` for every row, which is here. */
static void
each(struct descent *d, void (*what)(struct descent *d, uint32_t at, void *of),
    void *of)
{
	draws_begin(&d->draws, NULL);
	while (draws_next(&d->draws)) {
		forget(d);
		for (size_t i = 0; i < d->draws.n; i++) {
			advance(d, i);
			what(d, d->draws.visits[i].at, of);
		}
	}
}

static void
measure(struct descent *d, uint32_t at, void *of)
{
	(void)of;
	d->pulls[at].length = squared_length(d) + slack(d, at);
}

static void
descent_open(
    struct descent *d, const struct sample *s, const struct solver_options *o)
{
	uint32_t buckets = s->vectors->buckets;
	size_t most = longest(s);
	*d = (struct descent){
	    .sample = s,
	    .here = unpacked_new(most),
	    .ahead = unpacked_new(most),
	    .slots = memory_new_wide((size_t)buckets + 1, sizeof(*d->slots)),
	    .bias_feature = o->bias_feature,
	    .c = o->c,
	    .squared = o->loss == LOSS_SQUARED,
	    .pulls = memory_new(s->n, sizeof(*d->pulls)),
	    .random = {o->seed},
	};
	draws_open(&d->draws, s, o->eps > 0);
	for (uint32_t i = 0; i <= buckets; i++) {
		d->slots[i].freedom =
		    i < buckets && s->freedom != NULL ? s->freedom[i] : 1;
		if (s->prior != NULL)
			d->slots[i].weight =
			    s->prior[i] / (i < buckets ? 1 : o->bias_feature);
	}
	each(d, measure, NULL);
}

static void
descent_close(struct descent *d)
{
	draws_close(&d->draws);
	free(d->here.slots);
	free(d->here.values);
	free(d->ahead.slots);
	free(d->ahead.values);
	free(d->slots);
	free(d->pulls);
}

/* Log-odds a unit of margin, at least, or its middle means nothing: few rows,
 * most of them nearly the same, leave next to none without each other. */
static const double slope_least = 0.5;

_Static_assert(sizeof(struct scored) <= sizeof(struct pull),
    "margins take the place of pulls");

/* Margins under way. */
struct margins_of {
	struct scored *items;
	size_t n;
};

/*
 * A row's own pull is taken off its margin, which is about what a machine
 * without the row says: most of a text's features are in few others, so all
 * rows that pull have margins near 1, and 0 would be too far from the rarer
 * class.
 */
static void
ask(struct descent *d, uint32_t at, void *of)
{
	struct margins_of *m = of;
	const struct sample *s = d->sample;
	struct pull p = d->pulls[at];
	int8_t class = s->classes[at];
	if (!s->asked[at])
		return;
	double own = p.alpha * class * (p.length - slack(d, at));
	m->items[m->n++] = (struct scored){margin(d) - own, class > 0};
}

/*
 * The margin at which a row is as likely bad as good. The margins take the
 * place of the pulls where these are asked for in their order, so that none is
 * written over before.
 */
static double
middle(struct descent *d)
{
	bool all = d->draws.all;
	struct margins_of m = {.items = (struct scored *)d->pulls};
	if (all) {
		m.items = memory_new(d->sample->n, sizeof(*m.items));
		d->draws.n = d->sample->n;
	} else {
		memset(d->draws.rest, 0, d->sample->n);
	}
	each(d, ask, &m);
	struct platt p =
	    calibration_platt(m.items, m.n, &(struct platt_prior){.weight = 0});
	if (all)
		free(m.items);
	return p.a < -slope_least ? -p.b / p.a : 0;
}

/* Takes the slots, whose place the weights take: each is behind its slot. */
static double *
weights_of(struct descent *d)
{
	uint32_t buckets = d->sample->vectors->buckets;
	double *weights = (double *)d->slots;
	for (uint32_t i = 0; i < buckets; i++)
		weights[i] = d->slots[i].weight;
	d->slots = NULL;
	return memory_grow(weights, buckets, sizeof(*weights));
}

static int
train(struct machine *m, const struct sample *s, const struct solver_options *o,
    struct err *e)
{
	struct descent d;
	uint32_t buckets = s->vectors->buckets;
	(void)e;
	descent_open(&d, s, o);
	descend(&d, o->eps);
	m->bias = d.slots[buckets].weight * o->bias_feature;
	if (o->middle)
		m->bias -= middle(&d);
	m->weights = weights_of(&d);
	descent_close(&d);
	return 0;
}

static const char *
refuses(const struct solver_options *o)
{
	return o->kernel == KERNEL_LINEAR ? NULL : "it has no kernels";
}

const struct solver solver_dual = {"dual", refuses, train};
