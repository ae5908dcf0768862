#include "secrets.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/* Crockford's: no I, L, O, U */
static const char base32_upper[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char base32_lower[] = "0123456789abcdefghjkmnpqrstvwxyz";

int
secrets_init(struct err *e)
{
	if (sodium_init() < 0)
		return err_set(e, ERR_DOWN, "no source of random numbers");
	return 0;
}

static int
create_secret(const char *folder, struct err *e)
{
	unsigned char fresh[SECRET_BYTES];
	int result;

	randombytes_buf(fresh, sizeof fresh);
	result = file_create(&(struct file){.folder = folder,
				 .name = "secret",
				 .mode = 0600,
				 .bytes = {(const char *)fresh, sizeof fresh}},
	    e);
	sodium_memzero(fresh, sizeof fresh);
	/* another process may have been quicker: then its secret counts */
	return result != 0 && e->code != ERR_CONFLICT ? -1 : 0;
}

/* Who may write to it may put another secret, or another store, there. */
static int
check_folder(const char *folder, struct err *e)
{
	struct stat st;

	if (stat(folder, &st) != 0 || (st.st_mode & 022) == 0)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: others may write to it (mode %04o): chmod 700 it", folder,
	    (unsigned)st.st_mode & 07777);
}

/* Refuses a secret that others may read or that has another length. */
static int
check_secret(int fd, const char *path, size_t bytes, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set(e, ERR_DOWN, "%s: cannot be checked", path);
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_INPUT,
		    "%s: others may read it (mode %04o): chmod 600 it", path,
		    (unsigned)st.st_mode & 07777);
	if (bytes != SECRET_BYTES)
		return err_set(e, ERR_INPUT, "%s: %zu bytes instead of %d",
		    path, bytes, SECRET_BYTES);
	return 0;
}

bool
secrets_are_there(const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/secret", folder);
	return access(path, F_OK) == 0;
}

int
secrets_load(
    const char *folder, unsigned char secret[SECRET_BYTES], struct err *e)
{
	char path[PATH_MAX];
	size_t bytes;
	int fd, result;

	if (snprintf(path, sizeof path, "%s/secret", folder) >=
	    (int)sizeof path)
		return err_set(e, ERR_INPUT, "%s: path too long", folder);
	if (check_folder(folder, e) != 0)
		return -1;
	fd = file_open(path, &bytes, e);
	if (fd < 0 && e->code == ERR_MISSING && create_secret(folder, e) == 0)
		fd = file_open(path, &bytes, e);
	if (fd < 0)
		return -1;
	result = check_secret(fd, path, bytes, e);
	if (result == 0)
		result = file_read(fd, path, secret, SECRET_BYTES, e);
	close(fd);
	return result;
}

void
secrets_derive(const unsigned char secret[SECRET_BYTES], const char *purpose,
    unsigned char out[16])
{
	char context[crypto_kdf_CONTEXTBYTES] = {0};
	size_t n = strlen(purpose);

	memcpy(context, purpose, n < sizeof context ? n : sizeof context);
	crypto_kdf_derive_from_key(out, 16, 0, context, secret);
}

static const unsigned char *
bytes_of(struct span s)
{
	return (const unsigned char *)(s.n == 0 ? "" : s.p);
}

struct comment_keys
secrets_comment_keys(const unsigned char secret[SECRET_BYTES])
{
	unsigned char bytes[16];
	struct comment_keys keys;

	secrets_derive(secret, "comments", bytes);
	memcpy(&keys.text, bytes, sizeof keys.text);
	secrets_derive(secret, "author", keys.author);
	secrets_derive(secret, "facets", keys.facet);
	return keys;
}

struct siphash_key
secrets_random_key(void)
{
	struct siphash_key key;

	randombytes_buf(&key, sizeof key);
	return key;
}

uint64_t
secrets_mac(const unsigned char key[16], struct span bytes)
{
	unsigned char mac[crypto_shorthash_siphashx24_BYTES];
	uint64_t first;

	crypto_shorthash_siphashx24(mac, bytes_of(bytes), bytes.n, key);
	memcpy(&first, mac, sizeof first);
	return first;
}

uint64_t
secrets_mark(const unsigned char secret[SECRET_BYTES])
{
	unsigned char key[16];
	uint64_t mark;

	secrets_derive(secret, "mark", key);
	mark = secrets_mac(key, span_of("moderato"));
	return mark == 0 ? 1 : mark;
}

void
secrets_pseudonym(const unsigned char secret[SECRET_BYTES], struct span value,
    char out[PSEUDONYM_BYTES + 1])
{
	unsigned char hash[PSEUDONYM_BYTES / 2];

	crypto_generichash(
	    hash, sizeof hash, bytes_of(value), value.n, secret, SECRET_BYTES);
	sodium_bin2hex(out, PSEUDONYM_BYTES + 1, hash, sizeof hash);
}

void
secrets_sha256(struct span bytes, unsigned char out[DIGEST_BYTES])
{
	crypto_hash_sha256(out, bytes_of(bytes), bytes.n);
}

void
secrets_hash(struct span bytes, unsigned char out[DIGEST_BYTES])
{
	crypto_generichash(
	    out, DIGEST_BYTES, bytes_of(bytes), bytes.n, NULL, 0);
}

int
secrets_equal(
    const unsigned char a[DIGEST_BYTES], const unsigned char b[DIGEST_BYTES])
{
	return sodium_memcmp(a, b, DIGEST_BYTES) == 0;
}

/* Writes `n` random digits of `digits`, 5 bits each. */
static void
random_digits(char *out, size_t n, const char *digits)
{
	unsigned char random[32];
	size_t i;

	randombytes_buf(random, n);
	for (i = 0; i < n; i++)
		out[i] = digits[random[i] % 32];
}

void
secrets_random_hex(char *out, size_t n)
{
	unsigned char random[SECRETS_HEX_MAX / 2];

	randombytes_buf(random, n / 2);
	sodium_bin2hex(out, n + 1, random, n / 2);
}

void
secrets_token(char out[SECRETS_TOKEN_BYTES + 1])
{
	random_digits(out, SECRETS_TOKEN_BYTES / 2, base32_lower);
	random_digits(out + SECRETS_TOKEN_BYTES / 2, SECRETS_TOKEN_BYTES / 2,
	    base32_lower);
	out[SECRETS_TOKEN_BYTES] = '\0';
}

void
secrets_api_key(char out[API_KEY_BYTES + 1])
{
	char *secret = out + 3 + API_KEY_ID_BYTES;

	memcpy(out, "mo_", 3);
	random_digits(out + 3, API_KEY_ID_BYTES, base32_lower);
	*secret++ = '_';
	random_digits(secret, 32, base32_lower);
	out[API_KEY_BYTES] = '\0';
}

/*
 * Random bytes for ids, which are no secrets, got many at a time: every
 * request has one, and the kernel would be asked for it.
 */
static const unsigned char *
random_of_pool(size_t n)
{
	static _Thread_local struct {
		unsigned char bytes[1024];
		size_t left;
	} pool;

	if (pool.left < n) {
		randombytes_buf(pool.bytes, sizeof(pool.bytes));
		pool.left = sizeof(pool.bytes);
	}
	pool.left -= n;
	return pool.bytes + pool.left;
}

void
secrets_ulid_least(int64_t at_ms, char out[ULID_BYTES + 1])
{
	uint64_t t = (uint64_t)at_ms;

	memset(out, base32_upper[0], ULID_BYTES);
	for (int i = ULID_TIME_BYTES - 1; i >= 0; i--, t >>= 5)
		out[i] = base32_upper[t % 32];
	out[ULID_BYTES] = '\0';
}

void
secrets_ulid(int64_t now_ms, char out[ULID_BYTES + 1])
{
	const unsigned char *random =
	    random_of_pool(ULID_BYTES - ULID_TIME_BYTES);

	secrets_ulid_least(now_ms, out);
	for (int i = ULID_TIME_BYTES; i < ULID_BYTES; i++)
		out[i] = base32_upper[*random++ % 32];
}

const char *
secrets_library(void)
{
	return sodium_version_string();
}
