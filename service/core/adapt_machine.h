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
	const atomic_bool *ending; /* of the lesson */
};

enum { ADAPT_NO_FOLD = 255 };

struct adapt_machine {
	double *weights; /* a bucket each */
	double bias;
	double *alphas, *squares; /* a row each; squares: their lengths */
	uint32_t *order;
};

/* Whether nobody wants any more what is learned from them. */
static inline bool
adapt_is_called_off(const struct adapt_sample *rows)
{
	return rows->ending != NULL && atomic_load(rows->ending);
}

/* Room for `n` rows: 0, or -1 when the arena is full. */
int adapt_machine_init(struct adapt_machine *m, const struct adapt_sample *rows,
    size_t buckets, struct arena *a);

/*
 * Learns anew from the rows outside `fold`, each beginning at `offset` × the
 * model's margin; as far as it got when it is called off.
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
