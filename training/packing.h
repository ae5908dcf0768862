/*
 * Sparse rows in a good two bytes an entry. The entries of a row have few
 * different values, so an entry is one word: how far its bucket is from the
 * one before, and the number of its value. What is further off than a word
 * can say takes one more word before, whose value is 0 and adds nothing.
 *
 *     struct walk w = packing_walk(p, row);
 *     while (walk_next(&w))
 *             sum += weights[w.bucket] * w.value;
 */
#ifndef TRAINING_PACKING_H
#define TRAINING_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packed_entry {
	uint32_t bucket;
	float value;
	uint16_t number; /* of the value; packing_put fills it in */
};

struct packed_row {
	size_t word, value; /* the first of each */
	uint32_t n_words;
	uint32_t bits; /* of a word that say which value */
};

/* Zeroed, with room for the rows, is empty. */
struct packing {
	uint16_t *words;
	size_t n_words, words_room;
	float *values; /* the first of each row is 0 */
	size_t n_values, values_room;
	struct packed_row *rows;
};

/*
 * Makes `entries`, which rise by bucket, the row. Beyond 4,000 different
 * values they lose as many of their last bits as it takes.
 */
void packing_put(
    struct packing *p, size_t row, struct packed_entry *entries, size_t n);
void packing_release(struct packing *p);

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
packing_walk(const struct packing *p, size_t row)
{
	const struct packed_row *r = &p->rows[row];
	return (struct walk){
	    .at = p->words + r->word,
	    .end = p->words + r->word + r->n_words,
	    .values = p->values + r->value,
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
