#include "keyring.h"

#include <stdlib.h>
#include <strings.h>

#include "secrets.h"

static const char bearer[] = "Bearer ";

struct keyring {
	struct store_key *keys; /* by rising hash */
	size_t n, room;
	int full; /* memory was out while collecting */
};

static int
by_hash(const void *a, const void *b)
{
	return memcmp(((const struct store_key *)a)->hash,
	    ((const struct store_key *)b)->hash, STORE_HASH_BYTES);
}

static void
collect(void *arg, const struct store_key *key)
{
	struct keyring *k = arg;

	if (key->revoked_at_ms != 0)
		return;
	if (k->n == k->room) {
		size_t room = k->room == 0 ? 16 : 2 * k->room;
		struct store_key *keys = realloc(k->keys, room * sizeof(*keys));

		if (keys == NULL) {
			k->full = 1;
			return;
		}
		k->keys = keys;
		k->room = room;
	}
	k->keys[k->n++] = *key;
}

struct keyring *
keyring_open(struct store *s, struct err *e)
{
	struct keyring *k = calloc(1, sizeof(*k));

	if (k == NULL || store_each_key(s, collect, k, e) != 0 || k->full) {
		if (k == NULL || k->full)
			err_set(e, ERR_DOWN, "no memory for the API keys");
		keyring_close(k);
		return NULL;
	}
	if (k->n > 0)
		qsort(k->keys, k->n, sizeof(*k->keys), by_hash);
	return k;
}

void
keyring_close(struct keyring *k)
{
	if (k == NULL)
		return;
	free(k->keys);
	free(k);
}

int
keyring_find(const struct keyring *k, struct span key, unsigned scopes,
    struct caller *out, struct err *e)
{
	struct store_key wanted = {0};
	const struct store_key *found = NULL;

	secrets_hash(key, wanted.hash);
	if (k->n > 0)
		found =
		    bsearch(&wanted, k->keys, k->n, sizeof(*k->keys), by_hash);
	if (found == NULL)
		return err_set(e, ERR_AUTH, "the API key is not valid");
	if ((found->scopes & scopes) != scopes)
		return err_set(e, ERR_SCOPE,
		    "the API key lacks a scope that this call needs");
	*out = (struct caller){found->site, found->scopes, found->id};
	return 0;
}

int
keyring_check(const struct keyring *k, struct span authorization,
    unsigned scopes, struct caller *out, struct err *e)
{
	size_t skip = sizeof(bearer) - 1;

	if (authorization.n <= skip ||
	    strncasecmp(authorization.p, bearer, skip) != 0)
		return err_set(e, ERR_AUTH,
		    "send an API key as \"Authorization: Bearer …\"");
	return keyring_find(k,
	    (struct span){authorization.p + skip, authorization.n - skip},
	    scopes, out, e);
}
