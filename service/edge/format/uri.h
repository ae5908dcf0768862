/*
 * Strict reader for the URIs that name a Redis server:
 *
 *   redis://[[user]:password@]host[:port][/db][?counters=N]
 *   redis+unix:/path[?db=N][&counters=N]
 *
 * User and password may be percent-encoded (RFC 3986). Never repeats what it
 * read in an error: there is a password in it.
 */
#ifndef EDGE_URI_H
#define EDGE_URI_H

#include "../process/err.h"

/* All strings are NUL-terminated; an empty one was left out. */
struct redis_uri {
	char user[64], password[256];
	char host[256];         /* name or address, without brackets */
	char path[108];         /* of a Unix socket, then there is no host */
	unsigned port;          /* default 6379 */
	unsigned db;            /* default 0 */
	unsigned counters_log2; /* 0: was left out */
};

/* Reads `uri` into `u`: 0, or -1 and `e`. */
int uri_read_redis(struct redis_uri *u, const char *uri, struct err *e);

#endif
