/*
 * The secrets of an installation and what is made with them: pseudonyms,
 * API keys, random ids, digests. The one door to libsodium.
 */
#ifndef EDGE_SECRETS_H
#define EDGE_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/siphash.h"
#include "../../core/span.h"
#include "err.h"

enum {
	SECRET_BYTES = 32,
	DIGEST_BYTES = 32,
	ULID_BYTES = 26,
	ULID_TIME_BYTES = 10, /* of them */
	PSEUDONYM_BYTES = 32, /* hex digits */
	API_KEY_ID_BYTES = 8,
	API_KEY_BYTES = 3 + 8 + 1 + 32, /* "mo_" id "_" secret */
};

/* Makes ready; once, before any other call. 0 or -1. */
int secrets_init(struct err *e);

/*
 * Reads the secret that `folder`/secret holds, making both (0700, 0600) when
 * they are not there. 0, or -1, also when others may write to the folder or
 * read the secret.
 */
int secrets_load(
    const char *folder, unsigned char secret[SECRET_BYTES], struct err *e);

/* Whether there is one already. */
bool secrets_are_there(const char *folder);

/* A key of 16 bytes for `purpose` (up to 8 characters), from the secret. */
void secrets_derive(const unsigned char secret[SECRET_BYTES],
    const char *purpose, unsigned char out[16]);

/* What tells it from others, and nothing about it; never 0. */
uint64_t secrets_mark(const unsigned char secret[SECRET_BYTES]);

/* Keys by which values of comments become hashes, each for one kind. */
struct comment_keys {
	struct siphash_key text;  /* and what is counted: fingerprint.h,
				   * signals.h */
	unsigned char author[16]; /* check_record.h */
	unsigned char facet[16];  /* facets.h */
};
struct comment_keys secrets_comment_keys(
    const unsigned char secret[SECRET_BYTES]);

/* SipHash-2-4-128 of `bytes` under `key`, its first 64 bits. */
uint64_t secrets_mac(const unsigned char key[16], struct span bytes);

/* Keyed BLAKE2b of `value` as hex digits, NUL-terminated. */
void secrets_pseudonym(const unsigned char secret[SECRET_BYTES],
    struct span value, char out[PSEUDONYM_BYTES + 1]);

/* SHA-256. */
void secrets_sha256(struct span bytes, unsigned char out[DIGEST_BYTES]);

/* BLAKE2b-256, for what is looked up but never told again. */
void secrets_hash(struct span bytes, unsigned char out[DIGEST_BYTES]);

/* 1: the two digests are equal. Takes the same time whether or not. */
int secrets_equal(
    const unsigned char a[DIGEST_BYTES], const unsigned char b[DIGEST_BYTES]);

enum { SECRETS_HEX_MAX = 32 };

/* A key that nobody knows. */
struct siphash_key secrets_random_key(void);

/* `n` random hex digits, NUL-terminated; n is even. */
void secrets_random_hex(char *out, size_t n);

enum { SECRETS_TOKEN_BYTES = 52 };

/* A new token of 260 random bits, NUL-terminated. */
void secrets_token(char out[SECRETS_TOKEN_BYTES + 1]);

/* A new random API key, NUL-terminated. */
void secrets_api_key(char out[API_KEY_BYTES + 1]);

/*
 * A new id that sorts by time: ULID of `now_ms` and 80 random bits,
 * NUL-terminated. From any thread.
 */
void secrets_ulid(int64_t now_ms, char out[ULID_BYTES + 1]);

/* The least ULID of a time, NUL-terminated. */
void secrets_ulid_least(int64_t at_ms, char out[ULID_BYTES + 1]);

/* libsodium's version; static. */
const char *secrets_library(void);

#endif
