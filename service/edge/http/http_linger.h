/*
 * Connections whose request was refused before its body was there: a socket
 * closed with unread bytes is reset, and the reset may overtake the answer.
 * So the body is read and forgotten for a while, bounded in time, bytes and
 * number, until the client has read the answer and closes.
 */
#ifndef EDGE_HTTP_LINGER_H
#define EDGE_HTTP_LINGER_H

#include "../process/deadlines.h"
#include "../process/loop.h"

enum { HTTP_LINGERS_MAX = 64 };

struct http_lingers {
	struct loop *loop;
	struct deadlines deadlines;
	struct http_linger {
		struct http_lingers *all;
		struct loop_source source; /* fd < 0: free */
		struct deadline deadline;
		size_t received;
	} slots[HTTP_LINGERS_MAX];
};

void http_lingers_init(struct http_lingers *l, struct loop *loop);

/*
 * Goes on reading from the socket of `fd`, whose owner may close it now.
 * When there is no room the socket just closes with it.
 */
void http_linger(struct http_lingers *l, int fd);

/* Closes what took too long; as deadlines_wait. Every turn. */
int http_lingers_turn(struct http_lingers *l, int64_t now_ms);

/* Closes all. */
void http_lingers_close(struct http_lingers *l);

#endif
