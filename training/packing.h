/*
 * Sparse rows in a good two bytes an entry. The entries of a row have few
 * different values, so an entry is one word: how far its bucket is from the
 * one before, and the number of its value. What is further off than a word
 * can say takes one more word before, whose value is 0 and adds nothing.
 *
 *     struct walk w = packing_walk(row);
 *     while (walk_next(&w))
 *             sum += weights[w.bucket] * w.value;
 */
#ifndef TRAINING_PACKING_H
#define TRAINING_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../service/core/span.h"

struct packed_entry {
	uint32_t bucket;
	float value;
	uint16_t number; /* of the value; packer_put fills it in */
};

/* As it lies: the values, of which the first is 0, and the words follow. */
struct packed_row {
	uint32_t n_words;
	uint16_t n_values;
	uint16_t bits; /* of a word that say which value */
};

/* What packs rows, one after the other. */
struct packer;

struct packer *packer_open(void);
void packer_close(struct packer *p);

/*
 * `entries`, which rise by bucket, as a row: its bytes, whole words of four,
 * until the next row. Beyond 4,000 different values they lose as many of
 * their last bits as it takes.
 */
struct span packer_put(
    struct packer *p, struct packed_entry *entries, size_t n);

/* An entry of a row. */
struct walk {
	uint32_t bucket;
	uint32_t number; /* 0: no entry, only on the way to one */
	double value;
	const uint16_t *at, *end;
	const float *values;
	uint32_t bits;
};

enum { PACKED_WORD_BITS = 16 };

static inline struct walk
packing_walk(const struct packed_row *r)
{
	const float *values = (const void *)(r + 1);
	const uint16_t *words = (const void *)(values + r->n_values);
	return (struct walk){
	    .at = words,
	    .end = words + r->n_words,
	    .values = values,
	    .bits = r->bits,
	};
}

/* Without a branch, which would be guessed wrong. */
static inline bool
walk_next(struct walk *w)
{
	if (w->at == w->end)
		return false;
	uint32_t word = *w->at++;
	w->number = word & ((1u << w->bits) - 1);
	uint32_t far = -(uint32_t)(w->number == 0);
	w->bucket += word >> w->bits << (far & (PACKED_WORD_BITS - w->bits));
	w->value = (double)w->values[w->number];
	return true;
}

#endif
