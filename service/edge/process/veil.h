/*
 * Numbers of rows as they are shown. Rows of all sites are numbered together,
 * so that a number would tell a site how much others have, and that of a
 * campaign whether its text was there before. What is shown is one of as many
 * numbers, the same as long as the secret is, and tells nothing without it.
 */
#ifndef EDGE_VEIL_H
#define EDGE_VEIL_H

#include <stdint.h>

enum { VEIL_KEY_BYTES = 16, VEIL_DIGITS = 19 };

/* What is shown of a number below 2^62; not negative, and below that too. */
int64_t veil_put(const unsigned char key[VEIL_KEY_BYTES], int64_t number);

/* The number again; of what was never shown 0, or one that hardly is there. */
int64_t veil_lift(const unsigned char key[VEIL_KEY_BYTES], int64_t shown);

#endif
