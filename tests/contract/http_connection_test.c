/* Connections: how long each may take, and who goes when there are too many. */
#include "http_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HOST "Host: x\r\n"

static void
a_dripping_client_is_cut_on_the_total_deadline(void **state)
{
	static const char *const starts[] = {
	    "POST /echo HTTP/1.1\r\nHost: x\r\nA: ",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n",
	};
	struct http_config c = server_config();
	struct server s;
	int64_t t0;
	int fds[2], i, n;

	(void)state;
	c.request_s = 1;
	server_start(&s, &c);
	t0 = clock_monotonic_ms();
	for (i = 0; i < 2; i++) {
		fds[i] = client_open(&s);
		client_say(fds[i], starts[i]);
	}
	for (n = 0; n < LOOKS && s.cut < 2; n++) {
		usleep(50000);
		for (i = 0; i < 2; i++)
			send(fds[i], "x", 1, MSG_NOSIGNAL);
		server_look(&s);
		assert_true(s.cut == 0 || clock_monotonic_ms() - t0 >= 1000);
	}
	assert_int_equal(s.cut, 2);
	for (i = 0; i < 2; i++)
		close(fds[i]);
	server_stop(&s);
}

/* A first head, and a later one; a body may take longer. */
static void
a_dripping_head_has_less_time(void **state)
{
	static const char *const starts[] = {
	    "POST /echo HTTP/1.1\r\nHost: x\r\nA: ",
	    "GET /echo HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\nA: ",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n",
	};
	struct http_config c = server_config();
	struct server s;
	int64_t t0 = clock_monotonic_ms();
	int fds[3], i, n;

	(void)state;
	c.head_s = 1;
	server_start(&s, &c);
	for (i = 0; i < 3; i++) {
		fds[i] = client_open(&s);
		client_say(fds[i], starts[i]);
	}
	assert_int_equal(client_read(fds[1], false).status, 200);
	for (n = 0; n < LOOKS && s.cut < 2; n++) {
		usleep(50000);
		for (i = 0; i < 3; i++)
			client_say(fds[i], "x");
		server_look(&s);
		assert_true(s.cut == 0 || clock_monotonic_ms() - t0 >= 1000);
	}
	assert_int_equal(s.cut, 2);
	assert_int_equal(s.connections, 1);
	for (i = 0; i < 3; i++)
		close(fds[i]);
	server_stop(&s);
}

static void
keep_alive_starts_the_clock_again(void **state)
{
	struct http_config c = server_config();
	struct server s;
	int fd, i;

	(void)state;
	c.request_s = 3;
	server_start(&s, &c);
	fd = client_open(&s);
	for (i = 0; i < 4; i++) {
		usleep(800000);
		client_say(fd, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
		assert_int_equal(client_read(fd, false).status, 200);
	}
	close(fd);
	server_stop(&s);
}

static bool
has_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* Of three there is one that asked last of all, and one that asks nothing. */
static void
who_waits_longest_makes_room(void **state)
{
	static const char ask[] = "GET /echo HTTP/1.1\r\n" HOST "\r\n";
	struct http_config c = server_config();
	struct server s;
	int fds[4];
	int i;

	(void)state;
	c.connections_max = 3;
	server_start(&s, &c);
	for (i = 0; i < 3; i++)
		fds[i] = client_open(&s);
	client_say(fds[0], ask);
	assert_int_equal(client_read(fds[0], false).status, 200);
	usleep(1100000); /* it is not done to newcomers */
	fds[3] = client_open(&s);
	client_say(fds[3], ask);
	assert_int_equal(client_read(fds[3], false).status, 200);
	assert_true(client_closed(fds[1]));
	assert_false(has_closed(fds[0]) || has_closed(fds[2]));
	server_look(&s);
	assert_int_equal(s.connections, 3);
	assert_int_equal(s.cut, 1);
	for (i = 0; i < 4; i++)
		close(fds[i]);
	server_stop(&s);
}

/* Nobody goes who waits for us: then those who come wait, too. */
static void
who_is_served_stays(void **state)
{
	struct http_config c = server_config();
	struct server s;
	int fds[100], i;

	(void)state;
	c.connections_max = 3;
	server_start(&s, &c);
	for (i = 0; i < 100; i++) {
		fds[i] = client_open(&s);
		client_say(fds[i], "GET /later HTTP/1.0\r\n" HOST "\r\n");
	}
	for (i = 0; i < 100; i++) {
		assert_int_equal(client_read(fds[i], false).status, 200);
		close(fds[i]);
	}
	server_stop(&s);
}

/* What they asked is answered all the same, to nobody. */
static void
who_waits_may_leave(void **state)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	struct http_config c = server_config();
	struct server s;
	int fds[50], i, n;

	(void)state;
	server_start(&s, &c);
	for (i = 0; i < 50; i++) {
		fds[i] = client_open(&s);
		client_say(fds[i], "GET /later HTTP/1.1\r\n" HOST "\r\n");
		for (n = 0; n < LOOKS && http_in_flight(s.http) == 0; n++)
			usleep(100);
		setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		close(fds[i]);
	}
	server_wait_for_nobody(&s);
	assert_in_range(s.answered, 1, 50);
	server_stop(&s);
}

/* As the library has it, he left while his request was handled. */
static void
who_waits_may_be_closed(void **state)
{
	struct http_config c = server_config();
	struct server s;
	int fd;

	(void)state;
	c.idle_s = STUCK_MS / 1000;
	server_start(&s, &c);
	fd = client_open(&s);
	client_say(fd, "GET /stuck HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(client_read(fd, false).status, 0);
	close(fd);
	server_wait_for_nobody(&s);
	assert_int_equal(s.answered, 1);
	server_stop(&s);
}

/* A body of which so much comes, and then nothing. */
static int
begin_body(const struct server *s, size_t n)
{
	static char piece[BODY_LIMIT];
	int fd = client_open(s);

	client_say(fd,
	    "POST /batch HTTP/1.1\r\n" HOST "Content-Length: 2097152\r\n\r\n");
	client_send(fd, piece, n);
	return fd;
}

/* Of bodies that come the oldest go, once they are too much together. */
static void
who_sends_slowest_makes_room(void **state)
{
	enum { GREEDY = 2 * HELD_LIMIT / BODY_LIMIT };
	struct http_config c = server_config();
	struct server s;
	int fds[GREEDY], slow, i;

	(void)state;
	server_start(&s, &c);
	fds[0] = begin_body(&s, BODY_LIMIT);
	usleep(100000); /* it is the oldest */
	for (i = 1; i < GREEDY; i++)
		fds[i] = begin_body(&s, BODY_LIMIT);
	assert_true(client_closed(fds[0]));
	/* who comes now may take a moment */
	slow = client_open(&s);
	client_say(
	    slow, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na");
	usleep(50000);
	close(begin_body(&s, BODY_LIMIT));
	client_say(slow, "bc");
	assert_string_equal(client_read(slow, false).body, "POST /echo ?  abc");
	/* as many are left as fit, and none that could have stayed went */
	server_look(&s);
	assert_in_range(s.cut, GREEDY / 2, GREEDY / 2 + GREEDY / 8 + 1);
	assert_int_equal(client_ask(&s, "POST /echo HTTP/1.1\r\n" HOST
					"Content-Length: 1\r\n\r\nx")
			     .status,
	    200);
	for (i = 0; i < GREEDY; i++)
		close(fds[i]);
	close(slow);
	server_wait_for_nobody(&s);
	server_stop(&s);
}

static void
post_in_pieces(const struct server *s)
{
	int fd = client_open(s);

	client_say(
	    fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na");
	usleep(50000);
	client_say(fd, "bc");
	assert_string_equal(client_read(fd, false).body, "POST /echo ?  abc");
	close(fd);
}

/* The library sees that a connection timed out when it is to take its answer,
 * and ends it then and there; who has its slot next owes nothing for it. */
static void
who_timed_out_meanwhile_leaves_nothing(void **state)
{
	struct http_config c = server_config();
	struct server s;
	char byte;
	int fd;

	(void)state;
	c.idle_s = 1;
	server_start(&s, &c);
	fd = client_open(&s);
	client_say(fd, "GET /stopped HTTP/1.1\r\n" HOST "\r\n");
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	server_wait_for_nobody(&s);
	for (int i = 0; i < 3; i++)
		post_in_pieces(&s);
	server_stop(&s);
}

/* What is answered without a body does not wait for it. */
static void
a_body_that_nobody_wants_is_not_waited_for(void **state)
{
	static const char *const requests[] = {
	    "POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n",
	    "POST /nowhere HTTP/1.1\r\n" HOST
	    "Content-Length: 60000\r\n\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n",
	    "POST /nowhere HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n",
	};
	struct http_config c = server_config();
	struct server s;
	struct reply r;
	int fd;

	(void)state;
	server_start(&s, &c);
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		fd = client_open(&s);
		client_say(fd, requests[i]);
		r = client_read(fd, false);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, "POST /nowhere ?  ");
		assert_non_null(strstr(r.head, "Connection: close\r\n"));
		assert_true(client_closed(fd));
		close(fd);
	}
	/* where there is none, the connection stays */
	fd = client_open(&s);
	for (int i = 0; i < 2; i++) {
		client_say(fd, "DELETE /nowhere HTTP/1.1\r\n" HOST "\r\n");
		assert_int_equal(client_read(fd, false).status, 200);
	}
	close(fd);
	server_wait_for_nobody(&s);
	server_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_dripping_client_is_cut_on_the_total_deadline),
	    cmocka_unit_test(a_dripping_head_has_less_time),
	    cmocka_unit_test(keep_alive_starts_the_clock_again),
	    cmocka_unit_test(who_waits_longest_makes_room),
	    cmocka_unit_test(who_is_served_stays),
	    cmocka_unit_test(who_waits_may_leave),
	    cmocka_unit_test(who_waits_may_be_closed),
	    cmocka_unit_test(who_sends_slowest_makes_room),
	    cmocka_unit_test(who_timed_out_meanwhile_leaves_nothing),
	    cmocka_unit_test(a_body_that_nobody_wants_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, server_set_up, NULL);
}
