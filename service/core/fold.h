/* The hash of two keys, as Wang Yi's wyhash mixes them. */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include <stdint.h>

/* Both halves of the keys' product, folded together; neither may be 0. */
static inline uint64_t
fold(uint64_t a, uint64_t b)
{
	/* two products, for gcc puts the halves of one through memory */
	return a * b ^ (uint64_t)((unsigned __int128)a * b >> 64);
}

#endif
