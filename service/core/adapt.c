#include "adapt.h"

#include <math.h>
#include <string.h>

#include "adapt_cut_offs.h"
#include "adapt_folds.h"
#include "adapt_machine.h"
#include "adapt_shares.h"
#include "calibration.h"

/* How much of the model's margin a member starts from. */
static const double offsets[ADAPT_MEMBERS] = {
    [ADAPT_MODEL] = 1,
    [ADAPT_WHOLE] = 1,
    [ADAPT_HALF] = 0.5,
    [ADAPT_QUARTER] = 0.25,
};

/* The model's own scale is worth as much as this many labels that are even. */
static const double scale_worth = 1;

struct work {
	const struct adapt_lesson *lesson;
	struct adapt_sample rows;
	struct adapt_machine machine;
	uint8_t n_folds;
	struct adapt_tried tried[ADAPT_MEMBERS];
	double *weights;       /* of the mixture, a bucket each */
	double bias, scale;    /* likewise */
	struct scored *scored; /* a row each, for what comes next */
};

static size_t
buckets_of(const struct model *m)
{
	return model_buckets(m->buckets_log2);
}

size_t
adapt_bytes(const struct model *m, uint32_t n)
{
	size_t row = 512 + (ADAPT_MEMBERS + 8) * sizeof(double);
	size_t slots = 2 * ADAPT_WEIGHTS_MAX * sizeof(struct model_delta);

	return 2 * buckets_of(m) * sizeof(double) + slots + n * row + 4096;
}

bool
adapt_is_due(uint32_t then, uint32_t now)
{
	uint32_t step = then / 10 < ADAPT_STEP_MAX ? then / 10 : ADAPT_STEP_MAX;

	return now >= ADAPT_LABELS_MIN && now > then && now - then >= step;
}

static int
open_work(struct work *w, struct arena *a)
{
	uint32_t n = w->rows.n;
	uint8_t *folds = arena_array(a, n, 1);

	w->rows.folds = folds;
	w->weights =
	    arena_array(a, buckets_of(w->lesson->model), sizeof(*w->weights));
	w->scored = arena_array(a, n, sizeof(*w->scored));
	if (folds == NULL || w->weights == NULL || w->scored == NULL)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		w->scored[i].bad = w->rows.labels[i].bad;
	for (int i = 0; i < ADAPT_MEMBERS; i++) {
		w->tried[i].unseen = arena_array(a, n, sizeof(double));
		if (w->tried[i].unseen == NULL)
			return -1;
	}
	w->n_folds = adapt_folds(folds, w->rows.labels, n, a);
	if (w->n_folds == 0)
		return -1;
	return adapt_machine_init(
	    &w->machine, &w->rows, buckets_of(w->lesson->model), a);
}

static double
offset_of(const struct work *w, uint32_t row, enum adapt_member i)
{
	return offsets[i] * w->rows.labels[row].row->margins[w->rows.head];
}

static void
ask_unseen(struct work *w, enum adapt_member member)
{
	double *out = w->tried[member].unseen;

	for (uint32_t i = 0; i < w->rows.n; i++)
		out[i] = offset_of(w, i, member);
	for (uint8_t fold = 0; fold < w->n_folds && member != ADAPT_MODEL;
	     fold++) {
		adapt_machine_learn(
		    &w->machine, &w->rows, offsets[member], fold);
		for (uint32_t i = 0; i < w->rows.n; i++)
			if (w->rows.folds[i] == fold)
				out[i] += adapt_machine_margin(
				    &w->machine, w->rows.labels[i].row);
	}
}

/* A member that learns anew from all labels. */
static void
learn_all(struct work *w, enum adapt_member member)
{
	adapt_machine_learn(
	    &w->machine, &w->rows, offsets[member], ADAPT_NO_FOLD);
}

static void
strain(struct work *w, enum adapt_member member)
{
	learn_all(w, member);
	w->tried[member].strain =
	    adapt_machine_strain(&w->machine, &w->rows, offsets[member]);
}

/* By how well each told apart what it had not seen, and how it bent. */
static void
share_out(struct work *w, struct adapt_head *h)
{
	for (int i = 0; i < ADAPT_MEMBERS; i++) {
		ask_unseen(w, (enum adapt_member)i);
		strain(w, (enum adapt_member)i);
	}
	adapt_shares(h, w->scored, w->tried);
}

/* The members, made of all labels, as one. */
static void
mix(struct work *w, const struct adapt_head *h)
{
	for (int i = 0; i < ADAPT_MEMBERS; i++) {
		double share = h->shares[i];

		w->scale += share * offsets[i];
		if (i == ADAPT_MODEL || share == 0)
			continue;
		learn_all(w, (enum adapt_member)i);
		w->bias += share * w->machine.bias;
		for (size_t b = 0; b < buckets_of(w->lesson->model); b++)
			w->weights[b] += share * w->machine.weights[b];
	}
	w->bias += w->scale * w->lesson->model->heads[w->lesson->head].bias;
}

/* The mixture's margins of rows not learned from, scored. */
static void
score_mixed(struct work *w, const struct adapt_head *h)
{
	for (uint32_t i = 0; i < w->rows.n; i++) {
		double margin = 0;

		for (int k = 0; k < ADAPT_MEMBERS; k++)
			margin += h->shares[k] * w->tried[k].unseen[i];
		w->scored[i].margin = margin;
	}
}

/*
 * Puts the mixture's margin on the scale of the model's, where probabilities
 * are equal: the same line through both.
 */
static void
rescale(struct work *w, const struct adapt_head *h)
{
	const struct model_head *head =
	    &w->lesson->model->heads[w->lesson->head];
	struct platt model = {head->platt_a, head->platt_b}, site;
	struct platt_prior prior = {model, scale_worth};
	double times, shift;

	if (h->mistakes || head->platt_a == 0)
		return;
	site = calibration_platt(w->scored, w->rows.n, &prior);
	times = site.a / model.a;
	shift = (site.b - model.b) / model.a;
	w->scale *= times;
	w->bias = w->bias * times + shift;
	for (size_t b = 0; b < buckets_of(w->lesson->model); b++)
		w->weights[b] *= times;
	for (uint32_t i = 0; i < w->rows.n; i++)
		w->scored[i].margin = w->scored[i].margin * times + shift;
}

static size_t
count_from(const double *weights, size_t n, double least)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += fabs(weights[i]) > least;
	return count;
}

/* What the strongest weights that there is room for are above. */
static double
floor_of(const double *weights, size_t n)
{
	double low = 0, high = 0;

	if (count_from(weights, n, 0) <= ADAPT_WEIGHTS_MAX)
		return 0;
	for (size_t i = 0; i < n; i++)
		high = fmax(high, fabs(weights[i]));
	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;

		if (count_from(weights, n, middle) > ADAPT_WEIGHTS_MAX)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* `slots` was allocated first, since it stays; it has room for all. */
static void
put_slots(
    struct model_shift *shift, struct model_delta *slots, const struct work *w)
{
	size_t n = buckets_of(w->lesson->model);
	double least = floor_of(w->weights, n);
	size_t kept = count_from(w->weights, n, least);

	*shift = (struct model_shift){.scale = w->scale, .slots = slots};
	while (((size_t)1 << shift->slots_log2) < 2 * kept)
		shift->slots_log2++;
	for (size_t b = 0; b < n; b++)
		if (fabs(w->weights[b]) > least)
			model_shift_put(slots, shift->slots_log2,
			    (struct model_delta){
				(uint32_t)b + 1, (float)w->weights[b]});
}

/* By the labels' margins: how well it does, its scale and cut-offs. */
static void
settle(struct work *w, struct adapt_head *h)
{
	score_mixed(w, h);
	h->auc_mixed = adapt_area(w->scored, w->rows.n);
	rescale(w, h);
	if (!h->mistakes)
		adapt_cut_offs(&h->head,
		    &(struct adapt_margins){w->scored,
			w->tried[ADAPT_MODEL].unseen, w->rows.n, w->scale},
		    w->tried[ADAPT_WHOLE].unseen);
}

int
adapt_learn(
    struct adapt_head *out, const struct adapt_lesson *l, struct arena *a)
{
	struct model_delta *slots =
	    arena_array(a, 2 * ADAPT_WEIGHTS_MAX, sizeof(*slots));
	struct work w = {
	    .lesson = l,
	    .rows = {.labels = l->labels,
		.n = l->n,
		.head = l->head,
		.ending = l->ending},
	};

	*out = (struct adapt_head){
	    .labels = l->n, .head = l->model->heads[l->head]};
	for (uint32_t i = 0; i < l->n; i++)
		out->bad += l->labels[i].bad;
	if (l->n < ADAPT_LABELS_MIN || out->bad < ADAPT_CLASS_MIN ||
	    l->n - out->bad < ADAPT_CLASS_MIN)
		return 1;
	if (slots == NULL || open_work(&w, a) != 0)
		return -1;
	if (l->shares == NULL)
		share_out(&w, out);
	else
		memcpy(out->shares, l->shares, sizeof(out->shares));
	mix(&w, out);
	if (l->shares == NULL)
		settle(&w, out);
	out->head.bias = w.bias;
	put_slots(&out->shift, slots, &w);
	return adapt_is_called_off(&w.rows) ? -1 : 0;
}

double
adapt_margin(const struct adapt_head *h, const struct adapt_lesson *l,
    const struct adapt_row *row)
{
	double from = row->margins[l->head] - l->model->heads[l->head].bias;
	double sum = h->head.bias + h->shift.scale * from;

	for (uint32_t i = 0; i < row->n; i++)
		sum += model_shift_delta(&h->shift, row->items[i].bucket) *
		       (double)row->items[i].value;
	return sum;
}
