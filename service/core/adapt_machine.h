/*
 * A linear machine on few rows: squared hinge by dual coordinate descent
 * (Hsieh et al. 2008), of margins that begin at an offset. Private to adapt.
 */
#ifndef CORE_ADAPT_MACHINE_H
#define CORE_ADAPT_MACHINE_H

#include "adapt.h"

/* Rows to learn from, all but those of one fold. */
struct adapt_sample {
	const struct adapt_label *labels;
	const uint8_t *folds;
	uint32_t n;
	enum model_head_id head;
};

enum { ADAPT_NO_FOLD = 255 };

struct adapt_machine {
	double *weights; /* a bucket each */
	double bias;
	double *alphas, *squares; /* a row each; squares: their lengths */
	uint32_t *order;
};

/* Room for `n` rows: 0, or -1 when the arena is full. */
int adapt_machine_init(struct adapt_machine *m, const struct adapt_sample *rows,
    size_t buckets, struct arena *a);

/*
 * Learns anew from the rows outside `fold`, each beginning at `offset` × the
 * model's margin.
 */
void adapt_machine_learn(struct adapt_machine *m,
    const struct adapt_sample *rows, double offset, uint8_t fold);

/*
 * How hard the rows made it bend from the offset: half its weights' squares and
 * the squares of what it still misses rows by, which is what learning makes
 * small. Of all rows that it learned from, with the same offset.
 */
double adapt_machine_strain(const struct adapt_machine *m,
    const struct adapt_sample *rows, double offset);

/* What it adds to the offset of a row. */
double adapt_machine_margin(
    const struct adapt_machine *m, const struct adapt_row *row);

#endif
