/* Requests to other servers, against real ones on loopback. */
#include "../../service/edge/http/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../service/edge/process/loop.h"
#include "fake_site.h"

#define OK(body)                                                               \
	"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " #body       \
	"\r\n\r\n"

static const struct http_client client = {
    .agent = "test", .connect_ms = 10000, .whole_ms = 20000};

/* An order to `s` whose answer goes to `answer`. */
struct parcel {
	char url[128], answer[64];
	struct http_order order;
};

static struct http_order *
parcel_to(struct parcel *p, const struct fake_site *s, const char *path)
{
	snprintf(p->url, sizeof p->url, "http://127.0.0.1:%u%s", s->port, path);
	p->order = (struct http_order){
	    .method = "POST",
	    .url = p->url,
	    .body = span_of("{}"),
	    .answer = p->answer,
	    .answer_room = sizeof p->answer,
	};
	return &p->order;
}

static void
a_request_arrives_as_ordered(void **state)
{
	static const char *const headers[] = {
	    "Content-Type: application/json", "X-Token: t", NULL};
	struct fake_site s = {.reply = OK(4) "fine"};
	struct parcel p;
	struct http_order *o;

	(void)state;
	fake_site_start(&s);
	o = parcel_to(&p, &s, "/a%20b?c=d");
	o->headers = headers;
	http_client_perform(&client, o, 1);
	assert_int_equal(o->status, 200);
	assert_int_equal(o->answer_n, 4);
	assert_memory_equal(o->answer, "fine", 4);
	assert_int_equal(o->err.code, ERR_NONE);
	fake_site_stop(&s);
	assert_memory_equal(s.asked, "POST /a%20b?c=d HTTP/1.1\r\n", 26);
	assert_non_null(strstr(s.asked, "\r\nX-Token: t\r\n"));
	assert_non_null(strstr(s.asked, "\r\nUser-Agent: test\r\n"));
	assert_non_null(strstr(s.asked, "\r\nContent-Type: application/json"));
	assert_null(strstr(s.asked, "Expect"));
	assert_string_equal(strstr(s.asked, "\r\n\r\n") + 4, "{}");
}

static void
methods_are_sent_as_they_are(void **state)
{
	static const char *const methods[] = {"GET", "PATCH", "DELETE"};
	struct fake_site s = {.reply = OK(0)};
	struct parcel p;

	(void)state;
	fake_site_start(&s);
	for (size_t i = 0; i < 3; i++) {
		parcel_to(&p, &s, "/")->method = methods[i];
		p.order.body.p = NULL;
		http_client_perform(&client, &p.order, 1);
		assert_int_equal(p.order.status, 200);
		assert_memory_equal(s.asked, methods[i], strlen(methods[i]));
	}
	fake_site_stop(&s);
}

static void
a_unix_socket_is_asked_in_place_of_a_host(void **state)
{
	char path[64];
	struct fake_site s = {.reply = OK(0), .socket = path};
	struct parcel p;

	(void)state;
	snprintf(path, sizeof path, "http_client_test.%d", (int)getpid());
	fake_site_start(&s);
	parcel_to(&p, &s, "/");
	p.order.url = "http://moderatod/v1/sites";
	p.order.socket = path;
	http_client_perform(&client, &p.order, 1);
	fake_site_stop(&s);
	assert_int_equal(p.order.status, 200);
	assert_memory_equal(s.asked, "POST /v1/sites ", 15);
}

static void
a_redirect_is_an_answer(void **state)
{
	char reply[128];
	struct fake_site canary = {.reply = OK(0)}, s = {.reply = reply};
	struct parcel p;

	(void)state;
	fake_site_start(&canary);
	snprintf(reply, sizeof reply,
	    "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:%u/\r\n"
	    "Content-Length: 0\r\n\r\n",
	    canary.port);
	fake_site_start(&s);
	http_client_perform(&client, parcel_to(&p, &s, "/"), 1);
	fake_site_stop(&s);
	fake_site_stop(&canary);
	assert_int_equal(p.order.status, 307);
	assert_int_equal(atomic_load(&canary.calls), 0);
}

/* Only so much is read of an answer that does not end. */
static void
an_endless_answer_is_cut(void **state)
{
	struct fake_site s = {
	    .reply = "HTTP/1.1 200 OK\r\n\r\n", .endless = true};
	struct parcel p;

	(void)state;
	fake_site_start(&s);
	http_client_perform(&client, parcel_to(&p, &s, "/"), 1);
	fake_site_stop(&s);
	assert_int_equal(p.order.status, 200);
	assert_int_equal(p.order.answer_n, sizeof p.answer);
	assert_true(p.order.answer_cut);
	assert_in_range(p.order.took_ms, 0, client.whole_ms / 2);
}

static void
who_is_silent_holds_up_nobody(void **state)
{
	struct http_client hasty = client;
	struct fake_site silent = {0}, s = {.reply = OK(2) "ok"};
	struct parcel p[2];
	struct http_order orders[2];

	(void)state;
	hasty.whole_ms = 2000;
	fake_site_start(&silent);
	fake_site_start(&s);
	orders[0] = *parcel_to(&p[0], &silent, "/");
	orders[1] = *parcel_to(&p[1], &s, "/");
	http_client_perform(&hasty, orders, 2);
	fake_site_stop(&silent);
	fake_site_stop(&s);
	assert_int_equal(orders[0].status, 0);
	assert_int_equal(orders[0].err.code, ERR_BUSY);
	assert_in_range(orders[0].took_ms, 1950, client.whole_ms);
	assert_int_equal(orders[1].status, 200);
	assert_in_range(orders[1].took_ms, 0, orders[0].took_ms - 1);
}

/* It is over while the other, which began before it, is under way. */
static void
orders_come_and_go(void **state)
{
	struct fake_site silent = {0}, s = {.reply = OK(2) "ok"};
	struct parcel p[3];
	struct http_calls calls;
	struct http_order *over;

	(void)state;
	http_calls_init(&calls, &client);
	assert_null(http_calls_over(&calls));
	fake_site_start(&silent);
	fake_site_start(&s);
	assert_int_equal(
	    http_calls_add(&calls, parcel_to(&p[0], &silent, "/")), 0);
	for (int i = 1; i < 3; i++) {
		assert_int_equal(
		    http_calls_add(&calls, parcel_to(&p[i], &s, "/")), 0);
		while ((over = http_calls_over(&calls)) == NULL)
			assert_int_equal(http_calls_wait(&calls, 1000), 0);
		assert_ptr_equal(over, &p[i].order);
		assert_int_equal(over->status, 200);
	}
	http_calls_release(&calls);
	fake_site_stop(&silent);
	fake_site_stop(&s);
	assert_int_equal(p[0].order.err.code, ERR_BUSY);
	assert_int_equal(atomic_load(&s.calls), 2);
}

static bool
note_and_refuse(void *arg, const struct address *to)
{
	*(struct address *)arg = *to;
	return false;
}

/* The guard sees where names lead, and what it refuses is not called. */
static void
the_guard_sees_the_address(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost",
	    "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]"};
	struct fake_site canary = {.reply = OK(0)};
	struct address seen, loopback, loopback_6;
	struct parcel p;

	(void)state;
	assert_true(address_read(&loopback, span_of("127.0.0.1")));
	assert_true(address_read(&loopback_6, span_of("::1")));
	fake_site_start(&canary);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		parcel_to(&p, &canary, "/");
		snprintf(p.url, sizeof p.url, "http://%s:%u/", hosts[i],
		    canary.port);
		p.order.allows = note_and_refuse;
		p.order.arg = &seen;
		http_client_perform(&client, &p.order, 1);
		assert_int_equal(p.order.status, 0);
		assert_int_equal(p.order.err.code, ERR_INPUT);
		assert_true(!memcmp(&seen, &loopback, sizeof seen) ||
			    !memcmp(&seen, &loopback_6, sizeof seen));
	}
	fake_site_stop(&canary);
	assert_int_equal(atomic_load(&canary.calls), 0);
}

static void
what_is_no_plain_web_address_is_refused(void **state)
{
	static const char *const urls[] = {"", "x", "ftp://127.0.0.1/",
	    "file:///etc/passwd", "gopher://127.0.0.1/", "http://a b/",
	    "http://user:password@127.0.0.1/", "http://127.0.0.1:99999/",
	    "//127.0.0.1/", "dict://127.0.0.1/"};
	struct fake_site none = {0};
	struct parcel p;

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		parcel_to(&p, &none, "/");
		p.order.url = urls[i];
		http_client_perform(&client, &p.order, 1);
		assert_int_equal(p.order.status, 0);
		if (p.order.err.code != ERR_INPUT && urls[i][0] != 'x')
			fail_msg("%s: %s", urls[i], p.order.err.text);
	}
}

static void
faults_are_told(void **state)
{
	static const char *const replies[] = {"", "HTTP/0.9\r\n", "x",
	    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"};
	struct fake_site s;
	struct parcel p;

	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		s = (struct fake_site){.reply = replies[i]};
		fake_site_start(&s);
		http_client_perform(&client, parcel_to(&p, &s, "/"), 1);
		fake_site_stop(&s);
		assert_int_equal(p.order.status, 0);
		assert_int_equal(p.order.err.code, ERR_DOWN);
		assert_true(strlen(p.order.err.text) > 0);
	}
	/* nobody listens there any more */
	http_client_perform(&client, parcel_to(&p, &s, "/"), 1);
	assert_int_equal(p.order.err.code, ERR_DOWN);
}

static void
retry_after_is_told(void **state)
{
	struct fake_site s = {.reply = "HTTP/1.1 429 X\r\nRetry-After: 120\r\n"
				       "Content-Length: 0\r\n\r\n"};
	struct parcel p;

	(void)state;
	fake_site_start(&s);
	http_client_perform(&client, parcel_to(&p, &s, "/"), 1);
	fake_site_stop(&s);
	assert_int_equal(p.order.status, 429);
	assert_int_equal(p.order.retry_s, 120);
}

/* Proxies that the environment names are for other programs. */
static void
no_proxy_is_asked(void **state)
{
	char proxy[64];
	struct fake_site s = {.reply = OK(0)}, canary = {.reply = OK(0)};
	struct parcel p;

	(void)state;
	fake_site_start(&canary);
	fake_site_start(&s);
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", canary.port);
	setenv("http_proxy", proxy, 1);
	setenv("ALL_PROXY", proxy, 1);
	http_client_perform(&client, parcel_to(&p, &s, "/"), 1);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	fake_site_stop(&s);
	fake_site_stop(&canary);
	assert_int_equal(p.order.status, 200);
	assert_int_equal(atomic_load(&canary.calls), 0);
}

static int
tear_down(void **state)
{
	(void)state;
	http_client_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_arrives_as_ordered),
	    cmocka_unit_test(methods_are_sent_as_they_are),
	    cmocka_unit_test(a_unix_socket_is_asked_in_place_of_a_host),
	    cmocka_unit_test(a_redirect_is_an_answer),
	    cmocka_unit_test(an_endless_answer_is_cut),
	    cmocka_unit_test(who_is_silent_holds_up_nobody),
	    cmocka_unit_test(orders_come_and_go),
	    cmocka_unit_test(the_guard_sees_the_address),
	    cmocka_unit_test(what_is_no_plain_web_address_is_refused),
	    cmocka_unit_test(faults_are_told),
	    cmocka_unit_test(retry_after_is_told),
	    cmocka_unit_test(no_proxy_is_asked),
	};

	return cmocka_run_group_tests_name(
	    "http_client", tests, NULL, tear_down);
}
