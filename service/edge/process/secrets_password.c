#include "secrets_password.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	PASSES = 3,
	VERSION = 19, /* of argon2, 1.3 */
	TAG_BYTES = 32,
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

/* Goes on behind a number that comes after a name; false: it does not. */
static bool
read_number(const char **at, const char *name, unsigned *out)
{
	size_t n = strlen(name);
	char *end;

	if (strncmp(*at, name, n) != 0)
		return false;
	*out = (unsigned)strtoul(*at + n, &end, 10);
	*at = end;
	return true;
}

/* Goes on behind bytes in base 64 that come after a `$`. */
static bool
read_bytes(const char **at, unsigned char *out, size_t n)
{
	size_t got;

	return *(*at)++ == '$' &&
	       sodium_base642bin(out, n, *at, strlen(*at), NULL, &got, at,
		   sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
	       got == n;
}

/* Reads what secrets_password_hash wrote; false: it is none. */
static bool
read_hash(const char *hash, struct made *out)
{
	unsigned version, lanes;
	const char *at = hash;

	return read_number(&at, "$argon2id$v=", &version) &&
	       read_number(&at, "$m=", &out->kib) &&
	       read_number(&at, ",t=", &out->passes) &&
	       read_number(&at, ",p=", &lanes) && version == VERSION &&
	       lanes == 1 && read_bytes(&at, out->salt, sizeof(out->salt)) &&
	       read_bytes(&at, out->tag, sizeof(out->tag)) && *at == '\0';
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
