/*
 * A trained model: one weight per bucket and head, a bias, a calibration and
 * cut-offs. Knows the bytes of model.bin but not where they come from, and
 * nothing of libsvm. Heads are interleaved so that one look-up serves all.
 * Weights are whole numbers of a head's unit: their sums are exact, so that
 * no order of adding them matters, and a bucket takes 4 bytes.
 *
 * model.bin, little-endian: magic "MODERATO", u32 format, u32 features
 * version, u32 log2 of hashed buckets, u32 heads, 64 bytes name (NUL-padded),
 * heads × struct model_head, weights (i16, bucket-major), SHA-256 of all
 * before.
 */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "excerpt.h"
#include "features.h"
#include "head.h"
#include "span.h"

enum {
	MODEL_FORMAT = 5,
	MODEL_NAME_BYTES = 64,
	MODEL_DIGEST_BYTES = 32,
	MODEL_BUCKETS_LOG2_MIN = 8,
	MODEL_BUCKETS_LOG2_MAX = 22,
	MODEL_BUDGETS = 11,
};

/*
 * Shares of good comments that a site may be ready to lose, rising: what the
 * cut-offs of a head are kept for. Part of the format.
 */
extern const double model_budgets[MODEL_BUDGETS];

/*
 * One head. Score = 1 / (1 + exp(platt_a * margin + platt_b)), Platt 1999 in
 * the form of Lin, Lin, Weng 2007. Cut-offs are margins; +infinity: never,
 * as when there was too little data to set one.
 */
struct model_head {
	double bias;
	double platt_a, platt_b;
	double hold, reject, discard; /* hold <= reject <= discard */
	uint64_t trained_on;          /* texts; 0: the head is empty */
	uint64_t calibrated_on; /* good ones that the cut-offs are held to */
	double budgeted[MODEL_BUDGETS]; /* by model_budgets, never rising */
	double unit;                    /* of the weights, > 0 */
	double excerpt; /* what one of ten tokens costs; 0: none is taken */
};

struct model_shift;

struct model {
	char name[MODEL_NAME_BYTES]; /* such as "default@2026-11-26" */
	unsigned buckets_log2;
	struct model_head heads[MODEL_HEADS];
	const int16_t *weights;     /* [bucket][head], in units of the head */
	double vacant[MODEL_HEADS]; /* share of hashed buckets that weigh 0 */
	const struct model_shift *site; /* a head each; NULL: as it is */
	const struct model_head *alone; /* as they were without the site */
	uint32_t site_labels;           /* that it was learned from */
};

/* The hashed buckets, and behind them one for each number. */
static inline size_t
model_buckets(unsigned buckets_log2)
{
	return ((size_t)1 << buckets_log2) + FEATURE_NUMBERS;
}

/* The bucket of a feature of `view`. */
static inline size_t
model_bucket(
    const struct feature_view *view, uint32_t hash, unsigned buckets_log2)
{
	return view->numbered ? ((size_t)1 << buckets_log2) + hash
			      : hash >> (32 - buckets_log2);
}

/* What a bucket weighs for a head, a site's own say left out. */
static inline double
model_weight(const struct model *m, size_t bucket, int head)
{
	return m->weights[bucket * MODEL_HEADS + (size_t)head] *
	       m->heads[head].unit;
}

/* What a model looks up by hashes; m may be NULL. */
struct feature_cells model_cells(const struct model *m);

/* Margin per head. */
struct margins {
	double of[MODEL_HEADS];
	double said[MODEL_HEADS];  /* of it, what all but behaviour adds */
	double own[MODEL_HEADS];   /* of that, what a site adds by deltas */
	double alone[MODEL_HEADS]; /* what the model's own weights add */
	struct excerpt excerpt[MODEL_HEADS]; /* what of the text counts */
};

/*
 * Scores `f`: the margin of the whole text, or of the excerpt by which the
 * model's own is higher. What a site adds by deltas is of the whole. The same
 * features give the same bits everywhere.
 */
struct margins model_score(const struct model *m, const struct features *f);

/* What each part adds to a head's margin, REASON_PADDED minus a cost. */
struct shares {
	double *of;  /* n_parts, in the arena; NULL: that is full */
	double *own; /* of these what is by deltas; NULL: none */
};

/* Shares out the margin that `e` of the text has over its parts. */
struct shares model_share(const struct model *m, const struct features *f,
    const struct excerpt *e, enum model_head_id head, struct arena *a);

/* The probability that a margin stands for, in (0, 1). */
double model_probability(const struct model_head *h, double margin);

/* The margin of a probability: +-infinity when no or any margin is above. */
double model_margin(const struct model_head *h, double probability);

/*
 * The cut-off for a budget, by the nearest row that is no larger: +infinity
 * when there was too little data to promise so little.
 */
double model_cut_off(const struct model_head *h, double budget);

/* The bytes of model.bin for a model of these buckets. */
size_t model_bytes(unsigned buckets_log2);

/*
 * Reads model.bin into `m`, whose weights then point into `bytes` (8-byte
 * aligned). NULL when all is well, else what is wrong, in words. The digest
 * at the end is the caller's to check.
 */
const char *model_decode(struct model *m, struct span bytes);

/* Writes `m` into `out`, model_bytes() big, but for the digest. */
void model_encode(const struct model *m, unsigned char *out);

/* The name of a head in the API: "spam", "abuse". */
const char *model_head_name(enum model_head_id head);

#endif
