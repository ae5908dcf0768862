/*
 * The feature vectors of a corpus, packed, each sorted by bucket with the
 * features of one bucket added up. The i-th vector is the i-th row's; behind
 * them are copies, if asked for: to learn from only.
 *
 * They lie on disk in the order of time, of one time those of the rows first,
 * and are read through a view, best as they lie:
 *
 *     struct scratch_view view = {0};
 *     struct walk w = packing_walk(vectors_row(v, i, &view));
 *     ...
 *     scratch_look_away(&view);
 */
#ifndef TRAINING_VECTORS_H
#define TRAINING_VECTORS_H

#include <stdint.h>

#include "corpus.h"
#include "packing.h"
#include "scratch.h"

struct vectors_order {
	unsigned buckets_log2;
	bool disguises; /* all but ham with a text once more (evade.h) */
	/* what teaches a head once more by its phrases alone */
	bool phrases[MODEL_HEADS];
	uint64_t seed; /* of disguises */
};

/* Rows and no copies of them. */
static inline struct vectors_order
vectors_alone(struct vectors_order o)
{
	return (struct vectors_order){.buckets_log2 = o.buckets_log2};
}

/* What a vector is: a row's, or a copy of it. */
enum vector_kind { VECTOR_ROW, VECTOR_DISGUISE, VECTOR_PHRASES };

struct vectors {
	size_t n_rows, n;    /* of the corpus; and with the copies */
	size_t n_disguises;  /* the first copies; then those by phrases */
	uint32_t *originals; /* of the copies; of each kind rising */
	uint32_t *order;     /* the vectors as they lie */
	uint32_t *places;    /* of each in that order */
	uint64_t *at;        /* of a place; and the end */
	struct scratch scratch;
	uint64_t hash; /* of all that lies there */
	uint8_t *kind; /* of the view that was last to use a bucket */
	unsigned buckets_log2;
	uint32_t buckets; /* model_buckets; every bucket is below */
};

/*
 * Replays `c` in time order into `v`: 0, or -1 and `e`. Takes a second per
 * 50,000 rows and processor or so and says how far it is on a terminal.
 */
int vectors_of(struct vectors *v, const struct corpus *c,
    const struct vectors_order *o, struct err *e);
void vectors_release(struct vectors *v);

/*
 * For who makes the vectors himself: room for as many as `v` says, and the
 * i-th, a row as a packer lays it out, behind those before. 0 or -1.
 */
int vectors_begin(struct vectors *v, struct err *e);
int vectors_add(struct vectors *v, uint32_t i, struct span row, struct err *e);

/* The vector `i`, through `view`: until the next one, or who looks away. */
const struct packed_row *vectors_row(
    const struct vectors *v, size_t i, struct scratch_view *view);

/* How many bytes the vector `i` takes. */
static inline uint64_t
vectors_bytes(const struct vectors *v, size_t i)
{
	uint32_t place = v->places[i];
	return v->at[place + 1] - v->at[place];
}

static inline enum vector_kind
vectors_kind(const struct vectors *v, size_t i)
{
	if (i < v->n_rows)
		return VECTOR_ROW;
	return i < v->n_rows + v->n_disguises ? VECTOR_DISGUISE
					      : VECTOR_PHRASES;
}

/* The row of the corpus that a vector is of. */
static inline size_t
vectors_origin(const struct vectors *v, size_t i)
{
	return i < v->n_rows ? i : v->originals[i - v->n_rows];
}

#endif
