/*
 * Support vectors and a comment's features, as the input says: the weights
 * that the vectors add up to, rounded as a model has them and summed by our
 * scorer, give what a plain dot product does, and what libsvm's own decision
 * function says of the same, but for what rounding may lose.
 */
#include <libsvm/svm.h>
#include <math.h>

#include "../../service/core/model.h"
#include "../../service/core/model_shift.h"
#include "../../training/rounding.h"
#include "arena.h"

enum {
	LOG2 = MODEL_BUCKETS_LOG2_MIN,
	BUCKETS = (1 << LOG2) + FEATURE_NUMBERS,
	VECTORS_MAX = 4,
	NODES_MAX = 6,
	ITEMS_MAX = 48,
	PARTS = 3,
	ROOM = 1024,
	SCALE = 2,
	SLOTS_LOG2 = 2, /* of the site's one delta … */
	DELTA_AT = 2,   /* … of this key */
};

struct machine {
	struct svm_node nodes[VECTORS_MAX][NODES_MAX + 1];
	struct svm_node *vectors[VECTORS_MAX];
	double coefficients[VECTORS_MAX], *row;
	double rho;
	int labels[2], counts[2];
	double weights[BUCKETS];
	int16_t rounded[BUCKETS * MODEL_HEADS];
};

/* A number between -2 and 2, or near it. */
static double
take_real(struct span *in)
{
	return (double)(int8_t)take_byte(in) / 64 +
	       (double)take_byte(in) / 65536;
}

/* Of a vector, whose buckets rise; it adds to the weights. */
static void
read_vector(struct machine *m, int i, struct span *in)
{
	int bucket = 0, n = take_byte(in) % (NODES_MAX + 1);
	struct svm_node *node = m->nodes[i];

	m->vectors[i] = node;
	m->coefficients[i] = take_real(in);
	for (; n > 0 && bucket < BUCKETS - 256; n--, node++) {
		bucket += 1 + take_byte(in);
		*node = (struct svm_node){bucket, take_real(in)};
		m->weights[bucket - 1] += m->coefficients[i] * node->value;
	}
	*node = (struct svm_node){-1, 0};
}

static struct svm_model
read_machine(struct machine *m, struct span *in)
{
	int n = 2 + take_byte(in) % (VECTORS_MAX - 1);

	memset(m, 0, sizeof *m);
	for (int i = 0; i < n; i++)
		read_vector(m, i, in);
	m->rho = take_real(in);
	m->row = m->coefficients;
	m->labels[0] = 1;
	m->labels[1] = -1;
	m->counts[0] = n / 2;
	m->counts[1] = n - n / 2;
	return (struct svm_model){
	    .param = {.svm_type = C_SVC, .kernel_type = LINEAR},
	    .nr_class = 2,
	    .l = n,
	    .SV = m->vectors,
	    .sv_coef = &m->row,
	    .rho = &m->rho,
	    .label = m->labels,
	    .nSV = m->counts,
	};
}

/* Views of features, hashed and numbered, until the input is used up. */
static void
read_features(struct features *f, struct span *in)
{
	while (in->n > 0 && f->n_views < FEATURE_VIEWS_MAX) {
		uint8_t head = take_byte(in);
		struct feature_view *view = &f->views[f->n_views++];

		view->first = f->n;
		view->numbered = head & 1;
		view->behaviour = (head & 3) == 3;
		view->kind = head % FEATURE_KINDS;
		view->value = take_real(in);
		for (head /= 16; head > 0 && f->n < ITEMS_MAX; head--) {
			uint32_t hash = take_byte(in);

			hash = view->numbered ? hash * 32 + hash % 32
					      : hash << 24 | hash * 257;
			f->items[f->n++] = (struct feature){hash, hash % PARTS};
		}
		view->last = f->n;
	}
}

/* The features as one vector of buckets. */
static void
add_up(const struct features *f, double x[BUCKETS])
{
	for (uint32_t v = 0; v < f->n_views; v++)
		for (uint32_t i = f->views[v].first; i < f->views[v].last; i++)
			x[model_bucket(&f->views[v], f->items[i].hash, LOG2)] +=
			    f->views[v].value;
}

static double
by_libsvm(const struct svm_model *m, const double x[BUCKETS])
{
	struct svm_node nodes[BUCKETS + 1], *node = nodes;
	double value;

	for (int i = 0; i < BUCKETS; i++)
		if (x[i] != 0)
			*node++ = (struct svm_node){i + 1, x[i]};
	*node = (struct svm_node){-1, 0};
	svm_predict_values(m, nodes, &value);
	return value;
}

static void
check_shares(const struct model *m, const struct features *f, double margin)
{
	double sum = m->heads[HEAD_SPAM].bias;
	const struct excerpt whole = {0};
	struct shares shares;
	struct arena a;

	arena_open(&a, ROOM);
	shares = model_share(m, f, &whole, HEAD_SPAM, &a);
	require(shares.of != NULL);
	for (int p = 0; p < PARTS; p++)
		sum += shares.of[p];
	require(fabs(sum - margin) < 1e-9);
	arena_drop(&a);
}

/* What a site with a scale and one delta makes more of a comment. */
static double
more_of_site(const struct model *m, const struct features *f)
{
	double more = 0;

	for (uint32_t v = 0; v < f->n_views; v++) {
		const struct feature_view *view = &f->views[v];

		for (uint32_t i = view->first;
		     !view->behaviour && i < view->last; i++) {
			size_t at = model_bucket(view, f->items[i].hash, LOG2);
			double weight = model_weight(m, at, HEAD_SPAM);

			weight *= SCALE - 1;
			weight += at + 1 == DELTA_AT ? 0.5 : 0;
			more += view->value * weight;
		}
	}
	return more;
}

static void
check_site(struct model m, const struct features *f, double plain)
{
	struct model_delta slots[1 << SLOTS_LOG2] = {{0, 0}};
	struct model_shift site[MODEL_HEADS];
	struct margins out;

	for (int h = 0; h < MODEL_HEADS; h++)
		site[h] = (struct model_shift){SCALE, slots, SLOTS_LOG2};
	model_shift_put(
	    slots, SLOTS_LOG2, (struct model_delta){DELTA_AT, 0.5f});
	plain += more_of_site(&m, f);
	m.site = site;
	out = model_score(&m, f);
	require(fabs(out.of[HEAD_SPAM] - plain) < 1e-9);
	check_shares(&m, f, out.of[HEAD_SPAM]);
}

static void
check(
    const struct svm_model *theirs, struct machine *m, const struct features *f)
{
	struct model ours = {
	    .buckets_log2 = LOG2,
	    .weights = m->rounded,
	    .heads = {{.bias = -m->rho}, {.unit = 1}},
	};
	double x[BUCKETS] = {0}, plain = -m->rho, lost = 0, unit;
	struct margins out;

	unit = rounding(m->rounded, m->weights, BUCKETS);
	ours.heads[HEAD_SPAM].unit = unit;
	out = model_score(&ours, f);
	add_up(f, x);
	for (int i = 0; i < BUCKETS; i++) {
		plain += x[i] * model_weight(&ours, (size_t)i, HEAD_SPAM);
		lost += fabs(x[i]) * unit;
	}
	require(fabs(out.of[HEAD_SPAM] - plain) < 1e-9);
	require(fabs(out.of[HEAD_SPAM] - by_libsvm(theirs, x)) < 1e-9 + lost);
	require(out.of[HEAD_ABUSE] == 0);
	check_shares(&ours, f, out.of[HEAD_SPAM]);
	check_site(ours, f, plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	struct feature items[ITEMS_MAX];
	struct features f = {.items = items, .n_parts = PARTS};
	struct machine m;
	struct svm_model theirs = read_machine(&m, &in);

	read_features(&f, &in);
	check(&theirs, &m, &f);
	return 0;
}
