#include "deal.h"

#include "memory.h"
#include "random.h"

uint8_t *
deal_folds(const struct clusters *k, long folds, uint64_t seed, long deal)
{
	uint8_t *of = memory_new(k->n, sizeof(*of));
	struct random deals = {seed};
	for (long i = 0; i < deal; i++)
		random_next(&deals);
	uint64_t start = random_next(&deals);
	for (size_t i = 0; i < k->n; i++) {
		struct random r = {start ^ k->of[i]};
		of[i] = (uint8_t)random_below(&r, (uint32_t)folds);
	}
	return of;
}
