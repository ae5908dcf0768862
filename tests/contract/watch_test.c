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

#include "../../service/edge/http/watch.h"
#include "http_server.h"

enum { WATCHERS_MAX = 8, OURS = 1, ANOTHER = 2, FIRST = 100 };

static struct events *events;
static struct watch *watch;
static struct watch_order order, orders[WATCHERS_MAX];
static unsigned opened, gone;
static atomic_bool may; /* watch */

static bool
show_ours(const struct watch_order *o, struct event *e)
{
	(void)o;
	return e->site == OURS;
}

static bool
show_as_his(const struct watch_order *o, struct event *e)
{
	(void)o;
	memcpy(e->data, "{\"his\":1}", 9);
	e->n = 9;
	return true;
}

static bool
greet(const struct watch_order *o, struct event *e)
{
	(void)o;
	e->kind = "hello";
	memcpy(e->data, "{}", 2);
	e->n = 2;
	return true;
}

static bool
holds(struct watch_order *o)
{
	(void)o;
	return atomic_load(&may);
}

static void
on_gone(struct watch_order *o)
{
	(void)o;
	gone++;
}

static void
handle(struct http_request *r)
{
	struct server *s = r->context;
	struct watch_order *o = &orders[opened++];

	if (watch == NULL)
		watch = watch_open(events, s->loop);
	*o = order;
	o->gone = on_gone;
	assert_int_equal(watch_answer(watch, r, o), 0);
}

static void
start(struct server *s)
{
	struct http_config c = server_config();

	c.handle = handle;
	opened = gone = 0;
	order = (struct watch_order){.show = show_ours};
	atomic_store(&may, true);
	watch = NULL;
	events = events_open(FIRST);
	assert_non_null(events);
	server_start(s, &c);
}

/* The loop is gone before what it called every turn: so is its list. */
static void
stop(struct server *s)
{
	loop_stop(s->loop);
	pthread_join(s->thread, NULL);
	http_close(s->http);
	watch_close(watch);
	loop_close(s->loop);
	events_close(events);
}

/* A watcher that has seen all up to `last`; "" has it begin now. */
static int
open_watcher(const struct server *s, const char *last)
{
	char ask[256];
	struct reply r;
	int fd = client_open(s);

	snprintf(ask, sizeof ask,
	    "GET /events HTTP/1.1\r\nHost: test\r\n%s%s%s\r\n",
	    last[0] == '\0' ? "" : "Last-Event-ID: ", last,
	    last[0] == '\0' ? "" : "\r\n");
	client_say(fd, ask);
	r = client_read(fd, true);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.head, "Content-Type: text/event-stream\r\n"));
	return fd;
}

/* Reads chunks until `text` stands at the end of what they hold. */
static void
expect(int fd, const char *text)
{
	char got[8192] = "";
	size_t n = 0, size;
	char line[16];

	while (strstr(got, text) == NULL) {
		size_t at = 0;

		while (at < sizeof line - 1 && recv(fd, line + at, 1, 0) == 1 &&
		       line[at] != '\n')
			at++;
		line[at] = '\0';
		size = strtoul(line, NULL, 16);
		assert_in_range(size, 1, sizeof got - n - 3);
		assert_int_equal(
		    recv(fd, got + n, size + 2, MSG_WAITALL), size + 2);
		n += size;
		got[n] = '\0';
	}
	assert_null(strstr(got, "hidden"));
}

static void
tell(int64_t site, const char *json)
{
	events_tell(events, site, "queue", span_of(json));
}

static void
events_of_ones_sites_arrive(void **state)
{
	struct server s;
	int fd;

	(void)state;
	start(&s);
	tell(OURS, "{\"id\":\"before\"}");
	fd = open_watcher(&s, "");
	expect(fd, ":\n\n");
	tell(ANOTHER, "{\"id\":\"hidden\"}");
	tell(OURS, "{\"id\":\"ours\"}");
	expect(fd, "id: 103\nevent: queue\ndata: {\"id\":\"ours\"}\n\n");
	close(fd);
	stop(&s);
	assert_int_equal(gone, 1);
}

#define MISSED "id: 100\nevent: missed\ndata: {}\n\n"

static void
who_comes_again_gets_what_came_meanwhile(void **state)
{
	static const struct {
		const char *last, *first;
	} rows[] = {
	    {"101", "id: 102\nevent: queue\ndata: {\"n\":2}\n\n"},
	    {"100", "id: 101\nevent: queue\ndata: {\"n\":1}\n\n"},
	    {"7", MISSED "id: 101\nevent: queue\ndata: {\"n\":1}\n\n"},
	    {"777", MISSED "id: 101\nevent: queue\ndata: {\"n\":1}\n\n"},
	    {"x", ":\n\n"},
	    {"99999999999999999999", ":\n\n"},
	};
	struct server s;

	(void)state;
	start(&s);
	tell(OURS, "{\"n\":1}");
	tell(OURS, "{\"n\":2}");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int fd = open_watcher(&s, rows[i].last);

		expect(fd, rows[i].first);
		close(fd);
	}
	stop(&s);
}

static void
who_missed_some_is_told(void **state)
{
	struct server s;
	int fd;

	(void)state;
	start(&s);
	for (int i = 0; i < EVENTS_KEPT + 9; i++)
		tell(i == EVENTS_KEPT ? OURS : ANOTHER, "{\"id\":\"seen\"}");
	tell(ANOTHER, "{\"id\":\"hidden\"}");
	fd = open_watcher(&s, "102");
	expect(fd, "event: missed\ndata: {}\n\n");
	close(fd);
	stop(&s);
}

static void
one_is_greeted_and_sees_events_as_ones_own(void **state)
{
	struct server s;
	int fd;

	(void)state;
	start(&s);
	order = (struct watch_order){.show = show_as_his, .greet = greet};
	fd = open_watcher(&s, "");
	expect(fd, "event: hello\ndata: {}\n\n");
	tell(ANOTHER, "{\"id\":\"hidden\"}");
	expect(fd, "id: 101\nevent: queue\ndata: {\"his\":1}\n\n");
	close(fd);
	stop(&s);
}

static void
who_may_no_more_hears_nothing_more(void **state)
{
	struct server s;
	char rest[256] = "";
	int fd;

	(void)state;
	start(&s);
	order.holds = holds;
	fd = open_watcher(&s, "");
	expect(fd, ":\n\n");
	atomic_store(&may, false);
	tell(OURS, "{\"id\":\"hidden\"}");
	assert_in_range(recv(fd, rest, sizeof rest - 1, MSG_WAITALL), 5, 32);
	assert_non_null(strstr(rest, "0\r\n\r\n"));
	assert_null(strstr(rest, "hidden"));
	close(fd);
	stop(&s);
	assert_int_equal(gone, 1);
}

/* Whether a watcher with so many bytes of headers hears of an event; else he
 * is refused, or his answer ends. */
static bool
hears_with(const struct server *s, int n)
{
	char ask[17 * 1024], got[256] = "";
	bool hears = false;
	int fd = client_open(s);

	snprintf(ask, sizeof ask,
	    "GET /events HTTP/1.1\r\nHost: test\r\nX-Load: %0*d\r\n\r\n", n, 0);
	client_say(fd, ask);
	if (client_read(fd, true).status == 200) {
		tell(OURS, "{}");
		while (!hears && got[0] != '0') {
			assert_in_range(recv(fd, got, sizeof got - 1, 0), 1,
			    sizeof got - 1);
			hears = strstr(got, "event: queue") != NULL;
		}
	}
	close(fd);
	return hears;
}

/* The library takes the room for an answer from what the request left. */
static void
who_leaves_no_room_for_an_event_is_not_kept(void **state)
{
	struct server s;
	bool heard = true;

	(void)state;
	for (int n = 12000; n < 16384 && heard; n += 100) {
		start(&s);
		order.greet = greet;
		heard = hears_with(&s, n);
		stop(&s);
	}
	assert_false(heard);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_of_ones_sites_arrive),
	    cmocka_unit_test(who_comes_again_gets_what_came_meanwhile),
	    cmocka_unit_test(who_missed_some_is_told),
	    cmocka_unit_test(one_is_greeted_and_sees_events_as_ones_own),
	    cmocka_unit_test(who_may_no_more_hears_nothing_more),
	    cmocka_unit_test(who_leaves_no_room_for_an_event_is_not_kept),
	};

	return cmocka_run_group_tests(tests, server_set_up, NULL);
}
