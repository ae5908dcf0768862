/*
 * From method and path to the row of a table that says who handles it: one
 * row per URL and handler. Knows not what handlers do.
 *
 * A pattern is a path in which one "{…}" stands for one or more bytes other
 * than '/': "/v1/comments/{id}", "/v1/models/{name}:promote". Paths are
 * compared as they were sent, nothing decoded.
 */
#ifndef EDGE_ROUTES_H
#define EDGE_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "../../core/span.h"
#include "../http/http.h"

/* Bits of a set of methods. */
enum {
	ROUTE_GET = 1 << HTTP_GET,
	ROUTE_POST = 1 << HTTP_POST,
	ROUTE_PATCH = 1 << HTTP_PATCH,
	ROUTE_DELETE = 1 << HTTP_DELETE,
};

/* Which of the limits on the body applies. */
enum route_body { BODY_NONE, BODY_ONE, BODY_BATCH, BODY_FORM };

/* Whether an operator has to say which site is meant. */
enum route_sites { ROUTE_ONE_SITE, ROUTE_ANY_SITE };

/* What a call puts into the store; what comes first is refused first. */
enum load { LOAD_NONE, LOAD_BULK, LOAD_FEEDBACK, LOAD_CHECK, LOADS };

struct call;

struct route {
	unsigned methods; /* ROUTE_* bits */
	const char *pattern;
	void (*handle)(const struct call *call); /* service.h */
	enum route_body body;
	unsigned scope; /* SCOPE_* bits, one must be the key's; 0: the handler
			   asks */
	enum route_sites sites;
	enum load load;
	bool sorted; /* it lists what is held: sorted.h */
};

struct route_match {
	const struct route *route; /* NULL: none for path and method */
	struct span capture;       /* what "{…}" stood for, part of path */
	unsigned
	    allowed; /* if so, methods that the path has; 0: no such path */
};

/* Finds the first of `n` rows that fits, and looks at none behind it. */
struct route_match route_match(const struct route *rows, size_t n,
    enum http_method method, struct span path);

enum { ROUTE_ALLOW_BYTES = 40 };

/* Writes a set of methods as the value of Allow: "GET, HEAD, POST". */
void route_allow(unsigned methods, char out[ROUTE_ALLOW_BYTES]);

#endif
