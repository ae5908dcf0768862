/*
 * From margins with known answers, of rows the machine was not trained on, to
 * probabilities and cut-offs: for a model by the trainer, for a site by the
 * service. Pure.
 */
#ifndef CORE_CALIBRATION_H
#define CORE_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scored {
	double margin;
	bool bad;
	uint32_t row; /* whose it is, to whoever asked */
};

/* P(bad) = 1 / (1 + exp(a * margin + b)); a <= 0. */
struct platt {
	double a, b;
};

/* What is thought of a fit beforehand. */
struct platt_prior {
	struct platt at;
	double weight; /* against the rows', a row is 1; 0: nothing is */
};

/*
 * Fits by Newton's method with the targets of Platt 1999, as Lin, Lin, Weng
 * 2007, and towards `prior`. Where margins do not tell, or the wrong way, all
 * rows have the same probability.
 */
struct platt calibration_platt(
    const struct scored *s, size_t n, const struct platt_prior *prior);

double calibration_probability(struct platt p, double margin);

/* The mean logarithmic loss of probabilities by `p`. */
double calibration_loss(struct platt p, const struct scored *s, size_t n);

/*
 * The least cut-off that split-conformal prediction allows for `budget`: a
 * further good comment, exchangeable with the `n` good margins, which are
 * sorted rising, comes above it with a probability of `budget` at most.
 * +infinity when they are too few: 999 are needed for 0.1 %.
 */
double calibration_cut_off(const double *good, size_t n, double budget);

/* Shares of good comments that may be held, rejected and discarded, where
 * nobody says others. */
struct calibration_budgets {
	double hold, reject, discard;
};
extern const struct calibration_budgets calibration_usual;

#endif
