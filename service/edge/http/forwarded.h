/*
 * Where a request came from, when proxies stand between: its peer, unless the
 * operator trusts that; then the last hop before those trusted, as
 * X-Forwarded-For and Forwarded (RFC 7239) tell it over all their lines.
 *
 * What could be forged says nothing: a hop that is no address, a Forwarded
 * that is not well-formed, more lines than FORWARDED_LINES_MAX, or two headers
 * that do not say the same lead back to the peer.
 */
#ifndef EDGE_FORWARDED_H
#define EDGE_FORWARDED_H

#include "http.h"

enum { FORWARDED_PROXIES_MAX = 32, FORWARDED_LINES_MAX = 16 };

/* Which peers and hops are proxies of ours; nobody on a Unix socket is. */
struct forwarded_proxies {
	struct address_block blocks[FORWARDED_PROXIES_MAX];
	size_t n;
};

/*
 * Reads "10.0.0.0/8,2001:db8::7": 0, or -1 and what was expected. NULL
 * is no proxy at all.
 */
int forwarded_read_proxies(
    struct forwarded_proxies *p, const char *list, struct err *e);

/* What a request says of its way. Lines in order; n may exceed what fits. */
struct forwarded {
	struct http_peer peer;
	struct span hops[FORWARDED_LINES_MAX]; /* X-Forwarded-For */
	size_t n_hops;
	struct span elements[FORWARDED_LINES_MAX]; /* Forwarded */
	size_t n_elements;
};

/* Who sent it; linear in the bytes of all lines. */
struct http_peer forwarded_client(
    const struct forwarded_proxies *p, const struct forwarded *f);

#endif
