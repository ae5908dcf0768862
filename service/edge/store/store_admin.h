/*
 * The store's administration: sites, API keys, people and their sessions, and
 * which model is in use.
 */
#ifndef EDGE_STORE_ADMIN_H
#define EDGE_STORE_ADMIN_H

#include "store_account.h"
#include "store_model.h"

/* A site as stored. */
struct store_site {
	int64_t id;
	const char *name;
	struct span settings;  /* JSON, see site_settings.h */
	int64_t created_at_ms; /* or deleted, where it is to be */
	int64_t revision;      /* how often it was changed */
};

enum { SITE_NAME_BYTES_MAX = 64 };

enum store_scope {
	SCOPE_CHECK = 1,
	SCOPE_FEEDBACK = 2,
	SCOPE_MODERATE = 4,
	SCOPE_ADMIN = 8,
	SCOPE_OPERATOR = 16, /* all sites, and sites themselves */
	SCOPE_VIEW = 32,     /* what MODERATE sees, but changes nothing */
	SCOPES_ALL = 63,
};

/* An API key as stored: the secret itself is never kept. */
struct store_key {
	char id[9]; /* public part, 8 characters */
	unsigned char hash[STORE_HASH_BYTES];
	int64_t site;
	unsigned scopes; /* SCOPE_* bits */
	int64_t created_at_ms;
	int64_t expires_at_ms, revoked_at_ms; /* 0: not */
	bool akismet; /* its value is one that such clients take */
	char label[64];
};

enum store_change_kind {
	CHANGE_ADD_SITE,
	CHANGE_SET_SITE,  /* its name and settings, if it is of that revision */
	CHANGE_DROP_SITE, /* and all that it has, keys at once */
	CHANGE_ADD_KEY,   /* site 0: of the site that was added before it */
	CHANGE_END_KEY,   /* at key.expires_at_ms, when it had no end */
	CHANGE_REVOKE_KEY,
	CHANGE_USE_MODEL, /* from use.at_ms on */
	CHANGE_END_MODEL, /* the use of that number, at use.ended_at_ms */
	CHANGE_ADD_ACCOUNT,
	CHANGE_SET_ACCOUNT, /* all of it but prefs, if it is of that revision */
	CHANGE_SET_PREFS,
	CHANGE_DROP_ACCOUNT,
	CHANGE_GRANT,
	CHANGE_UNGRANT,
	CHANGE_ADD_SESSION, /* if the account is of that revision */
	CHANGE_SEE_SESSION,
	CHANGE_END_SESSION,
	CHANGE_END_OTHERS, /* of the account, but for this one */
	CHANGE_EXPIRE,     /* those seen, or begun, before these times */
	CHANGES
};

/*
 * A change of the administration. Goes with a store_put, all or nothing; one
 * that cannot be made gives STORE_REFUSED: ERR_MISSING, ERR_TAKEN.
 */
struct store_change {
	enum store_change_kind kind;
	const char *by;         /* who asks; NULL: the service itself */
	struct store_site site; /* texts borrowed until it is done */
	struct store_key key;
	struct store_model_use use;
	struct store_account account; /* texts borrowed likewise */
	struct store_grant grant;
	struct store_session session;
	int64_t id; /* out: of a site or account that was added, or a use's
		       number */
};

/* Makes the changes at once and waits. 0 or -1. */
int store_change(
    struct store *s, struct store_change *changes, uint32_t n, struct err *e);

/*
 * Notes the mark of the secret that what is kept here is keyed by, unless one
 * is noted, or what an older version left tells of another: `other` says so.
 * Unless it does, what has no key yet gets it. After store_describe_by, which
 * makes things of this secret. 0 or -1.
 */
int store_mark(struct store *s, uint64_t mark, bool *other, struct err *e);

/* Calls `each`, which may not use the reader, for all, the oldest first. */
int store_each_site(struct store_reader *r,
    void (*each)(void *arg, const struct store_site *site), void *arg,
    struct err *e);
int store_each_key(struct store_reader *r,
    void (*each)(void *arg, const struct store_key *k), void *arg,
    struct err *e);

#endif
