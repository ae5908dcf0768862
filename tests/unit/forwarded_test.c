/* Whom a request is from: cases, and any way against a reference. */
#include "../../service/edge/http/forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <cmocka.h>

#define PROXIES "10.0.0.0/8,192.0.2.1,2001:db8:1::/48"

static void
write_peer(const struct http_peer *p, char out[INET6_ADDRSTRLEN])
{
	bool v4 = address_is_v4(&p->address);

	if (p->local)
		snprintf(out, INET6_ADDRSTRLEN, "unix");
	else
		inet_ntop(v4 ? AF_INET : AF_INET6,
		    p->address.bytes + (v4 ? 12 : 0), out, INET6_ADDRSTRLEN);
}

static struct http_peer
read_peer(const char *text)
{
	struct http_peer p = {.local = strcmp(text, "unix") == 0};

	if (!p.local)
		assert_true(address_read(&p.address, span_of(text)));
	return p;
}

/* NULL lines are none. */
static const struct {
	const char *peer;
	const char *hops[3], *elements[3];
	const char *client;
} cases[] = {
    /* who is no proxy may say what it likes */
    {"203.0.113.9", {"198.51.100.1"}, {}, "203.0.113.9"},
    {"203.0.113.9", {}, {"for=198.51.100.1"}, "203.0.113.9"},
    {"192.0.2.2", {"198.51.100.1"}, {}, "192.0.2.2"},
    {"10.1.2.3", {}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1"}, {}, "198.51.100.1"},
    {"unix", {"198.51.100.1"}, {}, "unix"},
    {"2001:db8:1:2::3", {"198.51.100.1"}, {}, "198.51.100.1"},
    {"::ffff:10.1.2.3", {"198.51.100.1"}, {}, "198.51.100.1"},
    /* the last hop before the trusted ones, over all lines */
    {"10.1.2.3", {"6.6.6.6, 198.51.100.1"}, {}, "198.51.100.1"},
    {"10.1.2.3", {"6.6.6.6", "198.51.100.1, 10.9.9.9"}, {}, "198.51.100.1"},
    {"10.1.2.3", {"198.51.100.1", "10.9.9.9"}, {}, "198.51.100.1"},
    {"10.1.2.3", {"10.5.5.5, 10.9.9.9"}, {}, "10.5.5.5"},
    {"10.1.2.3", {"rubbish, 198.51.100.1"}, {}, "198.51.100.1"},
    {"10.1.2.3", {"198.51.100.1, rubbish"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1, rubbish, 10.9.9.9"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"rubbish, 10.9.9.9"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1,,\t"}, {}, "198.51.100.1"},
    {"10.1.2.3", {""}, {}, "10.1.2.3"},
    /* forms of an address */
    {"10.1.2.3", {"198.51.100.1:80"}, {}, "198.51.100.1"},
    {"10.1.2.3", {"2001:db8::7"}, {}, "2001:db8::7"},
    {"10.1.2.3", {"[2001:db8::7]"}, {}, "2001:db8::7"},
    {"10.1.2.3", {"[2001:db8::7]:443"}, {}, "2001:db8::7"},
    {"10.1.2.3", {"\"[2001:db8::7]:443\""}, {}, "2001:db8::7"},
    {"10.1.2.3", {"[198.51.100.1]"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"[2001:db8::7"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"[2001:db8::7]443"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1:"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1:123456"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1:8o"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.01"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"fe80::1%eth0"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"[]"}, {}, "10.1.2.3"},
    {"10.1.2.3", {"\""}, {}, "10.1.2.3"},
    /* Forwarded */
    {"10.1.2.3", {}, {"for=198.51.100.1"}, "198.51.100.1"},
    {"10.1.2.3", {}, {"For=\"198.51.100.1:80\";proto=https"}, "198.51.100.1"},
    {"10.1.2.3", {}, {"by=10.1.1.1; FOR=\"[2001:db8::7]:443\" ;;"},
	"2001:db8::7"},
    {"10.1.2.3", {}, {"for=198.51.100.1:80"}, "198.51.100.1"},
    {"10.1.2.3", {}, {"for=6.6.6.6, for=198.51.100.1,for=10.9.9.9"},
	"198.51.100.1"},
    {"10.1.2.3", {}, {"for=6.6.6.6", "for=198.51.100.1"}, "198.51.100.1"},
    {"10.1.2.3", {}, {"for=unknown, for=198.51.100.1"}, "198.51.100.1"},
    {"10.1.2.3", {}, {"for=198.51.100.1, for=_hidden"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for=198.51.100.1, proto=https"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for=198.51.100.1;for=6.6.6.6"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"host=\"a,b;c\\\"\";for=198.51.100.1"}, "198.51.100.1"},
    /* a quote left open must not swallow the hop that a proxy adds */
    {"10.1.2.3", {}, {"for=\"6.6.6.6, for=198.51.100.1"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for=6.6.6.6;x=\", for=\"[2001:db8::7]\""}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for=6.6.6.6;x=\"\\", "for=198.51.100.1"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for=198.51.100.1 proto=https"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for =198.51.100.1"}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for="}, "10.1.2.3"},
    {"10.1.2.3", {}, {"for=;x=y"}, "10.1.2.3"},
    /* both: they must say the same */
    {"10.1.2.3", {"198.51.100.1"}, {"for=198.51.100.1"}, "198.51.100.1"},
    {"10.1.2.3", {"6.6.6.6"}, {"for=198.51.100.1"}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1"}, {"for=unknown"}, "10.1.2.3"},
    {"10.1.2.3", {"198.51.100.1"}, {""}, "10.1.2.3"},
};

static void
add_lines(const char *const lines[3], struct span *out, size_t *n)
{
	for (*n = 0; *n < 3 && lines[*n] != NULL; (*n)++)
		out[*n] = span_of(lines[*n]);
}

static void
the_last_hop_before_the_trusted_ones(void **state)
{
	struct forwarded_proxies proxies;
	struct err e;

	(void)state;
	assert_int_equal(forwarded_read_proxies(&proxies, PROXIES, &e), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct forwarded f = {.peer = read_peer(cases[i].peer)};
		struct http_peer got;
		char text[INET6_ADDRSTRLEN];

		add_lines(cases[i].hops, f.hops, &f.n_hops);
		add_lines(cases[i].elements, f.elements, &f.n_elements);
		got = forwarded_client(&proxies, &f);
		write_peer(&got, text);
		if (strcmp(text, cases[i].client) != 0)
			fail_msg("case %zu: %s, expected %s", i, text,
			    cases[i].client);
	}
}

static void
nobody_is_trusted_unasked(void **state)
{
	static const char *const peers[] = {"127.0.0.1", "unix", "::1"};
	struct forwarded_proxies none;
	struct err e;

	(void)state;
	assert_int_equal(forwarded_read_proxies(&none, NULL, &e), 0);
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		struct forwarded f = {.peer = read_peer(peers[i]),
		    .hops = {span_of("198.51.100.1")},
		    .n_hops = 1};
		struct http_peer got = forwarded_client(&none, &f);
		char text[INET6_ADDRSTRLEN];

		write_peer(&got, text);
		assert_string_equal(text, peers[i]);
	}
}

static void
too_many_lines_say_nothing(void **state)
{
	struct forwarded f = {.peer = read_peer("10.1.2.3")};
	struct forwarded_proxies proxies;
	struct err e;

	(void)state;
	assert_int_equal(forwarded_read_proxies(&proxies, PROXIES, &e), 0);
	for (size_t i = 0; i < FORWARDED_LINES_MAX; i++)
		f.hops[i] = span_of("198.51.100.1");
	f.n_hops = FORWARDED_LINES_MAX;
	assert_memory_not_equal(forwarded_client(&proxies, &f).address.bytes,
	    f.peer.address.bytes, 16);
	f.n_hops++;
	assert_memory_equal(forwarded_client(&proxies, &f).address.bytes,
	    f.peer.address.bytes, 16);
}

static void
a_list_of_proxies_is_strict(void **state)
{
	static const char *const wrong[] = {"10.0.0.0/33", "10.0.0/8", "::/129",
	    "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 10.0.0.1", "proxy", ",",
	    "/8", "10.0.0.0/0008", "::1,,::2", "unix"};
	struct forwarded_proxies p;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (forwarded_read_proxies(&p, wrong[i], &e) == 0)
			fail_msg("accepted: %s", wrong[i]);
	assert_int_equal(forwarded_read_proxies(&p, " ::1 , 0.0.0.0/0", &e), 0);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.blocks[1].bits, 96);
}

/* Any way: hops known as data, written in every form that means them. */
enum { WAYS = 20000, HOPS_MAX = 6, LINE_BYTES = 512 };

static const struct {
	const char *address; /* NULL: none that can be read */
	const char *texts[4];
	bool proxy;
} known[] = {
    {"198.51.100.1", {"198.51.100.1", "198.51.100.1:8", "198.51.100.1:65535",
			 "198.51.100.1"}},
    {"203.0.113.5",
	{"203.0.113.5", "203.0.113.5:1", "203.0.113.5", "::ffff:203.0.113.5"}},
    {"2001:db8::7", {"2001:db8::7", "[2001:db8::7]", "[2001:DB8::7]:44",
			"[2001:db8:0:0::7]"}},
    {"10.3.2.1", {"10.3.2.1", "10.3.2.1:80", "[::ffff:10.3.2.1]", "10.3.2.1"},
	true},
    {"2001:db8:1::5",
	{"2001:db8:1::5", "[2001:db8:1::5]:1", "[2001:db8:1::5]",
	    "2001:db8:1:0::5"},
	true},
    {NULL, {"unknown", "_x", "1.2.3", "1.2.3.4:x"}},
};
enum { KNOWN = sizeof(known) / sizeof(known[0]) };

/* The index of the hop that decides, from the right; -1: the peer. */
static int
reference(const unsigned *hops, int n)
{
	for (int i = n - 1; i >= 0; i--) {
		if (known[hops[i]].address == NULL)
			return -1;
		if (!known[hops[i]].proxy)
			return i;
	}
	return n > 0 ? 0 : -1;
}

static unsigned
draw(unsigned n)
{
	return (unsigned)rand() % n;
}

static const char *
blanks(void)
{
	static const char *const some[] = {"", " ", "\t", "  "};

	return some[draw(4)];
}

static void
write_element(char *out, size_t room, const char *text)
{
	static const char *const names[] = {"for", "For", "FOR"};
	static const char *const before[] = {"", "proto=http;", "by=\"a,b\";"};
	static const char *const after[] = {"", ";host=x", " ; ;by=_y"};
	const char *quote = draw(2) ? "\"" : "";

	snprintf(out, room, "%s%s=%s%s%s%s", before[draw(3)], names[draw(3)],
	    quote, text, quote, after[draw(3)]);
}

/* Writes the hops over up to three lines, one form or the other. */
static size_t
write_way(const unsigned *hops, int n, bool elements, char lines[3][LINE_BYTES],
    struct span *out)
{
	size_t line = 0;

	lines[0][0] = '\0';
	for (int i = 0; i < n; i++) {
		const char *text = known[hops[i]].texts[draw(4)];
		char one[128];
		size_t used;

		if (i > 0 && line < 2 && draw(4) == 0)
			lines[++line][0] = '\0';
		snprintf(one, sizeof(one), "%s", text);
		if (elements)
			write_element(one, sizeof(one), text);
		used = strlen(lines[line]);
		snprintf(lines[line] + used, LINE_BYTES - used, "%s%s%s%s",
		    used > 0 ? "," : "", blanks(), one, blanks());
	}
	for (size_t i = 0; i <= line; i++)
		out[i] = span_of(lines[i]);
	return line + 1;
}

static void
any_way_as_the_reference_has_it(void **state)
{
	struct forwarded_proxies proxies;
	struct err e;

	(void)state;
	srand(20261126);
	assert_int_equal(forwarded_read_proxies(&proxies, PROXIES, &e), 0);
	for (int way = 0; way < WAYS; way++) {
		struct forwarded f = {.peer = read_peer("10.1.2.3")};
		unsigned hops[HOPS_MAX];
		int n = 1 + (int)draw(HOPS_MAX), found;
		char hop_lines[3][LINE_BYTES], element_lines[3][LINE_BYTES];
		struct http_peer got, want = f.peer;
		unsigned forms = 1 + draw(3);

		for (int i = 0; i < n; i++)
			hops[i] = draw(KNOWN);
		if (forms & 1)
			f.n_hops = write_way(hops, n, false, hop_lines, f.hops);
		if (forms & 2)
			f.n_elements =
			    write_way(hops, n, true, element_lines, f.elements);
		found = reference(hops, n);
		if (found >= 0)
			want = read_peer(known[hops[found]].address);
		got = forwarded_client(&proxies, &f);
		if (memcmp(&got.address, &want.address, 16) != 0)
			fail_msg("way %d, forms %u: \"%s\" \"%s\"", way, forms,
			    forms & 1 ? hop_lines[0] : "",
			    forms & 2 ? element_lines[0] : "");
		/* and none of it matters from anybody else */
		f.peer = read_peer("203.0.113.77");
		got = forwarded_client(&proxies, &f);
		assert_memory_equal(&got.address, &f.peer.address, 16);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_hop_before_the_trusted_ones),
	    cmocka_unit_test(nobody_is_trusted_unasked),
	    cmocka_unit_test(too_many_lines_say_nothing),
	    cmocka_unit_test(a_list_of_proxies_is_strict),
	    cmocka_unit_test(any_way_as_the_reference_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
