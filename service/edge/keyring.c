#include "keyring.h"

#include <stdlib.h>
#include <strings.h>

#include "secrets.h"

static const char bearer[] = "Bearer ";

/* A key and what its site says. */
struct ring_key {
	struct store_key key; /* first: sorted by its hash */
	bool held_is_spam, may_discard;
};

struct keyring {
	struct ring_key *keys; /* by rising hash */
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
		struct ring_key *keys = realloc(k->keys, room * sizeof(*keys));

		if (keys == NULL) {
			k->full = 1;
			return;
		}
		k->keys = keys;
		k->room = room;
	}
	k->keys[k->n++] = (struct ring_key){.key = *key};
}

static void
add_settings(void *arg, const struct store_site *site)
{
	struct keyring *k = arg;

	for (size_t i = 0; i < k->n; i++) {
		if (k->keys[i].key.site != site->id)
			continue;
		k->keys[i].held_is_spam = site->held_is_spam;
		k->keys[i].may_discard = site->may_discard;
	}
}

struct keyring *
keyring_open(struct store *s, struct err *e)
{
	struct keyring *k = calloc(1, sizeof(*k));

	if (k == NULL || store_each_key(s, collect, k, e) != 0 || k->full ||
	    store_each_site(s, add_settings, k, e) != 0) {
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
	struct ring_key wanted = {0};
	const struct ring_key *found = NULL;

	secrets_hash(key, wanted.key.hash);
	if (k->n > 0)
		found =
		    bsearch(&wanted, k->keys, k->n, sizeof(*k->keys), by_hash);
	if (found == NULL)
		return err_set(e, ERR_AUTH, "the API key is not valid");
	if ((found->key.scopes & scopes) != scopes)
		return err_set(e, ERR_SCOPE,
		    "the API key lacks a scope that this call needs");
	*out = (struct caller){
	    .site = found->key.site,
	    .scopes = found->key.scopes,
	    .key = found->key.id,
	    .held_is_spam = found->held_is_spam,
	    .may_discard = found->may_discard,
	};
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
