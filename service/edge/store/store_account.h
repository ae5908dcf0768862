/*
 * People and their sessions, as the store keeps them. What somebody proves
 * who he is by, password, link or cookie, is there as a hash only.
 */
#ifndef EDGE_STORE_ACCOUNT_H
#define EDGE_STORE_ACCOUNT_H

#include "store.h"

enum { ACCOUNT_NAME_MAX = 32 };

enum role {
	ROLE_NONE,
	ROLE_VIEWER,
	ROLE_MODERATOR,
	ROLE_ADMIN,
	ROLE_OPERATOR, /* of all sites; see store_account.is_operator */
	ROLES
};

/* What somebody is on a site. */
struct store_grant {
	int64_t account, site; /* account 0: that was added before it */
	enum role role;
};

struct store_account {
	int64_t id, created_at_ms;
	int64_t revision; /* how often it was changed, but for prefs */
	const char *name;
	bool is_operator;
	struct span password; /* argon2id, secrets_password.h; empty: none */
	struct span totp;     /* its secret, sealed; empty: none */
	int64_t totp_step;    /* the last that was used */
	struct span recovery; /* hashes of codes, one after the other */
	struct span prefs;    /* JSON; the page's own */
	unsigned char link[STORE_HASH_BYTES];
	int64_t link_until_ms; /* 0: there is no link */
	const struct store_grant *grants;
	uint32_t n_grants;
};

struct store_session {
	unsigned char hash[STORE_HASH_BYTES]; /* of the cookie */
	int64_t account, revision; /* of the account, when it began */
	int64_t created_at_ms, seen_at_ms;
	bool by_link;
};

enum account_by { ACCOUNT_BY_NAME, ACCOUNT_BY_LINK, ACCOUNT_BY_SESSION };

struct account_query {
	enum account_by by;
	struct span key; /* a name in any case, or a hash */
};

struct account_found {
	struct store_account account;
	struct store_session session; /* of ACCOUNT_BY_SESSION */
};

/* Reads one into `a`: 0, or -1: ERR_MISSING, ERR_TOO_LARGE, ERR_DOWN. */
int store_get_account(struct store_reader *r, const struct account_query *q,
    struct arena *a, struct account_found *out, struct err *e);

struct account_visit {
	void (*each)(void *arg, const struct store_account *account);
	void *arg;
	struct arena *arena; /* what is visited lies there until the next */
};

/* Visits all of them by name. 0 or -1. */
int store_each_account(
    struct store_reader *r, const struct account_visit *visit, struct err *e);

#endif
