/*
 * Numbers drawn from a seed, the same on every machine: splitmix64 (Steele,
 * Lea, Flood 2014).
 */
#ifndef TRAINING_RANDOM_H
#define TRAINING_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state; /* start with the seed */
};

static inline uint64_t
random_next(struct random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* A number below `n`, n > 0; even enough for n far below 2^32. */
static inline uint32_t
random_below(struct random *r, uint32_t n)
{
	return (uint32_t)(((random_next(r) >> 32) * n) >> 32);
}

/* True `percent` times in a hundred. */
static inline int
random_chance(struct random *r, uint32_t percent)
{
	return random_below(r, 100) < percent;
}

/* A number from `low` to `high`, both included. */
static inline int64_t
random_range(struct random *r, int64_t low, int64_t high)
{
	return low + (int64_t)random_below(r, (uint32_t)(high - low + 1));
}

#endif
