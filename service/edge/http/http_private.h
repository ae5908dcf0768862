/*
 * What http.c (the daemon), http_connection.c (its connections),
 * http_exchange.c (one request on one of them), http_body.c (its body) and
 * http_response.c (its answer) share. Nobody else includes this.
 */
#ifndef EDGE_HTTP_PRIVATE_H
#define EDGE_HTTP_PRIVATE_H

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "../process/blocks.h"
#include "../process/deadlines.h"
#include "http.h"
#include "http_gate.h"
#include "http_linger.h"
#include "http_stream.h"

enum {
	HTTP_TARGET_MAX = 2048,
	/* connections beyond the limit, while older ones make room for them */
	HTTP_CONNECTIONS_SPARE = 64,
};

/* What a connection is doing; in this order, then from the start again. */
enum http_stage {
	HTTP_IDLE,     /* no request line yet */
	HTTP_HEAD,     /* request line seen, headers to come */
	HTTP_BODY,     /* past the gate, collecting */
	HTTP_HANDLING, /* in the handler, or it will answer later */
	HTTP_ANSWERED, /* response made, not yet queued */
	HTTP_SENDING,
	HTTP_STREAMING, /* or this, when the answer has no end */
};

/* How the library takes it that a request has no answer yet. */
enum http_pause {
	HTTP_RUNNING,   /* it waits for nothing, or for the handler */
	HTTP_LOOKING,   /* with each run it looks whether there is one */
	HTTP_SUSPENDED, /* it was told to let the connection be */
	HTTP_LEFT,      /* not at all: it closed the connection */
};

/*
 * A connection and its request, of which there is at most one at a time. A
 * slot of http.slots, taken when the connection starts.
 */
struct http_connection {
	struct http_request request; /* first: what handlers hold */
	struct http *http;
	struct MHD_Connection *mhd; /* NULL: HTTP_LEFT */
	int fd;                     /* -1: closed */
	struct loop_source first;   /* fd -1: the first byte was seen */
	enum http_stage stage;
	enum http_pause pause; /* of HTTP_HANDLING or HTTP_STREAMING */
	unsigned looks;        /* so far, HTTP_LOOKING */
	bool unread;           /* refused before the body was there */
	bool apart;            /* its answer has nothing of the arena */
	bool heads_only;       /* HEAD: the answer has no body */
	/* until the head is there; from the first line on, if it is not the
	 * connection's first request */
	struct deadline head_clock;
	struct deadline request_clock; /* stopped while HTTP_HANDLING */
	struct http_gate gate;         /* from HTTP_HEAD on */
	struct http_budget budget;     /* from HTTP_BODY on */
	size_t received, excess; /* bytes of body; without room for them */
	struct deadline coming;  /* while only some of the body is there */
	size_t held;             /* of http.held so long, later of untaken */
	struct MHD_Response *response; /* only while HTTP_ANSWERED */
	struct http_stream *stream;    /* what to answer with, or NULL */
	unsigned status;
	struct http_connection *next_free;
	char id[HTTP_REQUEST_ID_BYTES + 1];
	size_t target_bytes; /* may be more than were copied */
	char target[HTTP_TARGET_MAX];
};

struct http {
	struct http_config config;
	struct loop *loop;
	struct MHD_Daemon *daemon;
	const char *local_path; /* of config.address; NULL: none */
	struct loop_source source;
	struct loop_idle idle;
	struct deadlines heads, requests, answers;
	struct deadlines coming, streams; /* by when they began; no clocks */
	size_t held, untaken; /* memory of bodies that come, of answers */
	struct blocks blocks;
	struct http_lingers lingers;
	/* connections_max and the spare; memory for those used so far only */
	struct http_connection *slots;
	unsigned slots_used;
	struct http_connection *free_slots; /* of those */
	unsigned looked_at, streaming;      /* HTTP_LOOKING; of streams */
	bool moved; /* this run did what another may have to go on with */
	/* counted by the loop, read by any thread */
	atomic_uint connections, in_flight;
	_Atomic uint64_t cut;
	bool draining;
	int64_t busy_ms, patient_until_ms; /* draining: last busy; monotonic */
	atomic_bool drained;               /* nothing begins any more */
	bool gaps; /* the library cuts requests in place, see http_gate.h */
};

/* libmicrohttpd's callback for connections; `cls` is the struct http. */
void http_connection_notify(void *cls, struct MHD_Connection *mhd,
    void **socket_context, enum MHD_ConnectionNotificationCode code);

/* Cuts connections that were too slow; how long until the next one is. */
void http_connections_cut(struct http *h, int64_t now_ms);
int http_connections_wait(const struct http *h, int64_t now_ms);

/* Ends a connection: the library notices, and closes it. */
void http_connection_cut(struct http_connection *c);

/* Gives a slot back that neither the library nor a request has any more. */
void http_connection_free(struct http_connection *c);

/* Takes the next bytes of a body, and cuts the oldest that are not whole if
 * they are too much together; false: this one too, or too much came of it. */
bool http_body_add(struct http_connection *c, const char *data, size_t n);
/* It is whole, or none is wanted: 0, or the status to refuse with. */
unsigned http_body_end(struct http_connection *c);
/* Nothing is waited for any more that `held` counts. */
void http_held_leave(struct http_connection *c);

/* Gives all back that an exchange had; what still comes of it is refused. */
void http_exchange_end(struct http_connection *c);

/* libmicrohttpd's callbacks for a request; `cls` is the struct http. */
void *http_exchange_target(
    void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result http_exchange_step(void *cls, struct MHD_Connection *mhd,
    const char *url, const char *method, const char *version, const char *data,
    size_t *n, void **con_cls);
void http_exchange_completed(void *cls, struct MHD_Connection *mhd,
    void **con_cls, enum MHD_RequestTerminationCode code);

/* The library's form of an answer; NULL when there is no memory for it. */
struct MHD_Response *http_response_make(
    struct http_connection *c, const struct http_response *a, bool close_after);

/* libmicrohttpd's callback for more of a stream; `cls` is the connection. */
ssize_t http_stream_read(void *cls, uint64_t at, char *out, size_t room);

/* The exchange is over: tells the stream, if there is one. */
void http_stream_close(struct http_connection *c);

#endif
