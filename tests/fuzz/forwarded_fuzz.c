/*
 * Any lines of X-Forwarded-For and Forwarded. A peer that is no proxy is
 * always itself; a client found is one of the lines' own, so that its last
 * hop, which a proxy of ours wrote, cannot be argued away by what is before.
 *
 * The first byte: the lines that are Forwarded. Lines end with LF.
 */
#include "../../service/edge/http/forwarded.h"
#include "input.h"

static struct http_peer
peer_named(const char *text)
{
	struct http_peer p = {0};

	require(address_read(&p.address, span_of(text)));
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
fill(struct forwarded *f, struct span in)
{
	uint8_t which = take_byte(&in);

	for (int line = 0; in.n > 0; line++)
		add_line(f, take_line(&in), which >> line % 8 & 1);
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
	require(same(&got, &added));
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
	require(same(&got, &added) || same(&got, &f->peer));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct forwarded f = {.peer = peer_named("198.51.100.7")}, copy;
	struct forwarded_proxies proxies;
	struct http_peer got;
	struct err e;
	char *text = text_of(input_of(bytes, n));

	(void)forwarded_read_proxies(&proxies, text, &e);
	require(forwarded_read_proxies(&proxies, "10.0.0.0/8,::1", &e) == 0);
	fill(&f, (struct span){text, n});
	got = forwarded_client(&proxies, &f);
	require(same(&got, &f.peer));
	f.peer = peer_named("10.0.0.1");
	got = forwarded_client(&proxies, &f);
	require(!got.local);
	copy = f;
	check_added(&proxies, &copy);
	check_added_element(&proxies, &f);
	free(text);
	return 0;
}
