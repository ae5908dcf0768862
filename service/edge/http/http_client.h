/*
 * Requests to other servers: the one door to libcurl. A group of orders is
 * performed at once and comes back when each is answered or has failed, or
 * orders come and go while others are under way. Goes where it is sent and
 * nowhere else: no redirects, no proxies, no cookies, no passwords from files,
 * and to no address that the order's guard refuses.
 */
#ifndef EDGE_HTTP_CLIENT_H
#define EDGE_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/address.h"
#include "../../core/span.h"
#include "../process/err.h"

/* What holds for every order. */
struct http_client {
	const char *agent;   /* User-Agent */
	const char *ca_file; /* trusted beside the system's; NULL: none */
	int64_t connect_ms, whole_ms;
};

/* A request and what became of it. Texts are NUL-terminated. */
struct http_order {
	const char *method; /* "POST", "GET", …; not HEAD */
	const char *url;    /* http:// or https:// */
	const char *socket; /* the Unix socket to ask instead; NULL: none */
	const char *const *headers; /* "Name: value", up to NULL; or NULL */
	struct span body;           /* p NULL: none */
	/* sees each address right before it is connected to, whatever names
	 * have led there; NULL: any will do */
	bool (*allows)(void *arg, const struct address *to);
	void *arg;
	char *answer; /* where the body of the answer goes */
	size_t answer_room;
	/* out */
	size_t answer_n; /* <= answer_room */
	bool answer_cut; /* there was more of it */
	unsigned status; /* 0: no answer, and `err` says why */
	int64_t retry_s; /* what Retry-After says; 0: nothing */
	int64_t took_ms;
	struct err err; /* ERR_INPUT: such a request is never sent */
};

/*
 * Performs the `n` orders at once, and returns when all are over: whole_ms
 * later at most. From any thread. The first time libcurl is loaded and starts
 * its libraries, which takes 5 MB of memory.
 */
void http_client_perform(
    const struct http_client *c, struct http_order *orders, size_t n);

/* Orders that one thread has under way. */
struct http_calls {
	const struct http_client *client;
	void *multi;               /* libcurl's; NULL before the first order */
	struct http_flight *first; /* NULL: none is under way */
};

/* There are none yet; `c` must live as long. */
void http_calls_init(struct http_calls *s, const struct http_client *c);

/*
 * Begins an order, which stays where it is until it is over: 0, or -1: that
 * it is already, and o->err says why.
 */
int http_calls_add(struct http_calls *s, struct http_order *o);

/*
 * Lets them go on until something happened, for `ms` at most. 0, or -1: all
 * are to be cut short.
 */
int http_calls_wait(struct http_calls *s, int ms);

/* One that is over by now; NULL: none is. */
struct http_order *http_calls_over(struct http_calls *s);

/* Cuts short those that are under way, as their o->err says then. */
void http_calls_release(struct http_calls *s);

/* When nobody performs any more; harmless if nobody did. */
void http_client_end(void);

#endif
