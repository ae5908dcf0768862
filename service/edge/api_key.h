/*
 * Making API keys: random ones, or keys that clients have already.
 */
#ifndef EDGE_API_KEY_H
#define EDGE_API_KEY_H

#include "store_admin.h"

enum { API_KEY_BYTES_MAX = 128 };

struct api_key_order {
	int64_t site;
	unsigned scopes;   /* SCOPE_* bits */
	const char *label; /* for people; cut to 63 bytes */
	const char *value; /* the key; NULL: a random one */
};

/* What a given key must look like, in words. */
#define API_KEY_EXPECTED "12 to 128 letters, digits, '-' or '_'"

/* Whether `value` is no possible key. */
bool api_key_misfit(const char *value);

/* Adds a key; it stands in `out`, for the only time. 0 or -1. */
int api_key_add(struct store *s, const struct api_key_order *o,
    char out[API_KEY_BYTES_MAX + 1], struct err *e);

/* The bits of "check,feedback,moderate,admin"; 0 when it is not a list. */
unsigned api_key_scopes(const char *list);

/* Writes the bits as such a list, NUL-terminated. */
void api_key_write_scopes(unsigned scopes, char *out, size_t size);

#endif
