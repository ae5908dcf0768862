/*
 * Secrets and signatures as Standard Webhooks 1.0 has them: "whsec_" and the
 * base64 of 24 to 64 bytes; HMAC-SHA256 of id, time and body.
 */
#ifndef EDGE_WEBHOOK_SECRET_H
#define EDGE_WEBHOOK_SECRET_H

#include <stdint.h>

#include "../../core/arena.h"
#include "../../core/span.h"

#define WEBHOOK_SECRET_EXPECTED                                                \
	"expected whsec_ and the base64 of 24 to 64 bytes"

/* A new random one; p NULL: the arena is full. */
struct span webhook_secret_new(struct arena *a);

/* The bytes it stands for; p NULL: it is no secret. */
struct span webhook_secret_read(struct span secret, struct arena *a);

/* What is signed. */
struct webhook_content {
	struct span id;
	int64_t at_s; /* Unix time */
	struct span body;
};

/* "v1,…", NUL-terminated; p NULL: no secret, or the arena is full. */
struct span webhook_sign(
    struct span secret, const struct webhook_content *c, struct arena *a);

#endif
