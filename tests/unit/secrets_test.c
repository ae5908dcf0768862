/* Secrets: known answers of the digests, and the life of the secret file. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../service/edge/process/secrets.h"

static int
remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
	(void)st, (void)kind, (void)f;
	return remove(path);
}

static int
make_folder(void **state)
{
	static char folder[] = P_tmpdir "/secrets_test.XXXXXX";
	struct err e;

	memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
	*state = mkdtemp(folder);
	return *state == NULL || secrets_init(&e) != 0;
}

static int
remove_folder(void **state)
{
	return nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *
hex(const unsigned char *bytes, size_t n)
{
	static char out[2 * DIGEST_BYTES + 1];
	size_t i;

	for (i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return out;
}

static void
digests_known(void **state)
{
	/* FIPS 180-2; BLAKE2b-256 of "" and "abc"; all widely published */
	static const struct {
		void (*digest)(struct span, unsigned char *);
		const char *of, *is;
	} cases[] = {
	    {secrets_sha256, "",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852"
		"b855"},
	    {secrets_sha256, "abc",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f200"
		"15ad"},
	    {secrets_hash, "",
		"0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12f"
		"e3a8"},
	    {secrets_hash, "abc",
		"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d5"
		"2319"},
	};
	unsigned char out[DIGEST_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		cases[i].digest(span_of(cases[i].of), out);
		assert_string_equal(hex(out, sizeof out), cases[i].is);
	}
}

/* SipHash-2-4-128 of 00..0e under 00..0f, from the reference vectors */
static void
mac_known(void **state)
{
	static const unsigned char is[8] = {
	    0x54, 0x93, 0xe9, 0x99, 0x33, 0xb0, 0xa8, 0x11};
	unsigned char key[16], text[15];
	uint64_t mac;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof key; i++)
		key[i] = (unsigned char)i;
	memcpy(text, key, sizeof text);
	mac = secrets_mac(key, (struct span){(const char *)text, sizeof text});
	assert_memory_equal(&mac, is, sizeof is);
	assert_true(secrets_mac(key, (struct span){NULL, 0}) != mac);
}

static void
derived_keys_differ(void **state)
{
	unsigned char secret[SECRET_BYTES] = {1}, a[16], b[16];
	char p[PSEUDONYM_BYTES + 1], q[PSEUDONYM_BYTES + 1];

	(void)state;
	secrets_derive(secret, "state", a);
	secrets_derive(secret, "simhash", b);
	assert_memory_not_equal(a, b, sizeof a);
	secrets_derive(secret, "state", b);
	assert_memory_equal(a, b, sizeof a);

	secrets_pseudonym(secret, span_of("a@example.org"), p);
	assert_int_equal(strlen(p), PSEUDONYM_BYTES);
	secret[0] = 2;
	secrets_pseudonym(secret, span_of("a@example.org"), q);
	assert_string_not_equal(p, q);
}

static void
ids_sort_by_time(void **state)
{
	char a[ULID_BYTES + 1], b[ULID_BYTES + 1], key[API_KEY_BYTES + 1];

	(void)state;
	secrets_ulid(1469918176385, a); /* the example of the ULID spec */
	assert_memory_equal(a, "01ARYZ6S41", 10);
	assert_int_equal(strlen(a), ULID_BYTES);
	secrets_ulid(1469918176386, b);
	assert_true(strcmp(a, b) < 0);
	secrets_ulid(1469918176385, b);
	assert_string_not_equal(a, b);
	secrets_ulid_least(1469918176385, b);
	assert_string_equal(b, "01ARYZ6S410000000000000000");

	secrets_api_key(key);
	assert_int_equal(strlen(key), API_KEY_BYTES);
	assert_memory_equal(key, "mo_", 3);
	assert_int_equal(key[3 + API_KEY_ID_BYTES], '_');
	assert_int_equal(strspn(key + 12, "0123456789abcdefghjkmnpqrstvwxyz"),
	    API_KEY_BYTES - 12);
}

static void
secret_made_once(void **state)
{
	unsigned char a[SECRET_BYTES] = {0}, b[SECRET_BYTES] = {0};
	char folder[64], path[80];
	struct stat st;
	struct err e;

	snprintf(folder, sizeof folder, "%s/var/deep", (char *)*state);
	snprintf(path, sizeof path, "%s/secret", folder);
	assert_int_equal(secrets_load(folder, a, &e), 0);
	assert_int_equal(secrets_load(folder, b, &e), 0);
	assert_memory_equal(a, b, sizeof a);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

/* Makes a good secret, spoils it, and returns what loading it says. */
static struct err
load_spoilt(const char *folder, void (*spoil)(const char *path))
{
	unsigned char secret[SECRET_BYTES];
	struct err e = {0};
	char path[80];

	snprintf(path, sizeof path, "%s/secret", folder);
	assert_int_equal(secrets_load(folder, secret, &e), 0);
	spoil(path);
	assert_int_equal(secrets_load(folder, secret, &e), -1);
	remove(path);
	return e;
}

static void
open_up(const char *path)
{
	assert_int_equal(chmod(path, 0640), 0);
}

static void
cut(const char *path)
{
	assert_int_equal(truncate(path, SECRET_BYTES - 1), 0);
}

static void
replace_by_link(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
}

static void
replace_by_pipe(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void
spoilt_secret_refused(void **state)
{
	static const struct {
		void (*spoil)(const char *path);
		const char *says;
	} cases[] = {
	    {open_up, "others may read it (mode 0640)"},
	    {cut, "31 bytes instead of 32"},
	    {replace_by_link, "is a symbolic link"},
	    {replace_by_pipe, "not a regular file"},
	};
	struct err e;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		e = load_spoilt(*state, cases[i].spoil);
		assert_non_null(strstr(e.text, cases[i].says));
		assert_non_null(strstr(e.text, "/secret: "));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(digests_known),
	    cmocka_unit_test(mac_known),
	    cmocka_unit_test(derived_keys_differ),
	    cmocka_unit_test(ids_sort_by_time),
	    cmocka_unit_test(secret_made_once),
	    cmocka_unit_test(spoilt_secret_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
