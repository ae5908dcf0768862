/*
 * How well probabilities fit what came of the rows, for two ways to make
 * them of margins: Platt's sigmoid, which models ship, and isotonic
 * regression, to compare with. Pure.
 */
#ifndef TRAINING_RELIABILITY_H
#define TRAINING_RELIABILITY_H

#include <jansson.h>

#include "../service/core/calibration.h"
#include "metrics.h"

enum calibrator { CALIBRATOR_PLATT, CALIBRATOR_ISOTONIC, CALIBRATORS };

/* Means over the rows; the less the better. */
struct reliability {
	double brier, log_loss;
	double
	    ece; /* expected calibration error, of ten bins, about as large */
};

/* Of a sigmoid that was fitted to other rows. */
struct reliability reliability_of(
    struct platt fit, const struct scored *s, size_t n);

/*
 * Fits each on one half of `s` and asks it about the other, both ways round.
 * The machine must not have seen any of it.
 */
void reliability_compare(
    struct reliability out[CALIBRATORS], const struct scored *s, size_t n);

/* "platt", "isotonic". */
const char *calibrator_name(enum calibrator c);

/* An object with a member a calibrator; a new reference. */
json_t *reliability_json(const struct reliability of[CALIBRATORS]);

/*
 * The least-squares fit that never falls with the margin, by pooling adjacent
 * violators (Ayer et al. 1955): sorts `s` by rising margin and fills
 * probability[i] for row i of it. Only then shares are smoothed by one row of
 * either kind, so that none is certain; next to a long run a short one may
 * then fall a little.
 */
void isotonic_fit(double *probability, struct scored *s, size_t n);

#endif
