/*
 * Passwords: argon2id, so that who gets hold of the store cannot try them
 * quickly. Takes a tenth of a second and PASSWORD_MEMORY: never on a loop
 * (hasher.h). Part of the door to libsodium.
 */
#ifndef EDGE_SECRETS_PASSWORD_H
#define EDGE_SECRETS_PASSWORD_H

#include "secrets.h"

enum {
	PASSWORD_BYTES_MIN = 10,
	PASSWORD_BYTES_MAX = 256,
	PASSWORD_HASH_BYTES = 128, /* with its NUL */
	PASSWORD_MEMORY = 32 << 20,
};

/* The hash of a password with a new salt, as text. 0, or -1: no memory. */
int secrets_password_hash(const char *password, char out[PASSWORD_HASH_BYTES]);

/* Whether a hash is that of a password: 1, 0, or -1: no memory to tell. */
int secrets_password_fits(const char *hash, const char *password);

/* Overwrites what must not stay in memory. */
void secrets_forget(void *bytes, size_t n);

#endif
