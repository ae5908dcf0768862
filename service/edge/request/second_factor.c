#include "second_factor.h"

#include <stdio.h>

#include "../format/qr.h"
#include "../process/secrets_seal.h"

enum {
	CODES = 10,
	CODE_BYTES = 16,
	URI_BYTES = ACCOUNT_NAME_MAX + TOTP_TEXT_BYTES + 64,
};

static int
wrong(struct err *e)
{
	return err_set(e, ERR_AUTH, "the code is not right");
}

/* A code for when the rest is lost, as it was made: p NULL, it is none. */
static struct span
plain(struct span code, char out[CODE_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];

		if (c == '-' || c == ' ')
			continue;
		if (n == CODE_BYTES)
			return (struct span){NULL, 0};
		out[n++] = span_lower(c);
	}
	return (struct span){n == CODE_BYTES ? out : NULL, n};
}

/* All are compared, so that the time tells nothing. */
static int
take_recovery(const struct call *call, struct store_account *a,
    struct span code, struct err *e)
{
	char text[CODE_BYTES];
	struct span given = plain(code, text);
	char *left = arena_alloc(&call->request->arena, a->recovery.n + 1);
	unsigned char hash[DIGEST_BYTES];
	size_t n = 0;

	if (left == NULL)
		return err_no_room(e);
	if (given.p == NULL)
		return wrong(e);
	secrets_hash(given, hash);
	for (size_t at = 0; at + DIGEST_BYTES <= a->recovery.n;
	     at += DIGEST_BYTES) {
		const char *each = a->recovery.p + at;

		memcpy(left + n, each, DIGEST_BYTES);
		if (!secrets_equal((const unsigned char *)each, hash))
			n += DIGEST_BYTES;
	}
	if (n == a->recovery.n)
		return wrong(e);
	a->recovery = (struct span){left, n};
	return 0;
}

int
second_factor_take(const struct call *call, struct store_account *a,
    struct span code, struct err *e)
{
	struct span secret = secrets_unseal(
	    call->worker->service->secret, a->totp, &call->request->arena);
	int64_t step;

	if (secret.p == NULL)
		return err_set(
		    e, ERR_AUTH, "the authenticator is of another service");
	if (code.n != TOTP_DIGITS)
		return take_recovery(call, a, code, e);
	step = totp_find(secret, code, clock_unix_ms(), a->totp_step);
	if (step == 0)
		return wrong(e);
	a->totp_step = step;
	return 0;
}

/* Ten codes, and their hashes in `hashes`. */
static json_t *
make_codes(unsigned char *hashes)
{
	json_t *codes = json_array();
	char token[SECRETS_TOKEN_BYTES + 1];

	for (int i = 0; i < CODES; i++) {
		secrets_token(token);
		secrets_hash((struct span){token, CODE_BYTES},
		    hashes + i * DIGEST_BYTES);
		json_array_append_new(
		    codes, json_sprintf("%.4s-%.4s-%.4s-%.4s", token, token + 4,
			       token + 8, token + 12));
	}
	return codes;
}

json_t *
second_factor_set(const struct call *call, struct store_account *a,
    const char *secret, struct span code, struct err *e)
{
	struct arena *arena = &call->request->arena;
	unsigned char bytes[TOTP_SECRET_BYTES];
	struct span plain_secret = {(const char *)bytes, sizeof(bytes)};
	unsigned char *hashes = arena_alloc(arena, CODES * DIGEST_BYTES);

	if (totp_read(span_of(secret), bytes) != 0) {
		err_set(e, ERR_INPUT,
		    "totp_secret: expected what \"totp\": true gave");
		return NULL;
	}
	a->totp_step = totp_find(plain_secret, code, clock_unix_ms(), 0);
	if (a->totp_step == 0) {
		wrong(e);
		return NULL;
	}
	a->totp =
	    secrets_seal(call->worker->service->secret, plain_secret, arena);
	if (hashes == NULL || a->totp.p == NULL) {
		err_no_room(e);
		return NULL;
	}
	a->recovery = (struct span){(const char *)hashes, CODES * DIGEST_BYTES};
	return make_codes(hashes);
}

void
second_factor_drop(struct store_account *a)
{
	a->totp = a->recovery = (struct span){"", 0};
	a->totp_step = 0;
}

json_t *
second_factor_offer(const char *name)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	char text[TOTP_TEXT_BYTES + 1];
	char uri[URI_BYTES];

	secrets_random(secret, sizeof(secret));
	totp_write(secret, text);
	snprintf(uri, sizeof(uri),
	    "otpauth://totp/Moderato:%s?secret=%s&issuer=Moderato", name, text);
	return json_pack("{s:s, s:s, s:o*}", "totp_secret", text, "totp_uri",
	    uri, "totp_qr", qr_write(uri));
}
