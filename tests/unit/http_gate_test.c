/*
 * Framing that is clear passes, all else is refused. The requests are cut
 * the way libmicrohttpd 0.9.75 cuts them, its leniency included.
 */
#include "../../service/edge/http/http_gate.h"
#include "../fuzz/gate_cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* A literal with NULs in it. */
#define REQUEST(text)                                                          \
	{                                                                      \
		text, sizeof text - 1                                          \
	}
#define HOST "Host: x\r\n"

static const struct {
	const char *name;
	struct span request;
	unsigned status;
} cases[] = {
    {"plain get", REQUEST("GET / HTTP/1.1\r\n" HOST "\r\n"), 0},
    {"query and escapes",
	REQUEST("GET /a%20b?c=%0D&d HTTP/1.1\r\n" HOST "\r\n"), 0},
    {"1.0 needs no host", REQUEST("GET / HTTP/1.0\r\n\r\n"), 0},
    {"post with length",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"), 0},
    {"blanks around a value",
	REQUEST("GET / HTTP/1.1\r\nHost: \t x \t \r\nA:b\r\n\r\n"), 0},
    {"empty value", REQUEST("GET / HTTP/1.1\r\n" HOST "A:\r\n\r\n"), 0},
    {"identity",
	REQUEST("GET / HTTP/1.1\r\n" HOST "Content-Encoding: Identity\r\n\r\n"),
	0},
    {"obs-text in a value",
	REQUEST("GET / HTTP/1.1\r\n" HOST "A: \xC3\xA9\r\n\r\n"), 0},

    {"no host", REQUEST("GET / HTTP/1.1\r\nA: b\r\n\r\n"), 400},
    {"no header", REQUEST("GET / HTTP/1.1\r\n\r\n"), 400},
    {"two hosts", REQUEST("GET / HTTP/1.1\r\n" HOST "hOST: y\r\n\r\n"), 400},
    {"two equal hosts", REQUEST("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400},
    {"post without length", REQUEST("POST / HTTP/1.1\r\n" HOST "\r\n"), 411},
    {"two lengths, long first",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Content-Length: 30\r\nContent-Length: 3\r\n\r\n"),
	400},
    {"two equal lengths",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Content-Length: 3\r\ncontent-length: 3\r\n\r\n"),
	400},
    {"list of lengths",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\n"),
	400},
    {"signed length",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\n"), 400},
    {"negative length",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"), 400},
    {"hex length",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n\r\n"), 400},
    {"empty length",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"), 400},
    {"endless length",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Content-Length: 18446744073709551617\r\n\r\n"),
	400},
    {"space before the colon",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length : 3\r\n\r\n"), 400},
    {"chunked",
	REQUEST(
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"),
	0},
    {"length and chunked",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
	400},
    {"chunked and length, on get",
	REQUEST("GET / HTTP/1.1\r\n" HOST
		"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"),
	400},
    {"gzip, chunked",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Transfer-Encoding: gzip, chunked\r\n\r\n"),
	400},
    {"xchunked",
	REQUEST(
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"),
	400},
    {"chunked with a tab inside",
	REQUEST(
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\tchunked\v\r\n\r\n"),
	400},
    {"chunked twice",
	REQUEST("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
		"Transfer-Encoding: identity\r\n\r\n"),
	400},
    {"chunked in 1.0",
	REQUEST("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
    {"folded coding",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Transfer-Encoding:\r\n chunked\r\n\r\n"),
	400},
    {"folded header",
	REQUEST("GET / HTTP/1.1\r\n" HOST "A: b\r\n\tc\r\nD: e\r\n\r\n"), 400},
    {"folded last header",
	REQUEST("GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n"), 400},
    {"fold after the request line",
	REQUEST("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), 400},
    {"header without a name", REQUEST("GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n"),
	400},
    {"name with a slash", REQUEST("GET / HTTP/1.1\r\n" HOST "a/b: c\r\n\r\n"),
	400},
    {"name beyond ASCII",
	REQUEST("GET / HTTP/1.1\r\n" HOST "\xC3\xA9: c\r\n\r\n"), 400},
    {"bare CR in a value", REQUEST("GET / HTTP/1.1\r\n" HOST "A: b\rc\r\n\r\n"),
	400},
    {"NUL in a value",
	REQUEST("GET / HTTP/1.1\r\n" HOST "A: b\0c\r\nD: e\r\n\r\n"), 400},
    {"NUL in the last value",
	REQUEST("GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n"), 400},
    {"NUL at the very end", REQUEST("GET / HTTP/1.1\r\n" HOST "A: b\0\r\n\r\n"),
	400},
    {"bare LF after the request line", REQUEST("GET / HTTP/1.1\n" HOST "\r\n"),
	400},
    {"bare LF after a header",
	REQUEST("GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"), 400},
    {"bare LF after the last header",
	REQUEST("GET / HTTP/1.1\r\nHost: x\n\r\n"), 400},
    {"bare LF as the empty line", REQUEST("GET / HTTP/1.1\r\nHost: x\r\n\n"),
	400},
    {"CR CR LF", REQUEST("GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"), 400},
    {"version 1.9", REQUEST("GET / HTTP/1.9\r\n" HOST "\r\n"), 400},
    {"version 1.1 in lower case", REQUEST("GET / http/1.1\r\n" HOST "\r\n"),
	400},
    {"no version", REQUEST("GET /\r\n" HOST "\r\n"), 400},
    {"space after the version", REQUEST("GET / HTTP/1.1 \r\n" HOST "\r\n"),
	400},
    {"two spaces before the target", REQUEST("GET  / HTTP/1.1\r\n" HOST "\r\n"),
	400},
    {"two spaces before the version",
	REQUEST("GET /  HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"space in the target", REQUEST("GET /a b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"NUL in the target", REQUEST("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"encoded NUL", REQUEST("GET /a%00b HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"encoded NUL at the end", REQUEST("GET /a%00 HTTP/1.1\r\n" HOST "\r\n"),
	400},
    {"target beyond ASCII", REQUEST("GET /\xC3\xA9 HTTP/1.1\r\n" HOST "\r\n"),
	400},
    {"control in the target", REQUEST("GET /\x1B HTTP/1.1\r\n" HOST "\r\n"),
	400},
    {"absolute target", REQUEST("GET http://x/ HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"star", REQUEST("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"odd method", REQUEST("G{T / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"gzip body",
	REQUEST("POST / HTTP/1.1\r\n" HOST
		"Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\n"),
	415},
    {"two keys",
	REQUEST("GET / HTTP/1.1\r\n" HOST
		"Authorization: a\r\nauthorization: b\r\n\r\n"),
	400},
};

static void
every_case_is_judged(void **state)
{
	static char buffer[65536];
	struct http_gate g;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].name);
		memcpy(buffer, cases[i].request.p, cases[i].request.n);
		assert_int_equal(
		    gate_cut(&g, buffer, cases[i].request.n, GATE_GAPS), 0);
		assert_int_equal(g.status, cases[i].status);
		assert_true((g.detail == NULL) == (g.status == 0));
	}
}

/* A request of `headers` headers and a Host; its length. */
static int
write_request(char *out, size_t size, int headers)
{
	int n = snprintf(out, size, "GET / HTTP/1.1\r\n" HOST);

	for (; headers > 0; headers--)
		n += snprintf(out + n, size - (size_t)n, "A%d: b\r\n", headers);
	return n + snprintf(out + n, size - (size_t)n, "\r\n");
}

static void
header_count_is_bounded(void **state)
{
	static char buffer[8192];
	struct http_gate g;
	int n, i;
	int extra;

	(void)state;
	for (extra = 0; extra <= 1; extra++) {
		n = write_request(
		    buffer, sizeof buffer, HTTP_GATE_HEADERS_MAX - 1 + extra);
		i = gate_cut(&g, buffer, (size_t)n, GATE_GAPS);
		assert_int_equal(i, 0);
		assert_int_equal(g.status, extra ? 431 : 0);
	}
}

static void
length_is_told(void **state)
{
	char buffer[] = "POST / HTTP/1.1\r\nHost: x\r\n"
			"Content-Length: 000123456789012 \r\n\r\n";
	struct http_gate g;

	(void)state;
	assert_int_equal(gate_cut(&g, buffer, sizeof buffer - 1, GATE_GAPS), 0);
	assert_int_equal(g.status, 0);
	assert_int_equal(g.length, 123456789012);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_case_is_judged),
	    cmocka_unit_test(header_count_is_bounded),
	    cmocka_unit_test(length_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
