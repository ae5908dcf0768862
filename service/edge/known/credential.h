/*
 * API keys: making random ones, taking over those that clients have already,
 * and the names of scopes.
 */
#ifndef EDGE_CREDENTIAL_H
#define EDGE_CREDENTIAL_H

#include "../store/store_admin.h"

enum { CREDENTIAL_BYTES_MAX = 128 };

enum credential_style {
	CREDENTIAL_LONG,
	CREDENTIAL_AKISMET, /* 12 hex digits: WordPress drops all else */
};

struct credential_order {
	int64_t site;
	unsigned scopes;   /* SCOPE_* bits */
	const char *label; /* for people; cut to 63 bytes */
	const char *value; /* the key; NULL: a random one */
	enum credential_style style;
	int64_t expires_at_ms; /* 0: never */
};

/* What a given key must look like, in words. */
#define CREDENTIAL_EXPECTED "12 to 128 letters, digits, '-' or '_'"

/* Whether `value` is no possible key. */
bool credential_misfit(const char *value);

/* Makes a key for the store; it stands in `value`, for the only time. */
void credential_make(const struct credential_order *o, struct store_key *out,
    char value[CREDENTIAL_BYTES_MAX + 1]);

/* The bit of a scope's name; 0: there is no such scope. */
unsigned credential_scope(const char *name);

/* The name of the scope with that bit; NULL: there is none. */
const char *credential_scope_name(unsigned bit);

#endif
