/*
 * How much each member of the mixture weighs, by the margins it gave to labels
 * that it had not seen, and by how far the labels made it bend. Private to
 * adapt.
 */
#ifndef CORE_ADAPT_SHARES_H
#define CORE_ADAPT_SHARES_H

#include "adapt.h"
#include "calibration.h"

/* What came of a member. */
struct adapt_tried {
	double *unseen; /* margins of the labels, none learned from */
	double strain;  /* of all labels (adapt_machine.h); the model's is that
			 * of what corrects it */
};

/*
 * Fills in what `h` says of the members and of the labels, of which there are
 * `h->labels`. `s` knows which are bad; its margins are left undefined.
 */
void adapt_shares(struct adapt_head *h, struct scored *s,
    const struct adapt_tried tried[ADAPT_MEMBERS]);

/* Numbers of one class, as they are taken in. */
struct adapt_class {
	double n, mean, squares; /* squares: of the distances from the mean */
};
void adapt_class_take(struct adapt_class *c, double number);

/* The share of pairs in order, of good and bad rows. */
double adapt_area(const struct scored *s, uint32_t n);

#endif
