/*
 * POST /v1/session: somebody signs in, by name and password or by a one-time
 * link, and with a code where there is an authenticator. How often somebody
 * may try is limited by name and by address.
 */
#ifndef EDGE_SIGN_IN_H
#define EDGE_SIGN_IN_H

struct call;

void sign_in(const struct call *call);

#endif
