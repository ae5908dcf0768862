#include "secrets_password.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
	PASSES = 3,
	TAG_BYTES = 32,
	/* in base 64 without padding */
	SALT_CHARS = 22,
	TAG_CHARS = 43,
};

_Static_assert(
    PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "a hash has its place");

int
secrets_password_hash(const char *password, char out[PASSWORD_HASH_BYTES])
{
	return crypto_pwhash_str_alg(out, password, strlen(password), PASSES,
	    PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
}

/* What a hash is made of. */
struct made {
	unsigned passes, kib;
	unsigned char salt[crypto_pwhash_SALTBYTES], tag[TAG_BYTES];
};

static bool
decode(unsigned char *out, size_t n, const char *text)
{
	size_t got;

	return sodium_base642bin(out, n, text, strlen(text), NULL, &got, NULL,
		   sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
	       got == n;
}

/* Reads what secrets_password_hash wrote; false: it is none. */
static bool
read_hash(const char *hash, struct made *out)
{
	char salt[SALT_CHARS + 1], tag[TAG_CHARS + 1];

	return sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=1$%22[^$]$%43[^$]",
		   &out->kib, &out->passes, salt, tag) == 4 &&
	       decode(out->salt, sizeof(out->salt), salt) &&
	       decode(out->tag, sizeof(out->tag), tag);
}

/*
 * libsodium's own crypto_pwhash_str_verify says of a lack of memory what it
 * says of another password.
 */
int
secrets_password_fits(const char *hash, const char *password)
{
	struct made made;
	unsigned char tag[TAG_BYTES];

	if (!read_hash(hash, &made))
		return 0;
	if (crypto_pwhash(tag, sizeof(tag), password, strlen(password),
		made.salt, made.passes, made.kib * UINT64_C(1024),
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return -1;
	return sodium_memcmp(tag, made.tag, sizeof(tag)) == 0;
}

void
secrets_forget(void *bytes, size_t n)
{
	sodium_memzero(bytes, n);
}
