/* Which Host cannot be a name that somebody else had lead here. */
#include "../../service/edge/request/own_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *host;
	bool own;
} hosts[] = {
    {"127.0.0.1", true},
    {"127.0.0.1:8081", true},
    {"192.0.2.7:8081", true},
    {"[::1]", true},
    {"[2001:db8::7]:8081", true},
    {"localhost:8081", true},
    {"LOCALHOST", true},
    {"moderato.localhost", true},
    {"moderato:8081", true}, /* of a network of containers */
    {"moderato.blog.svc.cluster.local:8081", true},
    {"host.internal", true},
    {"nas.home.arpa", true},
    {"page.example", true},
    {"Page.Example:443", true},
    {"other.example", true},
    {"", false},
    {":8081", false},
    {"evil.example", false},
    {"evil.example:8081", false},
    {"page.example.evil.example", false},
    {"xpage.example", false},
    {"age.example", false},
    {"page.example,other.example", false},
    {"127.0.0.1.evil.example", false},
    {"localhost.evil.example", false},
    {"localhost.", false},
    {"evillocal.example", false},
    {".local", false},
    {"[evil.example]", false},
};

static void
hosts_that_are_ours(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		if (own_host_is(span_of(hosts[i].host),
			"page.example,other.example") != hosts[i].own)
			fail_msg("\"%s\"", hosts[i].host);
	assert_false(own_host_is(span_of("page.example"), NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hosts_that_are_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
