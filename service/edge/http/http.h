/*
 * The one door to libmicrohttpd: listeners, limits, deadlines and the gate
 * for ambiguous framing (http_gate.h). Collects the whole body, then calls
 * the handler once, on the loop's thread; the answer may be given at once or
 * later from the same thread. Knows no URLs, no JSON, no comments.
 */
#ifndef EDGE_HTTP_H
#define EDGE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/address.h"
#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/err.h"
#include "../process/loop.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER };

enum { HTTP_REQUEST_ID_BYTES = 26 }; /* a ULID, without NUL */

/* Who is at the other end of a connection. */
struct http_peer {
	bool local;             /* through a Unix socket: no address */
	struct address address; /* zero if there is none */
};

struct http_header {
	const char *name, *value; /* NUL-terminated, copied when answering */
};
enum { HTTP_HEADERS_MAX = 12 };

/*
 * One request. Lives from the call of the handler to http_answer, even if its
 * client leaves; all its spans point into its arena or into the connection.
 */
struct http_request {
	enum http_method method; /* HEAD is a GET; its answer has no body */
	struct span path;        /* decoded nothing, starts with / */
	struct span query;       /* after the ?, may be empty */
	struct span body;
	struct span id; /* for logs and problem documents */
	struct arena arena;
	struct arena refusal; /* to say no with when `arena` is full */
	void *context;        /* what http_config.context said, per loop */
	int64_t start_us;     /* monotonic, of the call of the handler */
	struct http_peer peer;
	void (*answered)(void *arg); /* may be set: told when it is */
	void *answered_arg;
	struct http_header more[HTTP_HEADERS_MAX]; /* for any answer, to NULL */
};

struct http_response {
	unsigned status;
	const char *content_type;
	struct span body; /* of the request's arena, or copied when answering */
	bool lasts;       /* the body is static, and is not copied */
	struct http_header headers[HTTP_HEADERS_MAX]; /* up to a NULL name */
};

/*
 * What a request may need, asked once its headers are there: bytes of body,
 * how large its arena is, whether the body may come in chunks, whether the
 * answer needs none, so that it is not taken. After both the connection is
 * closed: a proxy may see another end of such a body.
 */
struct http_budget {
	size_t body_bytes, arena_bytes;
	bool chunks, at_once;
};

/* What a server needs to know. */
struct http_config {
	const char *address; /* "127.0.0.1:80", "[::1]:0", "unix:PATH": kept */
	bool joins;          /* shares the listener of another loop there */
	unsigned connections_max;    /* then the one that waits longest goes */
	unsigned connections_per_ip; /* 0: no limit */
	unsigned idle_s;             /* without a byte */
	/* from the connection, or a later request's first line, to the end of
	 * its headers; from the connection, or the answer before, to the whole
	 * request, and again from the answer until it has been taken */
	unsigned head_s, request_s;
	size_t arena_pooled; /* arenas up to this size are kept for reuse */
	/* of all bodies that are not whole, and of all answers not taken:
	 * beyond that, the oldest is cut */
	size_t held_bytes;
	void (*handle)(struct http_request *r);
	/* body.n is as declared, SIZE_MAX in chunks; there is no arena */
	struct http_budget (*budget)(const struct http_request *r);
	/* an answer the server has to give by itself, such as 400 or 413;
	 * `r` may have an arena of no bytes */
	void (*refuse)(struct http_request *r, unsigned status,
	    const char *detail, struct http_response *out);
	/* may be NULL: told of every answer, refusals too */
	void (*answered)(const struct http_request *r, unsigned status);
	void *context;
};

struct http;

/* Listens on `loop`'s thread from its next turn on; NULL and `e`, also when
 * somebody else listens there. */
struct http *http_open(
    const struct http_config *c, struct loop *loop, struct err *e);

/* The port that is really bound, for address …:0. */
unsigned http_port(const struct http *h);

/* The value of a request header without the blanks around it, name in any
 * case; p NULL: not there, or the client left. Lives until the handler ends. */
struct span http_header(const struct http_request *r, const char *name);

/* All of that name, in order, likewise: how many; up to `most` are in `out`. */
size_t http_headers(const struct http_request *r, const char *name,
    struct span *out, size_t most);

/* Adds to the answer, unless that names it; `value` must last until then. */
void http_add_header(
    struct http_request *r, const char *name, const char *value);

/* Answers `r`, exactly once, on the loop's thread. Adds X-Request-Id and,
 * where `a` does not say otherwise, Cache-Control: no-store. */
void http_answer(struct http_request *r, const struct http_response *a);

/* Whether the client left before its answer; on the loop's thread. */
bool http_gone(const struct http_request *r);

/*
 * Stops accepting, after what the kernel has queued; answers from now on
 * close their connection. Not from within a handler. Clients may take
 * `patience_ms` to send what they began and to take their answers.
 */
void http_drain(struct http *h, int64_t patience_ms);

/* Whether nothing is in flight any more, nor ever will be; any thread. */
bool http_drained(const struct http *h);

/* Requests between handler and answer, open connections, and how many were
 * cut so far, for being too slow or to make room; from any thread. */
unsigned http_in_flight(const struct http *h);
unsigned http_connections(const struct http *h);
uint64_t http_cut(const struct http *h);

/* Nothing may be in flight; harmless on NULL. */
void http_close(struct http *h);

#endif
