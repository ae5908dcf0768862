/* Where webhooks may lead. */
#include "../../service/edge/hook/webhook_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
urls_are_read_strictly(void **state)
{
	static const struct {
		const char *url, *host; /* NULL: refused */
	} cases[] = {
	    {"https://a.example", "a.example"},
	    {"HTTPS://A.example/", "A.example"},
	    {"http://a.example:8080/x?y=z&w", "a.example"},
	    {"https://a.example?x", "a.example"},
	    {"https://[2001:db8::1]:443/", "[2001:db8::1]"},
	    {"https://10.0.0.1/%20", "10.0.0.1"},
	    {"https://0x7f.1/", "0x7f.1"},
	    {"https://2130706433/", "2130706433"},
	    {"", NULL},
	    {"a.example", NULL},
	    {"//a.example/", NULL},
	    {"ftp://a.example/", NULL},
	    {"file:///etc/passwd", NULL},
	    {"https:/a.example", NULL},
	    {"https:///", NULL},
	    {"https://", NULL},
	    {"https://user@a.example/", NULL},
	    {"https://user:pw@a.example/", NULL},
	    {"https://a.example\\@b.example/", NULL},
	    {"https://a.example\\b", NULL},
	    {"https://a.example#@b.example/", NULL},
	    {"https://a.example/#f", NULL},
	    {"https://a.example:/", NULL},
	    {"https://a.example:x/", NULL},
	    {"https://a.example:123456/", NULL},
	    {"https://a.example:80@b/", NULL},
	    {"https://a b/", NULL},
	    {"https://a.example/ b", NULL},
	    {"https://a.example/\r\nX: y", NULL},
	    {"https://a.example/\t", NULL},
	    {"https://[::1/", NULL},
	    {"https://[fe80::1%25eth0]/", NULL},
	    {"https://::1/", NULL},
	    {"https://a%2eexample/", NULL},
	    {"https://\xe2\x93\x90.example/", NULL},
	    {" https://a.example/", NULL},
	};
	struct webhook_url u;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int result = webhook_url_read(&u, span_of(cases[i].url));

		if ((result == 0) != (cases[i].host != NULL))
			fail_msg("%s", cases[i].url);
		if (result == 0)
			assert_true(span_equal(u.host, span_of(cases[i].host)));
	}
}

static void
long_urls_are_refused(void **state)
{
	char url[WEBHOOK_URL_BYTES_MAX + 2] = "https://a.example/";
	struct webhook_url u;

	(void)state;
	memset(url + 18, 'x', sizeof url - 18);
	assert_int_equal(
	    webhook_url_read(&u, (struct span){url, WEBHOOK_URL_BYTES_MAX}), 0);
	assert_int_equal(
	    webhook_url_read(&u, (struct span){url, sizeof url - 1}), -1);
}

static void
listed_hosts_are_named_exactly(void **state)
{
	static const char list[] = "localhost, wp.lan ,[::1],10.0.0.1";

	(void)state;
	assert_true(webhook_host_listed(list, span_of("localhost")));
	assert_true(webhook_host_listed(list, span_of("WP.lan")));
	assert_true(webhook_host_listed(list, span_of("[::1]")));
	assert_true(webhook_host_listed(list, span_of("10.0.0.1")));
	assert_false(webhook_host_listed(list, span_of("a.wp.lan")));
	assert_false(webhook_host_listed(list, span_of("wp.lan.example")));
	assert_false(webhook_host_listed(list, span_of("wp")));
	assert_false(webhook_host_listed(list, span_of("")));
	assert_false(webhook_host_listed(list, span_of("10.0.0.2")));
	assert_false(webhook_host_listed("", span_of("")));
	assert_false(webhook_host_listed(NULL, span_of("localhost")));
}

static void
only_listed_hosts_may_be_plain_http(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(
	    webhook_url_check(span_of("https://a.example/"), "", &e), 0);
	assert_int_equal(
	    webhook_url_check(span_of("http://a.example/"), "b", &e), -1);
	assert_int_equal(e.code, ERR_FIELD);
	assert_int_equal(
	    webhook_url_check(span_of("http://b:8080/"), "a,b", &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(urls_are_read_strictly),
	    cmocka_unit_test(long_urls_are_refused),
	    cmocka_unit_test(listed_hosts_are_named_exactly),
	    cmocka_unit_test(only_listed_hosts_may_be_plain_http),
	};

	return cmocka_run_group_tests_name("webhook_url", tests, NULL, NULL);
}
