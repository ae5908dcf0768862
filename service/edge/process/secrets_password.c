#include "secrets_password.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

enum { PASSES = 3 };

_Static_assert(
    PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "a hash has its place");

int
secrets_password_hash(const char *password, char out[PASSWORD_HASH_BYTES])
{
	return crypto_pwhash_str_alg(out, password, strlen(password), PASSES,
	    PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
}

int
secrets_password_fits(const char *hash, const char *password)
{
	/* of another password, or of no form, it says EINVAL */
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, strlen(password)) == 0)
		return 1;
	return errno == EINVAL ? 0 : -1;
}

void
secrets_forget(void *bytes, size_t n)
{
	sodium_memzero(bytes, n);
}
