/*
 * The API keys in memory: who calls, for which site, with which scopes. A
 * key is looked up by its hash, so nothing here can leak one.
 */
#ifndef EDGE_KEYRING_H
#define EDGE_KEYRING_H

#include "store.h"

struct keyring;

struct caller {
	int64_t site;
	unsigned scopes; /* SCOPE_* bits */
	const char *key; /* public id of the API key; the keyring's */
};

/* All valid keys of the store; NULL and `e`. */
struct keyring *keyring_open(struct store *s, struct err *e);
void keyring_close(struct keyring *k);

/*
 * Who sent the value of an Authorization header: 0, or -1 with ERR_AUTH,
 * or ERR_SCOPE when the key lacks one of the `scopes`.
 */
int keyring_check(const struct keyring *k, struct span authorization,
    unsigned scopes, struct caller *out, struct err *e);

#endif
