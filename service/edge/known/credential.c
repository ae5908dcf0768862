#include "credential.h"

#include <stdio.h>
#include <string.h>

#include "../../core/utf8.h"
#include "../process/loop.h"
#include "../process/secrets.h"

static const struct {
	const char *name;
	unsigned bit;
} scopes[] = {
    {"view", SCOPE_VIEW},
    {"check", SCOPE_CHECK},
    {"feedback", SCOPE_FEEDBACK},
    {"moderate", SCOPE_MODERATE},
    {"admin", SCOPE_ADMIN},
    {"operator", SCOPE_OPERATOR},
};
enum { SCOPES = sizeof(scopes) / sizeof(scopes[0]) };
enum { KEY_BYTES_MIN = 12, AKISMET_BYTES = 12 };

bool
credential_misfit(const char *value)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t n = strlen(value);

	return n < KEY_BYTES_MIN || n > CREDENTIAL_BYTES_MAX ||
	       strspn(value, allowed) != n;
}

/* Whether such clients leave it as it is. */
static bool
suits_akismet(const char *value)
{
	size_t n = strlen(value);

	return n == AKISMET_BYTES &&
	       strspn(value, "0123456789abcdefABCDEF") == n;
}

void
credential_make(const struct credential_order *o, struct store_key *out,
    char value[CREDENTIAL_BYTES_MAX + 1])
{
	char fresh[API_KEY_BYTES + 1];
	struct span label =
	    utf8_prefix(span_of(o->label), sizeof(out->label) - 1);

	*out = (struct store_key){
	    .site = o->site,
	    .scopes = o->scopes,
	    .created_at_ms = clock_unix_ms(),
	    .expires_at_ms = o->expires_at_ms,
	};
	memcpy(out->label, label.p, label.n);
	/* a long key names itself; any other gets a random id */
	secrets_api_key(fresh);
	memcpy(out->id, fresh + sizeof("mo_") - 1, sizeof(out->id) - 1);
	if (o->value == NULL && o->style == CREDENTIAL_AKISMET)
		secrets_random_hex(value, AKISMET_BYTES);
	else
		snprintf(value, CREDENTIAL_BYTES_MAX + 1, "%s",
		    o->value == NULL ? fresh : o->value);
	out->akismet = suits_akismet(value);
	secrets_hash(span_of(value), out->hash);
}

unsigned
credential_scope(const char *name)
{
	for (size_t i = 0; i < SCOPES; i++)
		if (strcmp(scopes[i].name, name) == 0)
			return scopes[i].bit;
	return 0;
}

const char *
credential_scope_name(unsigned bit)
{
	for (size_t i = 0; i < SCOPES; i++)
		if (scopes[i].bit == bit)
			return scopes[i].name;
	return NULL;
}
