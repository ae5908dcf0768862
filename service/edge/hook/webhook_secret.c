#include "webhook_secret.h"

#include <inttypes.h>
#include <stdio.h>

#include "../process/secrets_seal.h"

static const char prefix[] = "whsec_";
static const struct span none = {NULL, 0};

enum { PREFIX = sizeof prefix - 1, NEW = 32, LEAST = 24, MOST = 64 };

/* `head` and `tail` together, NUL-terminated; p NULL when full. */
static struct span
join(const char *head, struct span tail, struct arena *a)
{
	size_t n = strlen(head);
	char *out = tail.p == NULL ? NULL : arena_alloc(a, n + tail.n + 1);

	if (out == NULL)
		return none;
	memcpy(out, head, n);
	memcpy(out + n, tail.p, tail.n);
	out[n + tail.n] = '\0';
	return (struct span){out, n + tail.n};
}

struct span
webhook_secret_new(struct arena *a)
{
	unsigned char bytes[NEW];
	struct span text;

	secrets_random(bytes, sizeof bytes);
	text =
	    base64_write((struct span){(const char *)bytes, sizeof bytes}, a);
	return join(prefix, text, a);
}

struct span
webhook_secret_read(struct span secret, struct arena *a)
{
	struct span key;

	if (secret.n <= PREFIX || memcmp(secret.p, prefix, PREFIX) != 0)
		return none;
	key =
	    base64_read((struct span){secret.p + PREFIX, secret.n - PREFIX}, a);
	return key.p == NULL || key.n < LEAST || key.n > MOST ? none : key;
}

struct span
webhook_sign(
    struct span secret, const struct webhook_content *c, struct arena *a)
{
	struct span key = webhook_secret_read(secret, a);
	size_t size = c->id.n + c->body.n + 32;
	char *text = key.p == NULL ? NULL : arena_alloc(a, size);
	unsigned char mac[DIGEST_BYTES];
	int n;

	if (text == NULL)
		return none;
	n = snprintf(
	    text, size, "%.*s.%" PRId64 ".", (int)c->id.n, c->id.p, c->at_s);
	if (c->body.n > 0)
		memcpy(text + n, c->body.p, c->body.n);
	secrets_hmac(key, (struct span){text, (size_t)n + c->body.n}, mac);
	return join("v1,",
	    base64_write((struct span){(const char *)mac, sizeof mac}, a), a);
}
