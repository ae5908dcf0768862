/*
 * The store's administration: sites and API keys.
 */
#ifndef EDGE_STORE_ADMIN_H
#define EDGE_STORE_ADMIN_H

#include "store.h"

/* A site as stored. */
struct store_site {
	int64_t id;
	const char *name;
	struct span settings;  /* JSON, see site_settings.h */
	int64_t created_at_ms; /* the store's */
};

enum { SITE_NAME_BYTES_MAX = 64 };

enum store_scope {
	SCOPE_CHECK = 1,
	SCOPE_FEEDBACK = 2,
	SCOPE_MODERATE = 4,
	SCOPE_ADMIN = 8,
};

/* An API key as stored: the secret itself is never kept. */
struct store_key {
	char id[9]; /* public part, 8 characters */
	unsigned char hash[STORE_HASH_BYTES];
	int64_t site;
	unsigned scopes; /* SCOPE_* bits */
	int64_t created_at_ms;
	int64_t expires_at_ms, revoked_at_ms; /* 0: not */
	char label[64];
};

/* These write at once and wait. 0 or -1. */
int store_add_site(struct store *s, const char *name, int64_t now_ms,
    int64_t *site, struct err *e);
int store_add_key(struct store *s, const struct store_key *k, struct err *e);
int store_revoke_key(
    struct store *s, const char *id, int64_t now_ms, struct err *e);

/* Sets name and settings of the site with that id. */
int store_set_site(
    struct store *s, const struct store_site *site, struct err *e);

/* Calls `each`, which may not use the store, for all, the oldest first. */
int store_each_site(struct store *s,
    void (*each)(void *arg, const struct store_site *site), void *arg,
    struct err *e);
int store_each_key(struct store *s,
    void (*each)(void *arg, const struct store_key *k), void *arg,
    struct err *e);

#endif
