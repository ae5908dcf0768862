#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../service/edge/http/http_stream.h"
#include "http_server.h"

#define HOST "Host: test\r\n"
#define ASK  "GET /stream HTTP/1.1\r\n" HOST "\r\n"

enum {
	STREAMS_MAX = 64,
	MUCH = 12 << 20, /* twice that is more than any two sockets take */
};

/* What streams say, all the same; on the loop's thread. */
static struct stream {
	struct http_stream http;
	size_t at; /* of `said` */
	bool open;
} streams[STREAMS_MAX];
static atomic_uint opened, closed; /* read while the loop runs */
static char said[32 << 20];
static size_t said_n;
static bool ended;

static ssize_t
read_said(struct http_stream *http, char *out, size_t room)
{
	struct stream *s = (struct stream *)http;
	size_t n = said_n - s->at < room ? said_n - s->at : room;

	if (n == 0 && ended)
		return -1;
	memcpy(out, said + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static void
on_closed(struct http_stream *http)
{
	((struct stream *)http)->open = false;
	closed++;
}

static void
handle(struct http_request *r)
{
	struct http_response head = {
	    .status = 200,
	    .content_type = "text/event-stream",
	    .headers = {{"X-Echo", "yes"}},
	};
	struct stream *s = &streams[opened++];

	*s = (struct stream){{read_said, on_closed}, 0, true};
	http_stream_answer(r, &head, &s->http);
}

struct saying {
	struct loop_post post;
	const char *text; /* NULL: the end */
	int done[2];
};

static void
deliver(struct loop_post *p)
{
	struct saying *s = (struct saying *)p;

	if (s->text == NULL) {
		ended = true;
	} else {
		memcpy(said + said_n, s->text, strlen(s->text));
		said_n += strlen(s->text);
	}
	for (unsigned i = 0; i < opened; i++)
		if (streams[i].open)
			http_stream_wake(&streams[i].http);
	assert_int_equal(write(s->done[1], "x", 1), 1);
}

/* Has all streams say something; returns when they know. */
static void
say(struct server *server, const char *text)
{
	struct saying s = {.post = {deliver, NULL}, .text = text};
	char byte;

	assert_int_equal(pipe(s.done), 0);
	loop_send(server->loop, &s.post);
	assert_int_equal(read(s.done[0], &byte, 1), 1);
	close(s.done[0]);
	close(s.done[1]);
}

static void
start(struct server *s)
{
	struct http_config c = server_config();

	opened = closed = 0;
	said_n = 0;
	ended = false;
	c.handle = handle;
	server_start(s, &c);
}

/* One chunk as it comes on the wire. */
static void
expect_chunk(int fd, const char *text)
{
	char wanted[64], got[64] = "";
	size_t n = (size_t)snprintf(
	    wanted, sizeof wanted, "%zx\r\n%s\r\n", strlen(text), text);

	assert_int_equal(recv(fd, got, n, MSG_WAITALL), n);
	assert_string_equal(got, wanted);
}

static int
open_stream(const struct server *s)
{
	int fd = client_open(s);
	struct reply r;

	client_say(fd, ASK);
	r = client_read(fd, true);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.head, "Content-Type: text/event-stream\r\n"));
	assert_non_null(strstr(r.head, "X-Echo: yes\r\n"));
	return fd;
}

static void
what_is_said_arrives_at_once(void **state)
{
	struct server s;
	int fds[3];

	(void)state;
	start(&s);
	for (int i = 0; i < 3; i++)
		fds[i] = open_stream(&s);
	say(&s, "first\n");
	for (int i = 0; i < 3; i++)
		expect_chunk(fds[i], "first\n");
	say(&s, "second\n");
	for (int i = 0; i < 3; i++)
		expect_chunk(fds[i], "second\n");
	server_look(&s);
	assert_int_equal(s.in_flight, 0);
	assert_int_equal(s.connections, 3);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	server_stop(&s);
	assert_int_equal(closed, 3);
}

static void
the_end_leaves_the_connection_open(void **state)
{
	char last[5];
	struct server s;
	int fd;

	(void)state;
	start(&s);
	fd = open_stream(&s);
	say(&s, "bye");
	say(&s, NULL);
	expect_chunk(fd, "bye");
	assert_int_equal(recv(fd, last, 5, MSG_WAITALL), 5);
	assert_memory_equal(last, "0\r\n\r\n", 5);
	client_say(fd, ASK);
	assert_int_equal(client_read(fd, true).status, 200);
	close(fd);
	server_stop(&s);
	assert_int_equal(closed, 2);
}

static void
who_left_is_noticed_at_the_next_word(void **state)
{
	struct server s;
	int fd, tries = 0;

	(void)state;
	start(&s);
	fd = open_stream(&s);
	close(fd);
	while (closed == 0 && tries++ < LOOKS) {
		say(&s, "anyone?\n");
		usleep(10000);
	}
	assert_int_equal(closed, 1);
	server_stop(&s);
}

/* The library's own timeout; nothing of it is kept in memory meanwhile. */
static void
who_does_not_read_is_cut(void **state)
{
	struct http_config c = server_config();
	struct server s;
	int fd, small = 4096, tries = 0;
	char *much = malloc(MUCH + 1);

	(void)state;
	assert_non_null(much);
	opened = closed = 0;
	said_n = 0;
	c.handle = handle;
	c.idle_s = 1;
	server_start(&s, &c);
	fd = open_stream(&s);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	memset(much, 'x', MUCH);
	much[MUCH] = '\0';
	say(&s, much);
	say(&s, much);
	while (closed == 0 && tries++ < 500)
		usleep(10000);
	assert_int_equal(closed, 1);
	close(fd);
	server_stop(&s);
	free(much);
}

static void
draining_ends_them(void **state)
{
	struct server s;
	char last[5];
	int fd, tries = 0;

	(void)state;
	start(&s);
	fd = open_stream(&s);
	server_drain(&s);
	assert_int_equal(recv(fd, last, 5, MSG_WAITALL), 5);
	assert_memory_equal(last, "0\r\n\r\n", 5);
	while (!http_drained(s.http) && tries++ < LOOKS)
		usleep(10000);
	assert_true(http_drained(s.http));
	close(fd);
	server_stop(&s);
	assert_int_equal(closed, 1);
}

static void
closing_ends_them_too(void **state)
{
	struct server s;
	int fd;

	(void)state;
	start(&s);
	fd = open_stream(&s);
	server_stop(&s);
	assert_int_equal(closed, 1);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_said_arrives_at_once),
	    cmocka_unit_test(the_end_leaves_the_connection_open),
	    cmocka_unit_test(who_left_is_noticed_at_the_next_word),
	    cmocka_unit_test(who_does_not_read_is_cut),
	    cmocka_unit_test(draining_ends_them),
	    cmocka_unit_test(closing_ends_them_too),
	};

	return cmocka_run_group_tests(tests, server_set_up, NULL);
}
