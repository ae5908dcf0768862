/*
 * Weights as model.bin has them: whole numbers of a unit. Of a machine whose
 * largest weight is 4, a weight is off by a four-thousandth at most.
 */
#ifndef TRAINING_ROUNDING_H
#define TRAINING_ROUNDING_H

#include <stddef.h>
#include <stdint.h>

/*
 * Rounds the `n` weights of a head into out[0], out[MODEL_HEADS], …, and
 * returns their unit: the least power of two with which the largest fits. What
 * is not 0 does not become 0, which would say that it was never met.
 */
double rounding(int16_t *out, const double *weights, size_t n);

#endif
