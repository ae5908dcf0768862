/* service/core/fingerprint: what is the same, near, and different. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/fingerprint.h"

enum { BLOCK_BYTES = 1 << 16 };

static _Alignas(16) unsigned char block[BLOCK_BYTES];

static struct fingerprint
print_of(const char *source)
{
	struct arena a;
	struct text t;

	arena_init(&a, block, sizeof block);
	assert_int_equal(
	    text_normalise(&t, span_of(source), FORMAT_TEXT, &a), 0);
	return fingerprint_of(&t, &siphash_open_key);
}

static int
bands_shared(const struct fingerprint *a, const struct fingerprint *b)
{
	int shared = 0;

	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		shared += a->band[i] != 0 && a->band[i] == b->band[i];
	return shared;
}

static void
texts_are_told_apart(void **state)
{
	static const struct {
		const char *a, *b;
		int same_text, shared_min, shared_max;
	} cases[] = {
	    {"Buy cheap pills online", "buy  CHEAP pills online", 1, 4, 4},
	    {"Buy cheap pills online",
		"bu&#1091; che\u200Bap pills onl\u0456ne", 1, 4, 4},
	    {"Buy cheap pills online", "Buy, cheap: pills! online?", 0, 4, 4},
	    {"Hello everybody, visit my great new channel about cats please",
		"hello everybody, visit my great new channel about dogs please",
		0, 2, 4},
	    {"Hello everybody, visit my great new channel about cats please",
		"the quick brown fox jumps over the lazy sleeping terrier", 0,
		0, 0},
	    {"", " \n", 1, 0, 0},
	    {"!!!", "???", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fingerprint a = print_of(cases[i].a);
		struct fingerprint b = print_of(cases[i].b);
		int shared = bands_shared(&a, &b);

		assert_int_equal(a.text == b.text, cases[i].same_text);
		assert_in_range(
		    shared, cases[i].shared_min, cases[i].shared_max);
	}
}

/* Each of the four bins is filled, or none where there is too little. */
static void
bands_are_there_from_eight_letters_on(void **state)
{
	static const struct {
		const char *source;
		int least, most;
	} cases[] = {
	    {"", 0, 0},
	    {"abcd", 0, 0},
	    {"a b c 'd", 0, 0},
	    {"abcde", 1, 1},
	    {"abcdefg", 1, 3},
	    {"abcdefgh", 4, 4},
	    {"abababababababab", 4, 4},
	    {"\u4F60\u597D\u4E16\u754C\u5416\u554A\u54C8\u54CE", 4, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fingerprint f = print_of(cases[i].source);
		int present = 0;

		for (int k = 0; k < FINGERPRINT_BANDS; k++)
			present += f.band[k] != 0;
		assert_in_range(present, cases[i].least, cases[i].most);
	}
}

/* State outlives a restart of the daemon, so a build must not change them. */
static void
fingerprints_stay(void **state)
{
	static const struct fingerprint want = {.text = 0x81D6C28BEF3E1448,
	    .band = {0x04157B913A61E36B, 0x45916C81D9B45658, 0x80E5423243F0644C,
		0xC1A139DCEA1A9C36}};
	struct fingerprint f = print_of("Buy cheap pills online");

	(void)state;
	assert_memory_equal(&f, &want, sizeof f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_told_apart),
	    cmocka_unit_test(bands_are_there_from_eight_letters_on),
	    cmocka_unit_test(fingerprints_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
