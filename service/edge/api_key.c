#include "api_key.h"

#include <stdio.h>
#include <string.h>

#include "loop.h"
#include "secrets.h"

static const struct {
	const char *name;
	unsigned bit;
} scopes[] = {
    {"check", SCOPE_CHECK},
    {"feedback", SCOPE_FEEDBACK},
    {"moderate", SCOPE_MODERATE},
    {"admin", SCOPE_ADMIN},
};
enum { SCOPES = sizeof(scopes) / sizeof(scopes[0]), KEY_BYTES_MIN = 12 };

bool
api_key_misfit(const char *value)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t n = strlen(value);

	return n < KEY_BYTES_MIN || n > API_KEY_BYTES_MAX ||
	       strspn(value, allowed) != n;
}

int
api_key_add(struct store *s, const struct api_key_order *o,
    char out[API_KEY_BYTES_MAX + 1], struct err *e)
{
	struct store_key key = {
	    .site = o->site,
	    .scopes = o->scopes,
	    .created_at_ms = clock_unix_ms(),
	};
	char fresh[API_KEY_BYTES + 1];

	/* a random key names itself; one that was given gets a random id */
	secrets_api_key(fresh);
	memcpy(key.id, fresh + sizeof("mo_") - 1, sizeof(key.id) - 1);
	snprintf(key.label, sizeof(key.label), "%s", o->label);
	snprintf(out, API_KEY_BYTES_MAX + 1, "%s",
	    o->value == NULL ? fresh : o->value);
	secrets_hash(span_of(out), key.hash);
	return store_add_key(s, &key, e);
}

static unsigned
bit_named(const char *name, size_t n)
{
	for (size_t i = 0; i < SCOPES; i++)
		if (strlen(scopes[i].name) == n &&
		    memcmp(scopes[i].name, name, n) == 0)
			return scopes[i].bit;
	return 0;
}

unsigned
api_key_scopes(const char *list)
{
	unsigned all = 0;

	for (;;) {
		size_t n = strcspn(list, ",");
		unsigned bit = bit_named(list, n);

		if (bit == 0)
			return 0;
		all |= bit;
		if (list[n] == '\0')
			return all;
		list += n + 1;
	}
}

void
api_key_write_scopes(unsigned bits, char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < SCOPES && at < size; i++)
		if (bits & scopes[i].bit)
			at += (size_t)snprintf(out + at, size - at, "%s%s",
			    at == 0 ? "" : ",", scopes[i].name);
}
