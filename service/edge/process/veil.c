#include "veil.h"

#include "secrets.h"

/* Four rounds are as good as a random permutation (Luby and Rackoff). */
enum { ROUNDS = 4, HALF_BITS = 31 };

static const uint64_t half_mask = (UINT64_C(1) << HALF_BITS) - 1;

/* What a half is mixed with in a round. */
static uint64_t
mask_of(const unsigned char key[VEIL_KEY_BYTES], int round, uint64_t half)
{
	uint64_t what[2] = {(uint64_t)round, half};

	return secrets_mac(key, (struct span){(char *)what, sizeof(what)}) &
	       half_mask;
}

int64_t
veil_put(const unsigned char key[VEIL_KEY_BYTES], int64_t number)
{
	uint64_t left = ((uint64_t)number >> HALF_BITS) & half_mask;
	uint64_t right = (uint64_t)number & half_mask;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t mixed = left ^ mask_of(key, i, right);

		left = right;
		right = mixed;
	}
	return (int64_t)(left << HALF_BITS | right);
}

int64_t
veil_lift(const unsigned char key[VEIL_KEY_BYTES], int64_t shown)
{
	uint64_t left = (uint64_t)shown >> HALF_BITS;
	uint64_t right = (uint64_t)shown & half_mask;

	if (left > half_mask)
		return 0;
	for (int i = ROUNDS; i-- > 0;) {
		uint64_t mixed = right ^ mask_of(key, i, left);

		right = left;
		left = mixed;
	}
	return (int64_t)(left << HALF_BITS | right);
}
