#include "secrets_totp.h"

#include <nettle/hmac.h>
#include <string.h>

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

uint32_t
totp_code(struct span secret, int64_t step, unsigned digits)
{
	struct hmac_sha1_ctx hmac;
	uint8_t counter[8], mac[SHA1_DIGEST_SIZE];
	uint32_t code = 0, range = 1;
	unsigned at;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	hmac_sha1_set_key(&hmac, secret.n, (const uint8_t *)secret.p);
	hmac_sha1_update(&hmac, sizeof(counter), counter);
	hmac_sha1_digest(&hmac, sizeof(mac), mac);
	at = mac[SHA1_DIGEST_SIZE - 1] & 0xf;
	for (unsigned i = 0; i < 4; i++)
		code = code << 8 | mac[at + i];
	while (digits-- > 0)
		range *= 10;
	return (code & 0x7fffffff) % range;
}

/* The number that six digits are; -1: they are none. */
static int64_t
read_code(struct span code)
{
	int64_t n = 0;

	if (code.n != TOTP_DIGITS)
		return -1;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] < '0' || code.p[i] > '9')
			return -1;
		n = 10 * n + (code.p[i] - '0');
	}
	return n;
}

int64_t
totp_find(struct span secret, struct span code, int64_t now_ms, int64_t last)
{
	int64_t now = now_ms / TOTP_STEP_MS, given = read_code(code);
	int64_t found = 0;

	/* all are tried, so that the time tells nothing */
	for (int64_t step = now - 1; step <= now + 1; step++)
		if (totp_code(secret, step, TOTP_DIGITS) == given &&
		    step > last)
			found = step;
	return found;
}

void
totp_write(const unsigned char secret[TOTP_SECRET_BYTES],
    char out[TOTP_TEXT_BYTES + 1])
{
	for (size_t i = 0; i < TOTP_TEXT_BYTES; i++) {
		size_t bit = 5 * i, at = bit / 8;
		unsigned two = (unsigned)secret[at] << 8;

		if (at + 1 < TOTP_SECRET_BYTES)
			two |= secret[at + 1];
		out[i] = base32[two >> (11 - bit % 8) & 31];
	}
	out[TOTP_TEXT_BYTES] = '\0';
}

int
totp_read(struct span text, unsigned char out[TOTP_SECRET_BYTES])
{
	memset(out, 0, TOTP_SECRET_BYTES);
	if (text.n != TOTP_TEXT_BYTES)
		return -1;
	for (size_t i = 0; i < TOTP_TEXT_BYTES; i++) {
		const char *at =
		    text.p[i] == '\0' ? NULL : strchr(base32, text.p[i]);
		size_t bit = 5 * i;
		unsigned two;

		if (at == NULL)
			return -1;
		two = (unsigned)(at - base32) << (11 - bit % 8);
		out[bit / 8] |= (unsigned char)(two >> 8);
		if (bit / 8 + 1 < TOTP_SECRET_BYTES)
			out[bit / 8 + 1] |= (unsigned char)two;
	}
	return 0;
}
