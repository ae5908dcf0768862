/*
 * The second thing that somebody has to prove who he is: an authenticator's
 * codes, or one of the codes for when that is lost. Each counts once.
 */
#ifndef EDGE_SECOND_FACTOR_H
#define EDGE_SECOND_FACTOR_H

#include <jansson.h>

#include "../process/secrets_totp.h"
#include "service.h"

/*
 * Takes a code of `a`, which is then to be stored: 0, or -1: ERR_AUTH, or
 * ERR_TOO_LARGE. What it allocates is the arena's.
 */
int second_factor_take(const struct call *call, struct store_account *a,
    struct span code, struct err *e);

/*
 * Gives `a` the authenticator with that secret, as text, if `code` is its; the
 * codes for when it is lost, to be told this once. NULL and `e`: ERR_AUTH,
 * ERR_INPUT, ERR_TOO_LARGE.
 */
json_t *second_factor_set(const struct call *call, struct store_account *a,
    const char *secret, struct span code, struct err *e);

/* Takes it away from `a`. */
void second_factor_drop(struct store_account *a);

/*
 * A new secret for somebody, the URI that authenticators read, and that as a
 * QR code, which is missing if there is no memory for it.
 */
json_t *second_factor_offer(const char *name);

#endif
