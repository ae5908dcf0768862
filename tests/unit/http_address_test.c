/* Addresses to listen on, as people write them. */
#include "../../service/edge/http/http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What was read, written back; "" for a refusal. */
static const struct {
	const char *text, *read;
} cases[] = {
    {"127.0.0.1:8080", "127.0.0.1 8080"},
    {"0.0.0.0:0", "0.0.0.0 0"},
    {"localhost:65535", "127.0.0.1 65535"},
    {"[::1]:8080", "::1 8080"},
    {"[::]:0", ":: 0"},
    {"[::ffff:1.2.3.4]:1", "::ffff:1.2.3.4 1"},
    {"", ""},
    {":8080", ""},
    {"8080", ""},
    {"127.0.0.1", ""},
    {"127.0.0.1:", ""},
    {"127.0.0.1:65536", ""},
    {"127.0.0.1:99999999999999999999", ""},
    {"127.0.0.1:-1", ""},
    {"127.0.0.1:+80", ""},
    {"127.0.0.1: 80", ""},
    {"127.0.0.1:80 ", ""},
    {"127.0.0.256:80", ""},
    {"::1:8080", ""},
    {"[::1]8080", ""},
    {"[]:80", ""},
    {"[127.0.0.1]:80", ""},
    {"[::1:8080", ""},
    {"blog.example:80", ""},
    {"[fe80::1%25eth0-a-very-long-interface-name-that-does-not-fit]:80", ""},
};

static void
write_back(const struct http_address *a, char *out, size_t size)
{
	const struct sockaddr_in *v4 = (const void *)&a->socket;
	const struct sockaddr_in6 *v6 = (const void *)&a->socket;
	int is_v4 = a->socket.ss_family == AF_INET;
	char host[INET6_ADDRSTRLEN];

	inet_ntop(a->socket.ss_family,
	    is_v4 ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr,
	    host, sizeof host);
	snprintf(out, size, "%s %u", host,
	    ntohs(is_v4 ? v4->sin_port : v6->sin6_port));
}

static void
addresses_are_read_or_refused(void **state)
{
	struct http_address a;
	struct err e;
	char out[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].text);
		e = (struct err){0};
		out[0] = '\0';
		if (http_address_read(cases[i].text, &a, &e) == 0)
			write_back(&a, out, sizeof out);
		assert_string_equal(out, cases[i].read);
		if (out[0] == '\0') {
			assert_int_equal(e.code, ERR_INPUT);
			assert_non_null(strstr(e.text, cases[i].text));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_are_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
