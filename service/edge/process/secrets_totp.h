/*
 * Codes of authenticators: TOTP (RFC 6238) as all of them speak it, six
 * digits of HMAC-SHA-1 every 30 seconds. The one door to nettle, for what
 * libsodium has not.
 */
#ifndef EDGE_SECRETS_TOTP_H
#define EDGE_SECRETS_TOTP_H

#include <stdint.h>

#include "../../core/span.h"

enum {
	TOTP_SECRET_BYTES = 20,
	TOTP_TEXT_BYTES = 32, /* the secret in base 32 */
	TOTP_DIGITS = 6,
	TOTP_STEP_MS = 30 * 1000,
};

/* The code of a step, HOTP (RFC 4226), of so many digits up to 8. */
uint32_t totp_code(struct span secret, int64_t step, unsigned digits);

/*
 * The step that `code` is of: now, the one before or the one after, if it is
 * later than `last`, for each counts once. 0: of none of them.
 */
int64_t totp_find(
    struct span secret, struct span code, int64_t now_ms, int64_t last);

/* Base 32 (RFC 4648 section 6) without padding, and back: 0 or -1. */
void totp_write(const unsigned char secret[TOTP_SECRET_BYTES],
    char out[TOTP_TEXT_BYTES + 1]);
int totp_read(struct span text, unsigned char out[TOTP_SECRET_BYTES]);

#endif
