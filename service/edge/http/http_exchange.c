#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "../process/secrets.h"
#include "http_address.h"
#include "http_private.h"

enum { LOOKS_MAX = 8 /* for an answer */ };

/*
 * Nobody asks the library for arguments. It would take memory for each, of
 * what a connection has, and where some hundred `&` used that up it would not
 * answer at all. It goes on with the very bytes that it shows us, where it cuts
 * in place: to it, what we have copied ends with the mark.
 */
static void
hide_arguments(const struct http *h, struct span target)
{
	char *mark = memchr(target.p, '?', target.n);

	if (h->gaps && mark != NULL)
		mark[1] = '\0';
}

void *
http_exchange_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct http *h = cls;
	struct http_connection *c =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
	struct span target = span_of_any(uri);

	if (c == NULL)
		return NULL;
	/* the library decodes its own copy in place: keep what was sent */
	http_gate_begin(&c->gate, target, h->gaps);
	c->target_bytes = target.n;
	memcpy(c->target, target.p,
	    target.n < HTTP_TARGET_MAX ? target.n : HTTP_TARGET_MAX);
	hide_arguments(h, target);
	if (!deadline_runs(&c->head_clock))
		deadline_start(&h->heads, &c->head_clock, clock_monotonic_ms());
	c->stage = HTTP_HEAD;
	return c;
}

static enum http_method
method_of(const char *name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
	    {"POST", HTTP_POST},
	    {"GET", HTTP_GET},
	    {"HEAD", HTTP_GET},
	    {"PATCH", HTTP_PATCH},
	    {"DELETE", HTTP_DELETE},
	};
	size_t i;

	for (i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (strcmp(name, methods[i].name) == 0)
			return methods[i].method;
	return HTTP_OTHER;
}

static struct http_peer
peer_of(struct MHD_Connection *mhd)
{
	const struct sockaddr *a =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
		->client_addr;
	struct http_peer p = {.local = a->sa_family == AF_UNIX};

	http_address_ip(a, &p.address);
	return p;
}

/*
 * All of the request but its body and its arena: until there is one, to say no
 * is written over the target, which nobody needs any more then.
 */
static void
fill_request(struct http_connection *c, const char *method)
{
	struct http_request *r = &c->request;
	struct span target = {c->target, c->target_bytes};
	const char *mark;

	memset(r, 0, sizeof *r);
	if (target.n > HTTP_TARGET_MAX)
		target.n = HTTP_TARGET_MAX;
	mark = target.n == 0 ? NULL : memchr(target.p, '?', target.n);
	r->method = method_of(method);
	r->path = target;
	if (mark != NULL) {
		r->path.n = (size_t)(mark - target.p);
		r->query.p = mark + 1;
		r->query.n = target.n - r->path.n - 1;
	}
	secrets_ulid(clock_unix_ms(), c->id);
	r->id = (struct span){c->id, HTTP_REQUEST_ID_BYTES};
	r->context = c->http->config.context;
	r->peer = peer_of(c->mhd);
	arena_init(&r->refusal, c->target, sizeof c->target);
}

static enum MHD_Result
gate_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	(void)kind;
	http_gate_header(
	    cls, (struct span){name, name_n}, (struct span){value, value_n});
	return MHD_YES;
}

static void
pass_gate(struct http_connection *c, const char *method, const char *version)
{
	struct http_gate *g = &c->gate;
	size_t head_bytes = MHD_get_connection_info(
	    c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
				->header_size;

	http_gate_line(g, span_of(method), span_of(version));
	MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, gate_header, g);
	http_gate_end(g, method + head_bytes,
	    c->request.method == HTTP_POST || c->request.method == HTTP_PATCH);
}

static void
prepare(
    struct http_connection *c, const struct http_response *a, bool close_after)
{
	const struct http *h = c->http;

	/* what the library takes for the end of chunks, a proxy may not */
	c->response = http_response_make(c, a, close_after || c->gate.chunked);
	c->status = a->status;
	c->stage = HTTP_ANSWERED;
	if (h->config.answered != NULL)
		h->config.answered(&c->request, a->status);
}

/* Until it has been taken, it has the arena, unless it has nothing of it. */
static void
hold_answer(struct http_connection *c)
{
	struct http *h = c->http;
	size_t used = c->request.arena.used;

	c->stage = HTTP_SENDING;
	if (c->apart)
		blocks_give(&h->blocks, &c->request.arena);
	else
		c->held = used > BLOCKS_RESIDENT ? used : BLOCKS_RESIDENT;
	h->untaken += c->held;
	deadline_start(&h->answers, &c->request_clock, clock_monotonic_ms());
}

/*
 * Hands the answer to the library; MHD_NO closes the connection. The library
 * may end the exchange before it returns, as when the connection timed out
 * while this process was stopped: so all is as it will be by then.
 */
static enum MHD_Result
send_answer(struct http_connection *c)
{
	struct MHD_Response *response = c->response;
	enum MHD_Result result = MHD_NO;

	c->http->moved = true;
	c->response = NULL;
	if (c->stream != NULL) {
		/* the library sees to clients that do not read */
		c->stage = HTTP_STREAMING;
		c->http->streaming++;
		deadline_start(
		    &c->http->streams, &c->request_clock, clock_monotonic_ms());
		blocks_give(&c->http->blocks, &c->request.arena);
	} else {
		hold_answer(c);
	}
	if (response != NULL) {
		result = MHD_queue_response(c->mhd, c->status, response);
		MHD_destroy_response(response);
	}
	return result;
}

/*
 * Answers by ourselves. Before the body is there this makes the library
 * drop it, and what follows it, and close.
 */
static enum MHD_Result
refuse(struct http_connection *c, unsigned status, const char *detail)
{
	struct http_response a = {.status = status};

	c->request.start_us = clock_monotonic_us();
	c->unread = c->gate.length > 0 || c->gate.chunked;
	c->http->config.refuse(&c->request, status, detail, &a);
	prepare(c, &a, true);
	return send_answer(c);
}

/* Whether the body can be read: 0, or the status to refuse it with. */
static unsigned
misfit(const struct http_connection *c, const struct http_budget *budget)
{
	const struct http_gate *g = &c->gate;

	if (g->chunked && !budget->chunks)
		return 411;
	return g->length > budget->body_bytes ? 413 : 0;
}

static enum MHD_Result
collect(struct http_connection *c, const char *data, size_t *n)
{
	if (!http_body_add(c, data, *n))
		return MHD_NO;
	*n = 0;
	return MHD_YES;
}

/* The last call: the request is whole; or the first, and that is enough. */
static enum MHD_Result
handle(struct http_connection *c)
{
	unsigned status = http_body_end(c);

	if (status != 0)
		return refuse(c, status,
		    status == 413 ? "the body is too large"
				  : "no memory for the request");
	deadline_stop(&c->request_clock);
	c->request.start_us = clock_monotonic_us();
	c->stage = HTTP_HANDLING;
	c->http->in_flight++;
	c->http->config.handle(&c->request);
	if (c->stage == HTTP_ANSWERED)
		return send_answer(c);
	c->pause = HTTP_LOOKING;
	c->looks = 0;
	c->http->looked_at++;
	return MHD_YES;
}

/* The first call: the headers are there, the body is not. */
static enum MHD_Result
begin(struct http_connection *c, const char *method, const char *version)
{
	struct http_request *r = &c->request;
	struct http *h = c->http;
	unsigned status;

	deadline_stop(&c->head_clock);
	fill_request(c, method);
	c->heads_only = strcmp(method, "HEAD") == 0;
	pass_gate(c, method, version);
	if (h->drained)
		return refuse(c, 503, "the service ends");
	if (c->target_bytes > HTTP_TARGET_MAX)
		return refuse(c, 414, "the target is too long");
	if (c->gate.status != 0)
		return refuse(c, c->gate.status, c->gate.detail);
	r->body.n = c->gate.chunked ? SIZE_MAX : c->gate.length;
	c->budget = h->config.budget(r);
	status = misfit(c, &c->budget);
	if (status != 0)
		return refuse(c, status,
		    status == 411 ? "a body needs a Content-Length"
				  : "the body is too large");
	c->received = 0;
	c->excess = 0;
	c->unread = c->budget.at_once && r->body.n > 0;
	if (c->unread)
		return handle(c);
	c->stage = HTTP_BODY;
	return MHD_YES;
}

/*
 * The library asks for the answer, as it does with every run until it is told
 * not to. For one that comes soon, as when only Redis is waited for, that
 * costs less than to have the socket leave its epoll, come back, and be read
 * in vain.
 */
static enum MHD_Result
look(struct http_connection *c)
{
	if (++c->looks < LOOKS_MAX)
		return MHD_YES;
	c->pause = HTTP_SUSPENDED;
	c->http->looked_at--;
	MHD_suspend_connection(c->mhd);
	return MHD_YES;
}

void
http_exchange_end(struct http_connection *c)
{
	if (c->response != NULL) /* the client left before it was queued */
		MHD_destroy_response(c->response);
	c->response = NULL;
	if (c->stage == HTTP_STREAMING && deadline_runs(&c->request_clock))
		c->http->streaming--;
	http_stream_close(c);
	http_held_leave(c);
	blocks_give(&c->http->blocks, &c->request.arena);
	c->stage = HTTP_IDLE;
}

/*
 * The library closed the connection while its request was handled. Who is to
 * answer does not know, and has all of the request until he does.
 */
static void
leave(struct http_connection *c)
{
	c->pause = HTTP_LEFT;
	c->http->looked_at--;
	c->mhd = NULL;
}

/* The answer to nobody: the connection was closed. */
static void
drop_answer(struct http_connection *c)
{
	c->pause = HTTP_RUNNING;
	http_exchange_end(c);
	if (c->fd < 0)
		http_connection_free(c);
}

void
http_answer(struct http_request *r, const struct http_response *a)
{
	struct http_connection *c = (struct http_connection *)r;

	if (r->answered != NULL)
		r->answered(r->answered_arg);
	prepare(c, a, c->http->draining || c->unread);
	c->http->in_flight--;
	switch (c->pause) {
	case HTTP_RUNNING: /* still in the handler */
		break;
	case HTTP_LOOKING:
		c->pause = HTTP_RUNNING;
		c->http->looked_at--;
		if (c->response != NULL)
			send_answer(c); /* else it is asked for once more */
		break;
	case HTTP_SUSPENDED:
		c->pause = HTTP_RUNNING;
		MHD_resume_connection(c->mhd);
		break;
	case HTTP_LEFT:
		drop_answer(c);
		break;
	}
}

enum MHD_Result
http_exchange_step(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **con_cls)
{
	struct http_connection *c = *con_cls;

	(void)cls;
	(void)mhd;
	(void)url;
	if (c == NULL)
		return MHD_NO;
	switch (c->stage) {
	case HTTP_HEAD:
		return begin(c, method, version);
	case HTTP_BODY:
		return *n > 0 ? collect(c, data, n) : handle(c);
	case HTTP_HANDLING:
		return look(c);
	case HTTP_ANSWERED:
		return send_answer(c);
	default:
		return MHD_NO;
	}
}

/* Else the kernel keeps what nobody takes, long after us. */
static void
drop_unsent(const struct http_connection *c)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

void
http_exchange_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
    enum MHD_RequestTerminationCode code)
{
	struct http *h = cls;
	struct http_connection *c = *con_cls;

	(void)mhd;
	if (c == NULL)
		return;
	if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK &&
	    c->stage >= HTTP_SENDING)
		drop_unsent(c);
	if (c->stage == HTTP_HANDLING) {
		leave(c);
		return;
	}
	http_exchange_end(c);
	deadline_start(&h->requests, &c->request_clock, clock_monotonic_ms());
}

struct span
http_header(const struct http_request *r, const char *name)
{
	const struct http_connection *c = (const struct http_connection *)r;
	struct span value = {NULL, 0};

	MHD_lookup_connection_value_n(
	    c->mhd, MHD_HEADER_KIND, name, strlen(name), &value.p, &value.n);
	return span_trim(value); /* the library leaves those behind it */
}

/* The headers of one name, while they are looked for. */
struct header_search {
	struct span name, *out;
	size_t n, most;
};

static enum MHD_Result
search_header(void *cls, enum MHD_ValueKind kind, const char *name,
    size_t name_n, const char *value, size_t value_n)
{
	struct header_search *s = cls;

	(void)kind;
	if (name_n != s->name.n || strncasecmp(name, s->name.p, name_n) != 0)
		return MHD_YES;
	if (s->n < s->most)
		s->out[s->n] = span_trim((struct span){value, value_n});
	s->n++;
	return MHD_YES;
}

size_t
http_headers(const struct http_request *r, const char *name, struct span *out,
    size_t most)
{
	const struct http_connection *c = (const struct http_connection *)r;
	struct header_search s = {span_of(name), out, 0, most};

	MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, search_header, &s);
	return s.n;
}

bool
http_gone(const struct http_request *r)
{
	const struct http_connection *c = (const struct http_connection *)r;
	char byte;
	ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}
