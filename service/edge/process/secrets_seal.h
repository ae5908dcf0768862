/*
 * What the store keeps but must be able to tell again is sealed with the
 * secret of the installation; what is sent to others is signed. Part of the
 * door to libsodium. Results lie in an arena; p NULL when it is full.
 */
#ifndef EDGE_SECRETS_SEAL_H
#define EDGE_SECRETS_SEAL_H

#include "../../core/arena.h"
#include "secrets.h"

/* Encrypts `plain`, authenticated, as text; never twice the same. */
struct span secrets_seal(const unsigned char secret[SECRET_BYTES],
    struct span plain, struct arena *a);

/* What was sealed; p NULL too when it was not by this secret. */
struct span secrets_unseal(const unsigned char secret[SECRET_BYTES],
    struct span sealed, struct arena *a);

/* HMAC-SHA256 (RFC 2104). */
void secrets_hmac(
    struct span key, struct span text, unsigned char out[DIGEST_BYTES]);

/* Base64 (RFC 4648 section 4) of bytes, and back; p NULL: it is none. */
struct span base64_write(struct span bytes, struct arena *a);
struct span base64_read(struct span text, struct arena *a);

/* `n` bytes that nobody can guess. */
void secrets_random(unsigned char *out, size_t n);

#endif
