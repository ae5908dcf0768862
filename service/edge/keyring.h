/*
 * The API keys in memory: who calls, for which site, with which scopes. A
 * key is looked up by its hash, so nothing here can leak one.
 */
#ifndef EDGE_KEYRING_H
#define EDGE_KEYRING_H

#include "store_admin.h"

struct keyring;

struct caller {
	int64_t site;
	unsigned scopes; /* SCOPE_* bits */
	const char *key; /* public id of the API key; the keyring's */
	bool held_is_spam, may_discard; /* what the site says, store_admin.h */
};

/* All valid keys of the store; NULL and `e`. */
struct keyring *keyring_open(struct store *s, struct err *e);
void keyring_close(struct keyring *k);

/*
 * Whose key this is: 0, or -1 with ERR_AUTH when there is no such key, or
 * ERR_SCOPE when it lacks one of the `scopes`.
 */
int keyring_find(const struct keyring *k, struct span key, unsigned scopes,
    struct caller *out, struct err *e);

/* The same for the value of an Authorization header. */
int keyring_check(const struct keyring *k, struct span authorization,
    unsigned scopes, struct caller *out, struct err *e);

#endif
