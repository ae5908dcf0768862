/*
 * What a site's own decisions make of a model: a mixture of the model, of
 * machines that correct it, and of one that knows the site only, each as far
 * as it told the site's own labels apart when it had not seen them. All are
 * linear, so the mixture is: the model's weights × scale, and deltas.
 *
 * Pure, and the same for the same labels in the same order: what was undone
 * leaves nothing behind. Learns from what a store keeps of a comment;
 * behaviour weighs as in the model.
 */
#ifndef CORE_ADAPT_H
#define CORE_ADAPT_H

#include <stdatomic.h>

#include "arena.h"
#include "fingerprint.h"
#include "model.h"
#include "model_shift.h"

enum {
	ADAPT_LABELS_MIN = 10,
	ADAPT_CLASS_MIN = 2, /* good ones and bad ones at least */
	ADAPT_LABELS_MAX = 5000,
	ADAPT_STEP_MAX = 20,
	ADAPT_WEIGHTS_MAX = 1 << 16, /* deltas of a head; the strongest */
};

/* The members of the mixture; a machine corrects as much of the model's
 * margin as it says. */
enum adapt_member {
	ADAPT_MODEL,   /* the model as it is */
	ADAPT_WHOLE,   /* corrects it */
	ADAPT_HALF,    /* corrects half of it */
	ADAPT_QUARTER, /* a quarter */
	ADAPT_SITE,    /* nothing of it: the site's labels alone */
	ADAPT_MEMBERS
};

/* A feature of a comment. */
struct adapt_item {
	uint32_t bucket;
	float value;
};

/* A comment as it is learned from. */
struct adapt_row {
	const struct adapt_item *items; /* each bucket once */
	uint32_t n;
	double margins[MODEL_HEADS]; /* the model's, behaviour left out */
	struct fingerprint fingerprint;
};

struct adapt_label {
	const struct adapt_row *row;
	bool bad;
};

/* Labels for one head, in the order of their ids. */
struct adapt_lesson {
	const struct model *model;
	enum model_head_id head;
	const struct adapt_label *labels;
	uint32_t n;
	/* of the members, to see what one alone would do: nothing is put on
	 * the model's scale then; NULL: by the labels themselves */
	const double *shares;
	const atomic_bool *ending; /* called off when true; NULL: never */
};

/* What a head became. */
struct adapt_head {
	uint32_t labels, bad;
	/* the labels are the model's mistakes: nothing can be said of how
	 * often it is right, so it is corrected, and no more */
	bool mistakes;
	double foreign; /* 0 to 1: the model takes for good what is bad */
	double shares[ADAPT_MEMBERS]; /* add up to 1 */
	double auc[ADAPT_MEMBERS];    /* on labels not seen */
	double auc_mixed;             /* of the mixture, likewise */
	struct model_head head;       /* the site's bias and cut-offs */
	struct model_shift shift;     /* its slots are in the arena */
};

/*
 * Reads the features of a comment, whose items go to `a`, but for its
 * fingerprint: 0, or -1 when the arena is full.
 */
int adapt_read(struct adapt_row *row, const struct model *m,
    const struct features *f, struct arena *a);

/*
 * Whether it is time to learn again, when `now` labels are there and it was
 * learned from `then`: with a tenth more, or ADAPT_STEP_MAX.
 */
bool adapt_is_due(uint32_t then, uint32_t now);

/* The bytes that adapt_learn needs for `n` labels, its result with them. */
size_t adapt_bytes(const struct model *m, uint32_t n);

/*
 * Learns: 0; 1 when the labels are too few or all of one kind; -1 when the
 * arena is full, or it was called off.
 *
 * Probabilities stay the model's function of the margin: the site's margin is
 * put on its scale by how the labels came out. A cut-off by a budget is the
 * site's own where its good labels are enough to promise it (calibration.h),
 * and otherwise the model's, moved to where the mixture has good ones as rare,
 * but no lower than the site's next one. To hold needs no more than that moved
 * one or, where they are enough, than an even chance, or than the share of bad
 * labels if that is more.
 */
int adapt_learn(
    struct adapt_head *out, const struct adapt_lesson *l, struct arena *a);

/* The margin of a comment by what was learned, behaviour left out. */
double adapt_margin(const struct adapt_head *h, const struct adapt_lesson *l,
    const struct adapt_row *row);

#endif
