/* The server end to end over raw sockets: requests, answers, draining. */
#include "../../service/edge/http/http.h"
#include "http_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HOST "Host: x\r\n"

static void
the_handler_gets_the_request_as_sent(void **state)
{
	static const struct {
		const char *request, *told;
	} cases[] = {
	    {"GET /a%20b?c=%31&d=+#e HTTP/1.1\r\n" HOST "\r\n",
		"GET /a%20b ?c=%31&d=+#e  "},
	    {"POST /echo? HTTP/1.1\r\n" HOST
	     "X-Token:  t \r\nContent-Length: 3\r\n\r\nabc",
		"POST /echo ? t abc"},
	    {"PATCH / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
		"PATCH / ?  "},
	    {"DELETE /x HTTP/1.0\r\n\r\n", "DELETE /x ?  "},
	    {"PUT /x HTTP/1.1\r\n" HOST "\r\n", "OTHER /x ?  "},
	};
	struct server s;
	struct reply r;
	struct http_config c = server_config();
	size_t i;

	(void)state;
	server_start(&s, &c);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		r = client_ask(&s, cases[i].request);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, cases[i].told);
	}
	server_stop(&s);
}

/* The value of a header in `head`, up to its CR, in a static buffer. */
static const char *
header(const char *head, const char *name)
{
	static char value[128];
	const char *at = strstr(head, name);

	assert_non_null(at);
	snprintf(value, sizeof value, "%.*s",
	    (int)strcspn(at + strlen(name), "\r"), at + strlen(name));
	return value;
}

static void
answers_carry_the_headers(void **state)
{
	struct http_config c = server_config();
	struct reply get, head;
	struct server s;
	char id[128];

	(void)state;
	server_start(&s, &c);
	get = client_ask(&s, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	head = client_ask(&s, "HEAD /echo HTTP/1.1\r\n" HOST "\r\n");
	assert_string_equal(header(get.head, "Cache-Control: "), "no-store");
	assert_string_equal(
	    header(get.head, "X-Content-Type-Options: "), "nosniff");
	assert_string_equal(header(get.head, "Content-Type: "), "text/plain");
	assert_string_equal(header(get.head, "X-Echo: "), "yes");
	assert_string_equal(header(head.head, "Content-Length: "), "13");
	assert_int_equal(head.body_n, 0);
	snprintf(id, sizeof id, "%.63s", header(get.head, "X-Request-Id: "));
	assert_int_equal(strlen(id), HTTP_REQUEST_ID_BYTES);
	assert_string_not_equal(id, header(head.head, "X-Request-Id: "));
	server_look(&s);
	assert_int_equal(s.answered, 2);
	server_stop(&s);
}

static void
a_request_knows_its_peer_and_repeated_headers(void **state)
{
	static const char one[] =
	    "GET /from HTTP/1.1\r\n" HOST "X-Token:  a \r\nX-Other: o\r\n"
	    "x-token:b\t\r\nX-Token: c\r\n\r\n";
	struct http_config c = server_config();
	struct server s;
	struct reply r;

	(void)state;
	server_start(&s, &c);
	r = client_ask(&s, one);
	assert_string_equal(r.body, "127.0.0.1 3: a|b|");
	assert_non_null(strstr(r.head, "X-Added: one\r\n"));
	assert_non_null(strstr(r.head, "X-Added: two\r\n"));
	assert_string_equal(header(r.head, "X-Echo: "), "yes");
	assert_null(strstr(r.head, "x-echo"));
	r = client_ask(&s, "GET /from HTTP/1.1\r\n" HOST "\r\n");
	assert_string_equal(r.body, "127.0.0.1 0: ");
	server_stop(&s);
}

static void
pipelined_requests_are_answered_in_order(void **state)
{
	struct http_config c = server_config();
	struct server s;
	int fd, i;
	char told[64];

	(void)state;
	server_start(&s, &c);
	fd = client_open(&s);
	for (i = 0; i < 40; i++)
		client_say(
		    fd, i % 4 == 0   ? "GET /later HTTP/1.1\r\n" HOST "\r\n"
			: i % 4 == 1 ? "POST /posted HTTP/1.1\r\n" HOST
				       "Content-Length: 4\r\n\r\nGET "
				     : "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	for (i = 0; i < 40; i++) {
		snprintf(told, sizeof told, "%s",
		    i % 4 == 0   ? "GET /later ?  "
		    : i % 4 == 1 ? "POST /posted ?  GET "
				 : "GET /echo ?  ");
		assert_string_equal(client_read(fd, false).body, told);
	}
	close(fd);
	server_stop(&s);
}

static void
a_body_in_many_pieces_arrives_whole(void **state)
{
	static char body[BATCH_LIMIT];
	struct http_config c = server_config();
	struct server s;
	struct reply r;
	int fd;
	size_t at, n;

	(void)state;
	memset(body, 'b', sizeof body);
	server_start(&s, &c);
	fd = client_open(&s);
	client_say(fd,
	    "POST /batch HTTP/1.1\r\n" HOST "Content-Length: 2097152\r\n\r\n");
	for (at = 0, n = 1; at < sizeof body; at += n, n = n * 3 % 70001) {
		n = n < sizeof body - at ? n : sizeof body - at;
		client_send(fd, body + at, n);
	}
	r = client_read(fd, false);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.body_n, sizeof body + strlen("POST /batch ?  "));
	close(fd);
	server_stop(&s);
}

/* libmicrohttpd's own epoll stalls when k * 128 connections are ready. */
static void
many_ready_at_once_do_not_stall(void **state)
{
	static const char *const paths[] = {"echo", "posted", "later"};
	static const int counts[] = {128, 256, 512};
	struct http_config c = server_config();
	struct server s;
	static int fds[512];
	char request[64];
	int64_t t0;
	int i, k;

	(void)state;
	server_start(&s, &c);
	for (k = 0; k < 3; k++) {
		for (i = 0; i < counts[k]; i++)
			fds[i] = client_open(&s);
		snprintf(request, sizeof request,
		    "GET /%s HTTP/1.1\r\n" HOST "\r\n", paths[k]);
		t0 = clock_monotonic_ms();
		for (i = 0; i < counts[k]; i++)
			client_say(fds[i], request);
		for (i = 0; i < counts[k]; i++)
			assert_int_equal(
			    client_read(fds[i], false).status, 200);
		/* who stalls, does so until somebody is cut */
		assert_in_range(
		    clock_monotonic_ms() - t0, 0, 1000 * c.idle_s / 2);
		for (i = 0; i < counts[k]; i++)
			close(fds[i]);
	}
	server_stop(&s);
}

static void
a_client_that_shuts_its_side_gets_its_answer(void **state)
{
	struct http_config c = server_config();
	struct server s;
	int fd;

	(void)state;
	server_start(&s, &c);
	fd = client_open(&s);
	client_say(fd, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	shutdown(fd, SHUT_WR);
	assert_int_equal(client_read(fd, false).status, 200);
	assert_true(client_closed(fd));
	close(fd);
	server_stop(&s);
}

static void
a_client_that_leaves_does_no_harm(void **state)
{
	static const char *const requests[] = {
	    "GET /later HTTP/1.1\r\n" HOST "\r\n",
	    "POST /later HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nabc",
	    "POST /later HT",
	};
	struct linger reset = {1, 0};
	struct http_config c = server_config();
	struct server s;
	size_t i;
	int fd;

	(void)state;
	server_start(&s, &c);
	for (i = 0; i < 12; i++) {
		fd = client_open(&s);
		client_say(fd, requests[i % 3]);
		usleep(1000);
		if (i % 2)
			setsockopt(
			    fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		close(fd);
	}
	server_wait_for_nobody(&s);
	server_stop(&s);
}

static void
draining_loses_nothing(void **state)
{
	struct http_config c = server_config();
	struct server s;
	struct reply r;
	int idle, busy[20];
	int i;

	(void)state;
	server_start(&s, &c);
	idle = client_open(&s);
	client_say(idle, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(client_read(idle, false).status, 200);
	for (i = 0; i < 20; i++) {
		busy[i] = client_open(&s);
		client_say(busy[i], "GET /later HTTP/1.1\r\n" HOST "\r\n");
	}
	server_drain(&s);
	assert_int_equal(client_open(&s), -1);
	for (i = 0; i < 20; i++) {
		r = client_read(busy[i], false);
		assert_int_equal(r.status, 200);
		assert_string_equal(header(r.head, "Connection: "), "close");
		assert_true(client_closed(busy[i]));
		close(busy[i]);
	}
	client_say(idle, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	r = client_read(idle, false);
	assert_int_equal(r.status, 200);
	assert_true(client_closed(idle));
	close(idle);
	server_look(&s);
	assert_int_equal(s.in_flight, 0);
	server_stop(&s);
}

static void
bad_addresses_are_told(void **state)
{
	static const char *const bad[] = {"nowhere", "192.0.2.1:1"};
	struct http_config c = server_config();
	struct err e;
	struct loop *l = loop_open(&e);
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		e = (struct err){0};
		c.address = bad[i];
		assert_null(http_open(&c, l, &e));
		assert_non_null(strstr(e.text, bad[i]));
	}
	loop_turn(l, 0);
	loop_close(l);
}

/* A client that sends all before it reads must not find a reset instead. */
static void
a_body_too_large_is_sent_in_peace(void **state)
{
	static const size_t sizes[] = {BODY_LIMIT + 1, 1 << 20, 8 << 20};
	char head[128], *body = calloc(1, 8 << 20);
	struct http_config c = server_config();
	struct server s;

	(void)state;
	assert_non_null(body);
	server_start(&s, &c);
	for (int round = 0; round < 10; round++)
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			int fd = client_open(&s);

			snprintf(head, sizeof head,
			    "POST /echo HTTP/1.1\r\n" HOST
			    "Content-Length: %zu\r\n\r\n",
			    sizes[i]);
			client_say(fd, head);
			client_send(fd, body, sizes[i]);
			assert_int_equal(client_read(fd, false).status, 413);
			assert_true(client_closed(fd));
			close(fd);
		}
	server_stop(&s);
	free(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_body_too_large_is_sent_in_peace),
	    cmocka_unit_test(the_handler_gets_the_request_as_sent),
	    cmocka_unit_test(answers_carry_the_headers),
	    cmocka_unit_test(a_request_knows_its_peer_and_repeated_headers),
	    cmocka_unit_test(pipelined_requests_are_answered_in_order),
	    cmocka_unit_test(a_body_in_many_pieces_arrives_whole),
	    cmocka_unit_test(many_ready_at_once_do_not_stall),
	    cmocka_unit_test(a_client_that_shuts_its_side_gets_its_answer),
	    cmocka_unit_test(a_client_that_leaves_does_no_harm),
	    cmocka_unit_test(draining_loses_nothing),
	    cmocka_unit_test(bad_addresses_are_told),
	};

	return cmocka_run_group_tests(tests, server_set_up, NULL);
}
