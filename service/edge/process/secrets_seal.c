#include "secrets_seal.h"

#include <sodium.h>
#include <stdbool.h>

enum {
	NONCE = crypto_secretbox_NONCEBYTES,
	MAC = crypto_secretbox_MACBYTES,
	BASE64 = sodium_base64_VARIANT_ORIGINAL,
};

static const struct span none = {NULL, 0};

static const unsigned char *
bytes_of(struct span s)
{
	return (const unsigned char *)(s.n == 0 ? "" : s.p);
}

static void
derive(const unsigned char secret[SECRET_BYTES],
    unsigned char key[crypto_secretbox_KEYBYTES])
{
	crypto_kdf_derive_from_key(
	    key, crypto_secretbox_KEYBYTES, 1, "seal\0\0\0", secret);
}

struct span
secrets_seal(const unsigned char secret[SECRET_BYTES], struct span plain,
    struct arena *a)
{
	unsigned char key[crypto_secretbox_KEYBYTES];
	size_t n = NONCE + MAC + plain.n;
	unsigned char *box = arena_alloc(a, n);

	if (box == NULL)
		return none;
	derive(secret, key);
	randombytes_buf(box, NONCE);
	crypto_secretbox_easy(box + NONCE, bytes_of(plain), plain.n, box, key);
	sodium_memzero(key, sizeof key);
	return base64_write((struct span){(const char *)box, n}, a);
}

struct span
secrets_unseal(const unsigned char secret[SECRET_BYTES], struct span sealed,
    struct arena *a)
{
	unsigned char key[crypto_secretbox_KEYBYTES];
	struct span box = base64_read(sealed, a);
	unsigned char *plain;
	int failed;

	if (box.p == NULL || box.n < NONCE + MAC)
		return none;
	plain = arena_alloc(a, box.n - NONCE - MAC + 1);
	if (plain == NULL)
		return none;
	derive(secret, key);
	failed = crypto_secretbox_open_easy(
	    plain, bytes_of(box) + NONCE, box.n - NONCE, bytes_of(box), key);
	sodium_memzero(key, sizeof key);
	if (failed)
		return none;
	return (struct span){(char *)plain, box.n - NONCE - MAC};
}

void
secrets_hmac(struct span key, struct span text, unsigned char out[DIGEST_BYTES])
{
	crypto_auth_hmacsha256_state s;

	crypto_auth_hmacsha256_init(&s, bytes_of(key), key.n);
	crypto_auth_hmacsha256_update(&s, bytes_of(text), text.n);
	crypto_auth_hmacsha256_final(&s, out);
}

struct span
base64_write(struct span bytes, struct arena *a)
{
	size_t size = sodium_base64_ENCODED_LEN(bytes.n, BASE64);
	char *out = arena_alloc(a, size);

	if (out == NULL)
		return none;
	sodium_bin2base64(out, size, bytes_of(bytes), bytes.n, BASE64);
	return (struct span){out, size - 1};
}

/* libsodium 1.0.18 takes some bytes beyond ASCII for digits. */
static bool
is_ascii(struct span s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

struct span
base64_read(struct span text, struct arena *a)
{
	unsigned char *out = arena_alloc(a, text.n / 4 * 3 + 1);
	size_t n;

	if (out == NULL || !is_ascii(text) ||
	    sodium_base642bin(out, text.n / 4 * 3 + 1, text.p, text.n, NULL, &n,
		NULL, BASE64) != 0)
		return none;
	return (struct span){(char *)out, n};
}

void
secrets_random(unsigned char *out, size_t n)
{
	randombytes_buf(out, n);
}
