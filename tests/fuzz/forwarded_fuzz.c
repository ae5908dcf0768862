/*
 * Any lines of X-Forwarded-For and Forwarded. A peer that is no proxy is
 * always itself; a client found is one of the lines' own, so that its last
 * hop, which a proxy of ours wrote, cannot be argued away by what is before.
 *
 * The first byte: the lines that are Forwarded. Lines end with LF.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/edge/http/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct http_peer
peer_named(const char *text)
{
	struct http_peer p = {0};

	assert(address_read(&p.address, span_of(text)));
	return p;
}

static int
same(const struct http_peer *a, const struct http_peer *b)
{
	return a->local == b->local &&
	       memcmp(&a->address, &b->address, sizeof(a->address)) == 0;
}

static void
add_line(struct forwarded *f, struct span line, int element)
{
	size_t *n = element ? &f->n_elements : &f->n_hops;

	if (*n < FORWARDED_LINES_MAX)
		(element ? f->elements : f->hops)[*n] = line;
	++*n;
}

static void
fill(struct forwarded *f, const char *p, size_t n)
{
	uint8_t which = n > 0 ? (uint8_t)*p : 0;
	int line = 0;

	if (n > 0) {
		p++;
		n--;
	}
	while (n > 0) {
		const char *end = memchr(p, '\n', n);
		size_t bytes = end != NULL ? (size_t)(end - p) : n;

		add_line(f, (struct span){p, bytes}, which >> line++ % 8 & 1);
		bytes += end != NULL;
		p += bytes;
		n -= bytes;
	}
}

/* Our proxy adds a line with its own peer: nothing else can be the client. */
static void
check_added(const struct forwarded_proxies *proxies, struct forwarded *f)
{
	struct http_peer added = peer_named("203.0.113.9"), got;

	if (f->n_elements > 0 || f->n_hops >= FORWARDED_LINES_MAX)
		return;
	f->hops[f->n_hops++] = span_of("203.0.113.9");
	got = forwarded_client(proxies, f);
	assert(same(&got, &added));
}

/* The same for Forwarded, of which an ill-formed line hides the rest. */
static void
check_added_element(
    const struct forwarded_proxies *proxies, struct forwarded *f)
{
	struct http_peer added = peer_named("203.0.113.9"), got;

	if (f->n_hops > 0 || f->n_elements >= FORWARDED_LINES_MAX)
		return;
	f->elements[f->n_elements++] = span_of("for=203.0.113.9");
	got = forwarded_client(proxies, f);
	assert(same(&got, &added) || same(&got, &f->peer));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct forwarded f = {.peer = peer_named("198.51.100.7")}, copy;
	struct forwarded_proxies proxies;
	struct http_peer got;
	struct err e;
	char *text = malloc(n + 1);

	assert(text != NULL);
	memcpy(text, bytes, n);
	text[n] = '\0';
	(void)forwarded_read_proxies(&proxies, text, &e);
	assert(forwarded_read_proxies(&proxies, "10.0.0.0/8,::1", &e) == 0);
	fill(&f, text, n);
	got = forwarded_client(&proxies, &f);
	assert(same(&got, &f.peer));
	f.peer = peer_named("10.0.0.1");
	got = forwarded_client(&proxies, &f);
	assert(!got.local);
	copy = f;
	check_added(&proxies, &copy);
	check_added_element(&proxies, &f);
	free(text);
	return 0;
}
