/* Sealing, signing, base64. */
#include "../../service/edge/process/secrets_seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static unsigned char block[4096];
static const unsigned char secret[SECRET_BYTES] = "a secret for tests";

static struct arena
fresh(size_t size)
{
	struct arena a;

	arena_init(&a, block, size);
	return a;
}

static void
what_is_sealed_can_be_told_again(void **state)
{
	static const char *const texts[] = {"", "x", "https://a.example/?b=c"};
	struct arena a = fresh(sizeof block);

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct span plain = span_of(texts[i]);
		struct span one = secrets_seal(secret, plain, &a);
		struct span two = secrets_seal(secret, plain, &a);

		assert_non_null(one.p);
		assert_false(span_equal(one, two));
		assert_true(span_equal(secrets_unseal(secret, one, &a), plain));
		assert_true(span_equal(secrets_unseal(secret, two, &a), plain));
	}
}

static void
what_was_changed_is_refused(void **state)
{
	unsigned char other[SECRET_BYTES] = "another secret";
	struct arena a = fresh(sizeof block);
	struct span sealed = secrets_seal(secret, span_of("text"), &a);
	size_t used = a.used;

	(void)state;
	assert_null(secrets_unseal(other, sealed, &a).p);
	for (size_t i = 0; i < sealed.n; i++) {
		struct span copy = arena_copy(&a, sealed);

		((char *)copy.p)[i] = copy.p[i] == 'A' ? 'B' : 'A';
		assert_null(secrets_unseal(secret, copy, &a).p);
		copy.n = i;
		assert_null(secrets_unseal(secret, copy, &a).p);
		arena_rewind(&a, used);
	}
	assert_non_null(secrets_unseal(secret, sealed, &a).p);
}

static void
a_full_arena_is_told(void **state)
{
	struct arena a = fresh(sizeof block);
	struct span sealed = secrets_seal(secret, span_of("text"), &a);

	(void)state;
	for (size_t size = 0; size < 64; size += 16) {
		struct arena small;

		arena_init(&small, block + 2048, size);
		assert_null(secrets_unseal(secret, sealed, &small).p);
		assert_null(secrets_seal(secret, span_of("text"), &small).p);
	}
}

/* RFC 4231, test cases 1, 2 and 6. */
static void
hmac_is_as_specified(void **state)
{
	char long_key[131];
	const struct {
		struct span key;
		const char *text;
		unsigned char starts[4];
	} cases[] = {
	    {{"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
	      "\x0b\x0b\x0b\x0b\x0b",
		 20},
		"Hi There", {0xb0, 0x34, 0x4c, 0x61}},
	    {{"Jefe", 4}, "what do ya want for nothing?",
		{0x5b, 0xdc, 0xc1, 0x46}},
	    {{long_key, sizeof long_key},
		"Test Using Larger Than Block-Size Key - Hash Key First",
		{0x60, 0xe4, 0x31, 0x59}},
	};
	unsigned char mac[DIGEST_BYTES];

	(void)state;
	memset(long_key, 0xaa, sizeof long_key);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		secrets_hmac(cases[i].key, span_of(cases[i].text), mac);
		assert_memory_equal(mac, cases[i].starts, 4);
	}
}

static void
base64_is_read_strictly(void **state)
{
	static const char *const bad[] = {"A", "AA", "AAA",
	    "AA=", "A===", "AB==", "A A=", "AAAA\n", "*AAA", "AA-_", "AAAA="};
	struct arena a = fresh(sizeof block);

	(void)state;
	assert_true(span_equal(base64_write(span_of("any carnal pleas"), &a),
	    span_of("YW55IGNhcm5hbCBwbGVhcw==")));
	assert_true(
	    span_equal(base64_read(span_of("YW55IGNhcm5hbCBwbGVhcw=="), &a),
		span_of("any carnal pleas")));
	assert_int_equal(base64_read(span_of(""), &a).n, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (base64_read(span_of(bad[i]), &a).p != NULL)
			fail_msg("%s was read", bad[i]);
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	return secrets_init(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_sealed_can_be_told_again),
	    cmocka_unit_test(what_was_changed_is_refused),
	    cmocka_unit_test(a_full_arena_is_told),
	    cmocka_unit_test(hmac_is_as_specified),
	    cmocka_unit_test(base64_is_read_strictly),
	};

	return cmocka_run_group_tests_name("secrets_seal", tests, set_up, NULL);
}
