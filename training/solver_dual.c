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

#include "../service/core/calibration.h"
#include "random.h"
#include "solver.h"

enum { ROUNDS_MAX = 1000 };

/* The mean projected gradient: what a row's margin is still off by. */
#define MEAN_ENOUGH 0.02

/* Beside each other, since both are needed where a row is hit. */
struct slot {
	double weight, freedom;
};

/* A row of the sample. */
struct pull {
	double alpha;  /* how hard it pulls at the weights */
	double length; /* its squared length in freedom, plus `slack` */
	double slack;  /* 1 / (2 C) with the squared loss */
	double most;   /* of alpha */
	uint32_t row;  /* number of its vector */
	int8_t class;  /* +1 or -1 */
	bool copy;     /* of another row */
};

/* A row unpacked. Its slots are on their way meanwhile: they are all over
 * the memory, and waiting for them is what takes the time. */
struct unpacked {
	struct slot **slots;
	double *values;
	size_t n;
	uint32_t row;
};

struct descent {
	const struct vectors *vectors;
	struct unpacked here, ahead; /* ahead: the row that comes next */
	struct slot *slots;          /* a bucket each, and the bias */
	double bias_feature;
	struct pull *pulls;
	size_t n;
	struct random random;
};

/* How far the projected gradients of a round go, and all together. */
struct reach {
	double low, high, sum;
};

static void
unpack(const struct descent *d, struct unpacked *to, uint32_t row)
{
	struct walk w = packing_walk(&d->vectors->rows[row]);
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

/* Of the row that is here. */
static double
margin(const struct descent *d)
{
	const struct unpacked *u = &d->here;
	double sum = d->slots[d->vectors->buckets].weight * d->bias_feature;
	for (size_t i = 0; i < u->n; i++)
		sum += u->slots[i]->weight * u->values[i];
	return sum;
}

static void
move(struct descent *d, double by)
{
	const struct unpacked *u = &d->here;
	d->slots[d->vectors->buckets].weight += by * d->bias_feature;
	for (size_t i = 0; i < u->n; i++) {
		struct slot *s = u->slots[i];
		s->weight += by * s->freedom * u->values[i];
	}
}

static double
squared_length(const struct descent *d, uint32_t row)
{
	const struct vectors *v = d->vectors;
	double sum = d->bias_feature * d->bias_feature;
	struct walk w = packing_walk(&v->rows[row]);
	while (walk_next(&w))
		sum += d->slots[w.bucket].freedom * w.value * w.value;
	return sum;
}

static void
swap(struct pull *a, struct pull *b)
{
	struct pull kept = *a;
	*a = *b;
	*b = kept;
}

static void
shuffle(struct descent *d, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		swap(&d->pulls[i],
		    &d->pulls[i + random_below(&d->random, (uint32_t)(n - i))]);
}

/*
 * Moves along one coordinate. False when it lies at a bound and the gradient
 * says, by the span of the round before, that it will stay there.
 */
static bool
step(struct descent *d, struct pull *p, const struct reach *before,
    struct reach *now)
{
	double g = p->class * margin(d) - 1 + p->slack * p->alpha;
	double projected = g;
	if (p->alpha <= 0) {
		if (g > before->high)
			return false;
		projected = fmin(g, 0);
	} else if (p->alpha >= p->most) {
		if (g < before->low)
			return false;
		projected = fmax(g, 0);
	}
	now->sum += fabs(projected);
	now->low = fmin(now->low, projected);
	now->high = fmax(now->high, projected);
	if (fabs(projected) > 1e-12) {
		double alpha = fmin(fmax(p->alpha - g / p->length, 0), p->most);
		double by = (alpha - p->alpha) * p->class;
		p->alpha = alpha;
		move(d, by);
	}
	return true;
}

/* Has the i-th row here, and the slots of the next one on their way. */
static void
advance(struct descent *d, size_t i, size_t active)
{
	struct unpacked left = d->here;
	d->here = d->ahead;
	d->ahead = left;
	if (i + 2 < active)
		__builtin_prefetch(&d->vectors->rows[d->pulls[i + 2].row]);
	if (d->here.row != d->pulls[i].row)
		unpack(d, &d->here, d->pulls[i].row);
	if (i + 1 < active)
		unpack(d, &d->ahead, d->pulls[i + 1].row);
}

/* One round over the first `*active`, which those that will stay leave. */
static struct reach
go_round(struct descent *d, size_t *active, const struct reach *before)
{
	struct reach now = {INFINITY, -INFINITY, 0};
	shuffle(d, *active);
	for (size_t i = 0; i < *active;) {
		advance(d, i, *active);
		if (step(d, &d->pulls[i], before, &now))
			i++;
		else
			swap(&d->pulls[i], &d->pulls[--*active]);
	}
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
	return now->sum <= MEAN_ENOUGH * (double)d->n;
}

static void
descend(struct descent *d, double eps)
{
	const struct reach none = {-INFINITY, INFINITY, 0};
	struct reach before = none;
	size_t active = d->n;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct reach now = go_round(d, &active, &before);
		/* in so few rounds none is sure to stay */
		before = eps > 0 ? bounds(now) : none;
		if (!done(d, &now, eps))
			continue;
		if (active == d->n)
			break;
		/* once more with all: some may have left too early */
		active = d->n;
		before = none;
	}
}

/* The words of the longest row, and one more. */
static size_t
longest(const struct sample *s)
{
	size_t most = 0;
	for (size_t i = 0; i < s->n; i++) {
		size_t n = s->vectors->rows[s->rows[i]].n_words;
		most = n > most ? n : most;
	}
	return most + 1;
}

static struct unpacked
unpacked_new(size_t most)
{
	struct unpacked u = {.row = UINT32_MAX};
	u.slots = memory_new(most, sizeof(*u.slots));
	u.values = memory_new(most, sizeof(*u.values));
	return u;
}

static void
descent_open(
    struct descent *d, const struct sample *s, const struct solver_options *o)
{
	bool squared = o->loss == LOSS_SQUARED;
	uint32_t buckets = s->vectors->buckets;
	size_t most = longest(s);
	*d = (struct descent){
	    .vectors = s->vectors,
	    .here = unpacked_new(most),
	    .ahead = unpacked_new(most),
	    .slots = memory_new_wide((size_t)buckets + 1, sizeof(*d->slots)),
	    .bias_feature = o->bias_feature,
	    .pulls = memory_new(s->n, sizeof(*d->pulls)),
	    .n = s->n,
	    .random = {o->seed},
	};
	for (uint32_t i = 0; i <= buckets; i++) {
		d->slots[i].freedom =
		    i < buckets && s->freedom != NULL ? s->freedom[i] : 1;
		if (s->prior != NULL)
			d->slots[i].weight =
			    s->prior[i] / (i < buckets ? 1 : o->bias_feature);
	}
	for (size_t i = 0; i < s->n; i++) {
		double c = o->c * (s->costs != NULL ? s->costs[i] : 1);
		double slack = squared ? 0.5 / c : 0;
		d->pulls[i] = (struct pull){
		    .length = squared_length(d, s->rows[i]) + slack,
		    .slack = slack,
		    .most = squared ? INFINITY : c,
		    .row = s->rows[i],
		    .class = s->classes[i],
		    .copy = i >= s->n - s->n_copies,
		};
	}
}

/* Log-odds a unit of margin, at least, or its middle means nothing: few rows,
 * most of them nearly the same, leave next to none without each other. */
static const double slope_least = 0.5;

/*
 * The margin at which a row is as likely bad as good. A row's own pull is
 * taken off its margin, which is about what a machine without the row says:
 * most of a text's features are in few others, so all rows that pull have
 * margins near 1, and 0 would be too far from the rarer class.
 */
static double
middle(struct descent *d)
{
	struct scored *s = memory_new(d->n, sizeof(*s));
	size_t n = 0;
	for (size_t i = 0; i < d->n; i++) {
		const struct pull *p = &d->pulls[i];
		if (p->copy)
			continue;
		double own = p->alpha * p->class * (p->length - p->slack);
		unpack(d, &d->here, p->row);
		s[n++] = (struct scored){margin(d) - own, p->class > 0};
	}
	struct platt p =
	    calibration_platt(s, n, &(struct platt_prior){.weight = 0});
	free(s);
	return p.a < -slope_least ? -p.b / p.a : 0;
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
	m->weights = memory_new(buckets, sizeof(*m->weights));
	for (uint32_t i = 0; i < buckets; i++)
		m->weights[i] = d.slots[i].weight;
	m->bias = d.slots[buckets].weight * o->bias_feature;
	if (o->middle)
		m->bias -= middle(&d);
	free(d.here.slots);
	free(d.here.values);
	free(d.ahead.slots);
	free(d.ahead.values);
	free(d.slots);
	free(d.pulls);
	return 0;
}

static const char *
refuses(const struct solver_options *o)
{
	return o->kernel == KERNEL_LINEAR ? NULL : "it has no kernels";
}

const struct solver solver_dual = {"dual", refuses, train};
