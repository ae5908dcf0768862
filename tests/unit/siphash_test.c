/* SipHash-2-4 against that of libsodium, and words against bytes. */
#include "../../service/core/siphash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LONGEST = 300 };

static unsigned char bytes[LONGEST];

/* Of the first bytes under the key 0 to 15; the sixth is the paper's. */
static const struct {
	size_t n;
	uint64_t hash;
} vectors[] = {
    {0, 0x726fdb47dd0e0e31u},
    {1, 0x74f839c593dc67fdu},
    {7, 0xab0200f58b01d137u},
    {8, 0x93f5f5799a932462u},
    {9, 0x9e0082df0ba9e4b0u},
    {15, 0xa129ca6149be45e5u},
    {16, 0x3f2acc7f57c29bdbu},
    {63, 0x958a324ceb064572u},
    {300, 0x4b0b710db6117839u},
};

static void
as_others_have_it(void **unused)
{
	struct siphash_key key;

	(void)unused;
	memcpy(&key, bytes, sizeof(key));
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_int_equal(
		    siphash_bytes(&key, bytes, vectors[i].n), vectors[i].hash);
}

static void
words_are_bytes(void **unused)
{
	struct siphash_key key = {{3, 4}};
	struct siphash s = siphash_begin(&key);

	(void)unused;
	siphash_word(&s, 0x0706050403020100u);
	siphash_word(&s, 0x0f0e0d0c0b0a0908u);
	assert_int_equal(
	    siphash_end(&s, bytes + 16, 3), siphash_bytes(&key, bytes, 19));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(as_others_have_it),
	    cmocka_unit_test(words_are_bytes),
	};

	for (size_t i = 0; i < LONGEST; i++)
		bytes[i] = (unsigned char)i;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
