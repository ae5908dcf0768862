#include "model.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "calibration.h"
#include "model_shift.h"
#include "utf8.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "model.bin is little-endian and read in place");

static const char magic[8] = {'M', 'O', 'D', 'E', 'R', 'A', 'T', 'O'};

/* model.bin up to the weights, which it keeps 8-byte aligned. */
struct header {
	char magic[8];
	uint32_t format, features, buckets_log2, heads;
	char name[MODEL_NAME_BYTES];
	struct model_head head[MODEL_HEADS];
};

_Static_assert(sizeof(struct header) % sizeof(double) == 0, "aligned");
_Static_assert(
    sizeof(struct model_head) == (10 + MODEL_BUDGETS) * 8, "no padding");

const double model_budgets[MODEL_BUDGETS] = {
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2};

static const char *const head_names[MODEL_HEADS] = {
    [HEAD_SPAM] = "spam",
    [HEAD_ABUSE] = "abuse",
};

static size_t
weight_count(unsigned buckets_log2)
{
	return model_buckets(buckets_log2) * MODEL_HEADS;
}

size_t
model_bytes(unsigned buckets_log2)
{
	return sizeof(struct header) +
	       weight_count(buckets_log2) * sizeof(int16_t) +
	       MODEL_DIGEST_BYTES;
}

/* The share of the first `n` buckets that weigh nothing for each head. */
static void
count_vacant(struct model *m, size_t n)
{
	size_t vacant[MODEL_HEADS] = {0};

	for (size_t i = 0; i < n * MODEL_HEADS; i++)
		vacant[i % MODEL_HEADS] += m->weights[i] == 0;
	for (int h = 0; h < MODEL_HEADS; h++)
		m->vacant[h] = (double)vacant[h] / (double)n;
}

/* Cut-offs may be +infinity, but not NaN, and only rise. */
static const char *
head_fault(const struct model_head *h)
{
	if (!isfinite(h->bias) || !isfinite(h->platt_a) ||
	    !isfinite(h->platt_b))
		return "a head's bias or calibration is not a number";
	if (!isfinite(h->unit) || h->unit <= 0)
		return "a head's weights have no unit";
	if (!isfinite(h->excerpt) || h->excerpt < 0)
		return "a head's excerpts cost nothing";
	if (h->platt_a > 0)
		return "a head's calibration falls with the margin";
	if (!(h->hold <= h->reject && h->reject <= h->discard))
		return "a head's cut-offs are not in order";
	for (int i = 0; i < MODEL_BUDGETS; i++)
		if (isnan(h->budgeted[i]) ||
		    (i > 0 && h->budgeted[i] > h->budgeted[i - 1]))
			return "a head's cut-offs rise with the budget";
	return NULL;
}

static const char *
header_fault(const struct header *h, size_t bytes)
{
	if (memcmp(h->magic, magic, sizeof(magic)) != 0)
		return "not a Moderato model";
	if (h->format != MODEL_FORMAT)
		return "a format that this version does not know";
	if (h->features != FEATURES_VERSION)
		return "trained on other features than this version has";
	if (h->buckets_log2 < MODEL_BUCKETS_LOG2_MIN ||
	    h->buckets_log2 > MODEL_BUCKETS_LOG2_MAX || h->heads != MODEL_HEADS)
		return "an impossible number of buckets or heads";
	if (bytes != model_bytes(h->buckets_log2))
		return "its length does not fit its header";
	if (memchr(h->name, '\0', sizeof(h->name)) == NULL)
		return "its name does not end";
	if (!utf8_valid(span_of(h->name)))
		return "its name is not UTF-8";
	return NULL;
}

const char *
model_decode(struct model *m, struct span bytes)
{
	struct header h;
	const char *fault;

	if (bytes.n < sizeof(h))
		return "too short to be a model";
	memcpy(&h, bytes.p, sizeof(h));
	fault = header_fault(&h, bytes.n);
	for (int i = 0; fault == NULL && i < MODEL_HEADS; i++)
		fault = head_fault(&h.head[i]);
	if (fault != NULL)
		return fault;
	m->buckets_log2 = h.buckets_log2;
	m->site = NULL;
	m->alone = NULL;
	m->site_labels = 0;
	m->weights = (const int16_t *)(const void *)(bytes.p + sizeof(h));
	memcpy(m->name, h.name, sizeof(m->name));
	memcpy(m->heads, h.head, sizeof(m->heads));
	count_vacant(m, (size_t)1 << m->buckets_log2);
	return NULL;
}

void
model_encode(const struct model *m, unsigned char *out)
{
	struct header h = {
	    .format = MODEL_FORMAT,
	    .features = FEATURES_VERSION,
	    .buckets_log2 = m->buckets_log2,
	    .heads = MODEL_HEADS,
	};

	memcpy(h.magic, magic, sizeof(magic));
	memcpy(h.name, m->name, sizeof(h.name));
	memcpy(h.head, m->heads, sizeof(h.head));
	memcpy(out, &h, sizeof(h));
	memcpy(out + sizeof(h), m->weights,
	    weight_count(m->buckets_log2) * sizeof(int16_t));
}

struct feature_cells
model_cells(const struct model *m)
{
	_Static_assert(MODEL_HEADS * sizeof(*m->weights) == FEATURE_CELL_BYTES,
	    "a cell each");
	if (m == NULL)
		return (struct feature_cells){NULL, 0};
	return (struct feature_cells){m->weights, m->buckets_log2};
}

/* Where the weights of a view's features are. */
struct view_weights {
	const int16_t *first;
	unsigned shift; /* of a hash, to its bucket behind the first */
};

static inline struct view_weights
weights_of(const struct model *m, const struct feature_view *view)
{
	unsigned log2 = m->buckets_log2;

	return (struct view_weights){
	    .first = m->weights + model_bucket(view, 0, log2) * MODEL_HEADS,
	    .shift = view->numbered ? 0 : 32 - log2,
	};
}

/* The sums of one view's weights, as if each feature's value were 1. */
static struct view_sums
sum_view(const struct model *m, const struct features *f,
    const struct feature_view *view)
{
	struct view_weights at = weights_of(m, view);
	struct view_sums sum = {{0}};

	for (uint32_t i = view->first; i < view->last; i++) {
		size_t bucket = f->items[i].hash >> at.shift;

		for (int h = 0; h < MODEL_HEADS; h++)
			sum.of[h] += at.first[bucket * MODEL_HEADS + (size_t)h];
	}
	return sum;
}

/* Whether a site weighs the features of a view its own way. */
static bool
has_own(const struct model *m, const struct feature_view *view)
{
	return m->site != NULL && !view->behaviour;
}

/* What a site adds to a view's features by deltas. */
static double
sum_deltas(const struct model *m, const struct features *f,
    const struct feature_view *view, int head)
{
	double sum = 0;

	for (uint32_t i = view->first; i < view->last; i++)
		sum += model_shift_delta(&m->site[head],
		    model_bucket(view, f->items[i].hash, m->buckets_log2));
	return sum * view->value;
}

/*
 * From the model's own margins, with the site's bias, to the site's: by two
 * numbers a head, so that who knows these has the same bits.
 */
static void
put_on_site(
    const struct model *m, const struct features *f, struct margins *out)
{
	for (int h = 0; h < MODEL_HEADS; h++) {
		double scale = m->site[h].scale;

		out->own[h] = m->site[h].added;
		for (uint32_t v = 0; v < f->n_views; v++)
			if (has_own(m, &f->views[v]))
				out->own[h] +=
				    sum_deltas(m, f, &f->views[v], h);
		out->of[h] += (scale - 1) * out->said[h] + out->own[h];
		out->said[h] = scale * out->said[h] + out->own[h];
	}
}

/* Takes of the text what has the highest margin. */
static void
take_excerpts(struct margins *out, const struct model *m,
    const struct features *f, const struct view_sums *sums)
{
	struct excerpt_choice choice = {
	    .weights = m->weights,
	    .buckets_log2 = m->buckets_log2,
	};

	for (int h = 0; h < MODEL_HEADS; h++) {
		choice.unit[h] = m->heads[h].unit;
		choice.cost[h] = m->heads[h].excerpt;
	}
	excerpt_choose(out->excerpt, &choice, f, sums);
	for (int h = 0; h < MODEL_HEADS; h++) {
		out->of[h] += out->excerpt[h].gain;
		out->said[h] += out->excerpt[h].gain;
	}
}

struct margins
model_score(const struct model *m, const struct features *f)
{
	struct view_sums sums[FEATURE_VIEWS_MAX];
	struct margins out;

	for (int h = 0; h < MODEL_HEADS; h++) {
		out.of[h] = m->heads[h].bias;
		out.said[h] = out.own[h] = 0;
	}
	for (uint32_t v = 0; v < f->n_views; v++) {
		const struct feature_view *view = &f->views[v];

		sums[v] = sum_view(m, f, view);
		for (int h = 0; h < MODEL_HEADS; h++) {
			double unit = m->heads[h].unit;
			double sum = (double)sums[v].of[h] * unit;

			out.of[h] += sum * view->value;
			if (!view->behaviour)
				out.said[h] += sum * view->value;
		}
	}
	take_excerpts(&out, m, f, sums);
	for (int h = 0; h < MODEL_HEADS; h++)
		out.alone[h] = out.of[h] - m->heads[h].bias;
	if (m->site != NULL)
		put_on_site(m, f, &out);
	return out;
}

/* Gives the parts of a view's features what these add by the model. */
static void
share_view(const struct model *m, const struct features *f,
    const struct feature_view *view, enum model_head_id head, double *out)
{
	struct view_weights at = weights_of(m, view);
	const int16_t *weights = at.first + head;
	double value = m->heads[head].unit * view->value;

	for (uint32_t i = view->first; i < view->last; i++) {
		struct feature item = f->items[i];
		size_t bucket = item.hash >> at.shift;

		out[item.part] += weights[bucket * MODEL_HEADS] * value;
	}
}

/* Likewise, what they add by a site's deltas. */
static void
share_deltas(const struct model *m, const struct features *f,
    const struct feature_view *view, enum model_head_id head,
    struct shares *out)
{
	for (uint32_t i = view->first; i < view->last; i++) {
		struct feature item = f->items[i];
		size_t bucket = model_bucket(view, item.hash, m->buckets_log2);
		double own = model_shift_delta(&m->site[head], bucket);

		out->of[item.part] += own * view->value;
		out->own[item.part] += own * view->value;
	}
}

struct shares
model_share(const struct model *m, const struct features *f,
    const struct excerpt *e, enum model_head_id head, struct arena *a)
{
	struct shares out = {arena_array(a, f->n_parts, sizeof(double)), NULL};
	double scale = m->site != NULL ? m->site[head].scale : 1;

	if (m->site != NULL)
		out.own = arena_array(a, f->n_parts, sizeof(double));
	if (out.of == NULL || (m->site != NULL && out.own == NULL))
		return (struct shares){NULL, NULL};
	for (uint32_t v = 0; v < f->n_views; v++) {
		const struct feature_view *view = &f->views[v];
		struct feature_view left = excerpt_view(e, f, view);

		if (has_own(m, view)) {
			left.value *= scale;
			share_deltas(m, f, view, head, &out);
		}
		share_view(m, f, &left, head, out.of);
	}
	if (e->gain > 0)
		out.of[features_part(f, REASON_PADDED)] = -scale * e->cost;
	return out;
}

double
model_probability(const struct model_head *h, double margin)
{
	return calibration_probability(
	    (struct platt){h->platt_a, h->platt_b}, margin);
}

double
model_margin(const struct model_head *h, double probability)
{
	double z = log((1 - probability) / probability);

	if (h->platt_a == 0) /* every margin has the same probability */
		return z < h->platt_b ? INFINITY : -INFINITY;
	return (z - h->platt_b) / h->platt_a;
}

double
model_cut_off(const struct model_head *h, double budget)
{
	double at = INFINITY;

	for (int i = 0; i < MODEL_BUDGETS && model_budgets[i] <= budget; i++)
		at = h->budgeted[i];
	return at;
}

const char *
model_head_name(enum model_head_id head)
{
	return head_names[head];
}
