/*
 * Sites and API keys in memory, as the store has them: who calls, for which
 * site, with which scopes and settings. Read anew after a change while
 * requests go on; what they are told is theirs, nothing is borrowed. A key is
 * looked up by its hash, so nothing here can leak one.
 */
#ifndef EDGE_DIRECTORY_H
#define EDGE_DIRECTORY_H

#include "../store/store_admin.h"
#include "site_settings.h"

struct directory;

/* What a person may do on a site. */
struct grant {
	int64_t site;
	unsigned scopes; /* SCOPE_* bits */
};

enum { CALLER_NAME_MAX = 32 };

struct caller {
	int64_t site;    /* 0: more than one, see access_sees */
	unsigned scopes; /* SCOPE_* bits */
	unsigned wanted; /* those of which the call needs one; 0: none */
	char key[CALLER_NAME_MAX + 1]; /* public id of the API key, or name */
	char label[64]; /* for people: the key's label, or else `key` */
	struct site_settings settings;
	/* a person's who is no operator; as long as the request */
	const struct grant *grants;
	uint32_t n_grants;
	bool is_person; /* who is signed in, by this session */
	unsigned char session[STORE_HASH_BYTES]; /* hash of its cookie */
};

/* Copies a caller, for longer than the request; `grants` has room for his. */
struct caller caller_own(const struct caller *c, struct grant *grants);

struct site {
	int64_t id, created_at_ms, revision;
	char name[SITE_NAME_BYTES_MAX + 1];
	struct site_settings settings;
};

/* All sites and valid keys that `r` reads; NULL and `e`. */
struct directory *directory_open(struct store_reader *r, struct err *e);
void directory_close(struct directory *d);

/* Reads them again; all stays as it was on failure. 0 or -1. */
int directory_reload(
    struct directory *d, struct store_reader *r, struct err *e);

/*
 * Whose key this is: 0, or -1 with ERR_AUTH when there is no such key now,
 * or ERR_SCOPE when it has none of the `scopes`; 0 of them: none is asked.
 */
int directory_find(struct directory *d, struct span key, unsigned scopes,
    struct caller *out, struct err *e);

/* The same for the value of an Authorization header. */
int directory_check(struct directory *d, struct span authorization,
    unsigned scopes, struct caller *out, struct err *e);

/* Whether the key of that public id is valid and has one of the `scopes`. */
bool directory_has(struct directory *d, const char *key, unsigned scopes);

/* A site by its id, or by its name. 0, or -1: ERR_MISSING. */
int directory_site(
    struct directory *d, int64_t id, struct site *out, struct err *e);
int directory_site_named(
    struct directory *d, struct span name, struct site *out, struct err *e);

/* The first site of an id above `id`. 0, or -1: ERR_MISSING. */
int directory_site_after(
    struct directory *d, int64_t id, struct site *out, struct err *e);

#endif
