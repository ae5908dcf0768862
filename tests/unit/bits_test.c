/* The columns of processors without SSE2; text_lanes_test asks the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#undef __SSE2__
#include "../../service/core/bits.h"

enum { COLUMNS = 10000 };

static uint32_t
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Whether bit i of `bits` is what `yes` says of value i. */
static void
require_bits(uint32_t bits, const int yes[BITS])
{
	for (int i = 0; i < BITS; i++)
		assert_int_equal(bits >> i & 1, yes[i]);
	assert_int_equal(bits >> BITS, 0);
}

static void
bytes_with_a_bit(void **unused)
{
	uint64_t state = 1;

	(void)unused;
	for (int n = 0; n < COLUMNS; n++) {
		uint8_t bytes[BITS], mask = (uint8_t)draw(&state);
		int highest[BITS], have[BITS];

		for (int i = 0; i < BITS; i++) {
			bytes[i] = (uint8_t)draw(&state);
			highest[i] = bytes[i] >> 7;
			have[i] = (bytes[i] & mask) != 0;
		}
		require_bits(bits_gather(bytes), highest);
		require_bits(bits_have(bytes, mask), have);
	}
}

static void
equal_numbers(void **unused)
{
	uint64_t state = 2;

	(void)unused;
	for (int n = 0; n < COLUMNS; n++) {
		uint32_t a[BITS], b[BITS];
		int same[BITS];

		for (int i = 0; i < BITS; i++) {
			a[i] = draw(&state);
			b[i] = a[i] ^ draw(&state) % 2 << draw(&state) % 32;
			same[i] = a[i] == b[i];
		}
		require_bits(bits_equal(a, b), same);
	}
}

static void
bits_that_are_set(void **unused)
{
	uint64_t state = 3;

	(void)unused;
	for (int n = 0; n < COLUMNS; n++) {
		uint64_t bits = (uint64_t)draw(&state) << 33 ^ draw(&state);
		uint64_t counts = bits_counts(bits);

		for (int of = 0; of < 64; of += BITS)
			assert_int_equal(counts >> of & UINT16_MAX,
			    __builtin_popcount(bits >> of & UINT16_MAX));
		for (uint32_t i = 0; i < 64; i++)
			assert_int_equal(bits_lowest((bits | 1) << i), i);
	}
	assert_true(bits_counts(UINT64_MAX) == 0x0010001000100010u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_with_a_bit),
	    cmocka_unit_test(equal_numbers),
	    cmocka_unit_test(bits_that_are_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
