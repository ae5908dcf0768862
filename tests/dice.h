/*
 * Numbers that look like chance and are the same in every run: xorshift of
 * Marsaglia's. `dice` may be set, but not to 0.
 */
#ifndef TESTS_DICE_H
#define TESTS_DICE_H

#include <stdint.h>

static uint64_t dice = 88172645463325252u;

/* Any number but 0. */
static inline uint64_t
roll_any(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	return dice ^= dice << 17;
}

/* A number below `sides`. */
static inline uint64_t
roll(uint64_t sides)
{
	return roll_any() % sides;
}

#endif
