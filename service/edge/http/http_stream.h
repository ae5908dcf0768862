/*
 * Answers without an end, such as server-sent events: who answers is asked
 * for more whenever the client has taken what there was. A stream that has
 * nothing to say costs no time, only its connection.
 */
#ifndef EDGE_HTTP_STREAM_H
#define EDGE_HTTP_STREAM_H

#include <sys/types.h>

#include "http.h"

/* Embedded in its owner, and http's from http_stream_answer to `closed`. */
struct http_stream {
	/* Writes at most `room` bytes: how many; 0: nothing until the next
	 * http_stream_wake; -1: the end. */
	ssize_t (*read)(struct http_stream *s, char *out, size_t room);
	/* The client left, or took the end. May free the stream. */
	void (*closed)(struct http_stream *s);
	struct http_connection *connection; /* http's */
};

/*
 * Answers `r` with `head`, whose body is not used, and then with what `s`
 * reads. The arena of `r` is gone after this. All on the loop's thread.
 * Streams end when the server drains. Who left while there was nothing to
 * say is noticed only when there is: say something now and then. If the
 * client left before this, `closed` is called from within.
 */
void http_stream_answer(struct http_request *r,
    const struct http_response *head, struct http_stream *s);

/* Whether the client left, which is asked for and not waited for. */
bool http_stream_left(const struct http_stream *s);

/* There is something to read; harmless when that is known already. */
void http_stream_wake(struct http_stream *s);

#endif
