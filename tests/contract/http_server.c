#include "http_server.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../service/edge/process/secrets.h"

enum { CLIENT_WAIT_S = 5 };

struct later {
	struct loop_post post;
	struct loop *loop;
	struct http_request *request;
};

static void
tell(struct http_request *r)
{
	static const char *const methods[] = {
	    "GET", "POST", "PATCH", "DELETE", "OTHER"};
	struct span token = http_header(r, "x-token");
	char *body = arena_alloc(&r->arena, r->body.n + r->path.n + 4096);
	struct http_response a = {.status = 200, .content_type = "text/plain"};
	int n;

	assert_non_null(body);
	n = snprintf(body, r->path.n + 4096, "%s %.*s ?%.*s %.*s ",
	    methods[r->method], (int)r->path.n, r->path.p, (int)r->query.n,
	    r->query.p, (int)token.n, token.p == NULL ? "" : token.p);
	memcpy(body + n, r->body.p, r->body.n);
	a.body = (struct span){body, (size_t)n + r->body.n};
	a.headers[0] = (struct http_header){"X-Echo", "yes"};
	http_answer(r, &a);
}

enum { TOKENS_MAX = 2 };

/* "127.0.0.1 3: a|b|", with a header that is added and one that is not. */
static void
tell_origin(struct http_request *r)
{
	struct span tokens[TOKENS_MAX];
	size_t n = http_headers(r, "x-TOKEN", tokens, TOKENS_MAX);
	const unsigned char *ip = r->peer.address.bytes + 12;
	char *body = arena_alloc(&r->arena, 512);
	struct http_response a = {.status = 200, .content_type = "text/plain"};
	int at;

	assert_non_null(body);
	assert_true(address_is_v4(&r->peer.address) && !r->peer.local);
	at = snprintf(
	    body, 512, "%u.%u.%u.%u %zu: ", ip[0], ip[1], ip[2], ip[3], n);
	for (size_t i = 0; i < n && i < TOKENS_MAX; i++)
		at += snprintf(body + at, 512 - (size_t)at, "%.*s|",
		    (int)tokens[i].n, tokens[i].p);
	a.body = (struct span){body, (size_t)at};
	a.headers[0] = (struct http_header){"X-Echo", "yes"};
	http_add_header(r, "X-Added", "one");
	http_add_header(r, "X-Added", "two");
	http_add_header(r, "x-echo", "no");
	http_answer(r, &a);
}

static void
answer_now(struct loop_post *p)
{
	tell(((struct later *)p)->request);
}

static void
answer_after_stop(struct loop_post *p)
{
	usleep(STUCK_MS * 1000);
	answer_now(p);
}

static void *
sleep_and_send(void *arg)
{
	struct later *l = arg;

	usleep(LATER_MS * 1000);
	loop_send(l->loop, &l->post);
	return NULL;
}

static bool
path_is(const struct http_request *r, const char *path)
{
	return span_equal(r->path, span_of(path));
}

static void
handle(struct http_request *r)
{
	struct server *s = r->context;
	struct later *l = arena_alloc(&r->arena, sizeof *l);
	pthread_t thread;

	assert_non_null(l);
	*l = (struct later){{answer_now, NULL}, s->loop, r};
	if (path_is(r, "/from")) {
		tell_origin(r);
	} else if (path_is(r, "/posted")) {
		loop_send(s->loop, &l->post);
	} else if (path_is(r, "/stopped")) {
		l->post.deliver = answer_after_stop;
		loop_send(s->loop, &l->post);
	} else if (path_is(r, "/later") || path_is(r, "/stuck")) {
		if (path_is(r, "/stuck"))
			usleep(STUCK_MS * 1000);
		assert_int_equal(
		    pthread_create(&thread, NULL, sleep_and_send, l), 0);
		pthread_detach(thread);
	} else {
		tell(r);
	}
}

static size_t
arena_bytes(size_t limit)
{
	return 2 * limit + 16384;
}

static struct http_budget
budget(const struct http_request *r)
{
	size_t body = path_is(r, "/batch") ? BATCH_LIMIT : BODY_LIMIT;

	if (r->method == HTTP_GET)
		body = 0;
	return (struct http_budget){
	    body, arena_bytes(body), body > 0, path_is(r, "/nowhere")};
}

static void
refuse(struct http_request *r, unsigned status, const char *detail,
    struct http_response *out)
{
	(void)r;
	out->status = status;
	out->content_type = "text/plain";
	out->body = span_of(detail);
}

static void
answered(const struct http_request *r, unsigned status)
{
	struct server *s = r->context;

	assert_in_range(status, 200, 599);
	s->answered++;
}

int
server_set_up(void **state)
{
	struct rlimit files = {4096, 4096};
	struct err e;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &files);
	return secrets_init(&e);
}

struct http_config
server_config(void)
{
	return (struct http_config){
	    .address = "127.0.0.1:0",
	    .connections_max = 1000,
	    .idle_s = 10,
	    .head_s = 10,
	    .request_s = 10,
	    .arena_pooled = arena_bytes(BODY_LIMIT),
	    .held_bytes = HELD_LIMIT,
	    .handle = handle,
	    .budget = budget,
	    .refuse = refuse,
	    .answered = answered,
	};
}

static void *
run(void *loop)
{
	loop_run(loop);
	return NULL;
}

void
server_start(struct server *s, const struct http_config *c)
{
	struct http_config with_context = *c;
	struct err e = {0};

	*s = (struct server){0};
	s->loop = loop_open(&e);
	assert_non_null(s->loop);
	with_context.context = s;
	s->http = http_open(&with_context, s->loop, &e);
	if (s->http == NULL)
		fail_msg("%s", e.text);
	s->port = http_port(s->http);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s->loop), 0);
}

void
server_stop(struct server *s)
{
	loop_stop(s->loop);
	pthread_join(s->thread, NULL);
	http_close(s->http);
	loop_close(s->loop);
}

/* A call on the loop's thread that the caller waits for. */
struct call {
	struct loop_post post;
	struct server *server;
	void (*run)(struct server *s);
	int done[2]; /* a pipe */
};

static void
run_call(struct loop_post *p)
{
	struct call *c = (struct call *)p;

	c->run(c->server);
	assert_int_equal(write(c->done[1], "x", 1), 1);
}

static void
call(struct server *s, void (*what)(struct server *s))
{
	struct call c = {{run_call, NULL}, s, what, {-1, -1}};
	char byte;

	assert_int_equal(pipe(c.done), 0);
	loop_send(s->loop, &c.post);
	assert_int_equal(read(c.done[0], &byte, 1), 1);
	close(c.done[0]);
	close(c.done[1]);
}

static void
drain(struct server *s)
{
	http_drain(s->http, 1000);
}

static void
look(struct server *s)
{
	s->in_flight = http_in_flight(s->http);
	s->connections = http_connections(s->http);
	s->cut = http_cut(s->http);
}

void
server_drain(struct server *s)
{
	call(s, drain);
}

void
server_look(struct server *s)
{
	call(s, look);
}

void
server_wait_for_nobody(struct server *s)
{
	int n;

	server_look(s);
	for (n = 0; n < LOOKS && s->connections + s->in_flight > 0; n++) {
		usleep(10000);
		server_look(s);
	}
	assert_int_equal(s->connections, 0);
	assert_int_equal(s->in_flight, 0);
}

int
client_open(const struct server *s)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)s->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval wait = {.tv_sec = CLIENT_WAIT_S};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

void
client_send(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	ssize_t sent;

	while (n > 0) {
		sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* refused meanwhile: the reply tells */
		p += sent;
		n -= (size_t)sent;
	}
}

void
client_say(int fd, const char *text)
{
	client_send(fd, text, strlen(text));
}

/* Reads byte by byte, so that nothing of the next reply is taken. */
static bool
read_head(int fd, struct reply *r)
{
	size_t n = 0;

	while (n < sizeof r->head - 1 && recv(fd, r->head + n, 1, 0) == 1) {
		r->head[++n] = '\0';
		if (n >= 4 && memcmp(r->head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

static void
read_body(int fd, struct reply *r, size_t n)
{
	char piece[16384];
	ssize_t got;
	size_t keep;

	while (r->body_n < n) {
		got = recv(fd, piece,
		    n - r->body_n < sizeof piece ? n - r->body_n : sizeof piece,
		    0);
		assert_true(got > 0);
		keep = r->body_n < sizeof r->body - 1
			   ? sizeof r->body - 1 - r->body_n
			   : 0;
		keep = keep < (size_t)got ? keep : (size_t)got;
		memcpy(r->body + r->body_n, piece, keep);
		r->body_n += (size_t)got;
	}
}

struct reply
client_read(int fd, bool head_only)
{
	struct reply r = {0};
	const char *length;

	if (!read_head(fd, &r))
		return (struct reply){0};
	if (sscanf(r.head, "HTTP/1.1 %u ", &r.status) != 1)
		fail_msg("no status line: %s", r.head);
	length = strstr(r.head, "\r\nContent-Length: ");
	if (length != NULL && !head_only)
		read_body(fd, &r, strtoul(length + 18, NULL, 10));
	return r;
}

struct reply
client_ask(const struct server *s, const char *request)
{
	int fd = client_open(s);
	struct reply r;

	assert_int_not_equal(fd, -1);
	client_say(fd, request);
	r = client_read(fd, strncmp(request, "HEAD", 4) == 0);
	close(fd);
	return r;
}

bool
client_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, 0) == 0;
}
