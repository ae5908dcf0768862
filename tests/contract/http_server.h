/*
 * A server on a loop in a thread of its own, for the tests of http: it tells
 * what it was asked, at once or later. And a client that sends raw bytes.
 *
 *   /echo    answered in the handler
 *   /from    likewise: the peer, and every X-Token
 *   /posted  answered by a message that the loop sends itself
 *   /stopped likewise, which takes STUCK_MS, as when the process is stopped
 *   /later   answered by a message from another thread, after LATER_MS
 *   /stuck   likewise, after the handler held the loop up for STUCK_MS
 *   /nowhere answered without its body
 */
#ifndef CONTRACT_HTTP_SERVER_H
#define CONTRACT_HTTP_SERVER_H

#include <pthread.h>
#include <stdbool.h>

#include "../../service/edge/http/http.h"
#include "../../service/edge/process/loop.h"

enum {
	BODY_LIMIT = 64 * 1024,
	BATCH_LIMIT = 2 * 1024 * 1024, /* of /batch */
	HELD_LIMIT = 1024 * 1024,      /* not whole, or not taken */
	LATER_MS = 30,
	STUCK_MS = 1500,
	LOOKS = 6000, /* 10 ms or more each: only a fault takes so many */
	REPLY_BYTES = 4096,
};

struct server {
	struct loop *loop;
	struct http *http;
	unsigned port;
	pthread_t thread;
	unsigned answered; /* by the loop's thread */
	/* as of the last server_look */
	unsigned in_flight, connections;
	uint64_t cut;
};

/* What a client got; NUL-terminated, with status 0 for none at all. */
struct reply {
	unsigned status;
	char head[REPLY_BYTES];
	char body[REPLY_BYTES]; /* the first bytes of it */
	size_t body_n;          /* all of it */
};

/* What a group of tests needs before its first server: 0 or -1. */
int server_set_up(void **state);

/* The configuration that tests start from. */
struct http_config server_config(void);

void server_start(struct server *s, const struct http_config *c);
void server_stop(struct server *s);

/* Runs `http_drain` on the loop's thread; returns when it has. */
void server_drain(struct server *s);

/* Refreshes what the server says of itself. */
void server_look(struct server *s);

/* Waits until it has neither connections nor requests. */
void server_wait_for_nobody(struct server *s);

int client_open(const struct server *s);
void client_send(int fd, const void *bytes, size_t n);
void client_say(int fd, const char *text);

/* Reads one reply; `head_only`: none to a HEAD has a body. */
struct reply client_read(int fd, bool head_only);

/* The reply to one request on a connection of its own. */
struct reply client_ask(const struct server *s, const char *request);

/* Whether the other side closed, within the client's time limit. */
bool client_closed(int fd);

#endif
