/* Framing that two readers could understand differently, over raw sockets. */
#include "http_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HOST "Host: x\r\n"

/*
 * Requests that must be refused, and the connection closed, although the
 * bytes after the first CRLF CRLF could be read as a body or as a request.
 */
static const struct {
	const char *name;
	const char *request;
	size_t n;
	unsigned status;
} refused[] = {
#define CASE(name, status, text)                                               \
	{                                                                      \
		name, text, sizeof text - 1, status                            \
	}
#define NEXT      "GET /smuggled HTTP/1.1\r\n" HOST "\r\n"
#define POST(x)   "POST /echo HTTP/1.1\r\n" HOST x "\r\n"
#define CHUNKS    "3\r\nabc\r\n0\r\n\r\n"
#define X32       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X256      X32 X32 X32 X32 X32 X32 X32 X32
#define X2K       X256 X256 X256 X256 X256 X256 X256 X256
#define CHUNK_16K "4000\r\n" X2K X2K X2K X2K X2K X2K X2K X2K "\r\n"
    CASE("TE and CL", 400,
	POST("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")
	    CHUNKS NEXT),
    CASE("CL and TE on GET", 400,
	"GET / HTTP/1.1\r\n" HOST
	"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" CHUNKS NEXT),
    /* served, but then closed: others may see another end of the chunks */
    CASE("chunked", 200, POST("Transfer-Encoding: chunked\r\n") CHUNKS NEXT),
    CASE("chunked on GET", 411,
	"GET / HTTP/1.1\r\n" HOST
	"Transfer-Encoding: chunked\r\n\r\n" CHUNKS NEXT),
    CASE("chunks too large", 413,
	POST("Transfer-Encoding: chunked\r\n")
	    CHUNK_16K CHUNK_16K CHUNK_16K CHUNK_16K CHUNKS NEXT),
    CASE("gzip, chunked", 400,
	POST("Transfer-Encoding: gzip, chunked\r\n") CHUNKS NEXT),
    CASE("xchunked", 400, POST("Transfer-Encoding: xchunked\r\n") NEXT),
    CASE("identity and chunked", 400,
	POST("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n")
	    CHUNKS NEXT),
    CASE("TE on 1.0", 400,
	"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" CHUNKS),
    CASE("folded TE", 400,
	POST("Transfer-Encoding:\r\n chunked\r\n") CHUNKS NEXT),
    CASE("CL 3 then 30", 400,
	POST("Content-Length: 3\r\nContent-Length: 30\r\n") "abc" NEXT),
    CASE("CL 30 then 3", 400,
	POST("Content-Length: 30\r\nContent-Length: 3\r\n") "abc" NEXT),
    CASE("CL twice the same", 400,
	POST("Content-Length: 3\r\nContent-Length: 3\r\n") "abc" NEXT),
    CASE("CL with a space before the colon", 400,
	POST("Content-Length : 3\r\n") "abc" NEXT),
    CASE("CL list", 400, POST("Content-Length: 3, 3\r\n") "abc" NEXT),
    CASE("CL +3", 400, POST("Content-Length: +3\r\n") "abc" NEXT),
    CASE("CL -3", 400, POST("Content-Length: -3\r\n") "abc" NEXT),
    CASE("CL 2^64", 413, POST("Content-Length: 18446744073709551616\r\n")),
    CASE("CL 2^64-1", 400, POST("Content-Length: 18446744073709551615\r\n")),
    CASE("no CL", 411, POST("")),
    CASE("two Host", 400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n" NEXT),
    CASE("no Host", 400, "GET / HTTP/1.1\r\n\r\n" NEXT),
    CASE("bare LF lines", 400, "GET / HTTP/1.1\nHost: x\n\n" NEXT),
    CASE("one bare LF", 400, "GET / HTTP/1.1\r\nA: b\nHost: x\r\n\r\n" NEXT),
    CASE("bare CR in a value", 400,
	"GET / HTTP/1.1\r\n" HOST "A: b\rC: d\r\n\r\n" NEXT),
    CASE("NUL in a value", 400,
	"GET / HTTP/1.1\r\nA: b\0c\r\n" HOST "\r\n" NEXT),
    CASE("NUL in the last value", 400,
	"GET / HTTP/1.1\r\n" HOST "A: b\0\r\n\r\n" NEXT),
    CASE("NUL in a name", 400, "GET / HTTP/1.1\r\n" HOST "A\0: b\r\n\r\n" NEXT),
    CASE("name beyond ASCII", 400,
	"GET / HTTP/1.1\r\n" HOST "\xC3\xA9: b\r\n\r\n" NEXT),
    CASE("line without a colon", 400,
	"GET / HTTP/1.1\r\n" HOST "nonsense\r\n\r\n" NEXT),
    CASE("folded value", 400,
	"GET / HTTP/1.1\r\nA: b\r\n c\r\n" HOST "\r\n" NEXT),
    CASE("version 1.9", 400, "GET / HTTP/1.9\r\n" HOST "\r\n" NEXT),
    CASE("version 2.0", 505, "GET / HTTP/2.0\r\n" HOST "\r\n" NEXT),
    CASE("NUL in the target", 400, "GET /a\0b HTTP/1.1\r\n" HOST "\r\n" NEXT),
    CASE("encoded NUL", 400, "GET /a%00b HTTP/1.1\r\n" HOST "\r\n" NEXT),
    CASE(
	"raw UTF-8 target", 400, "GET /\xC3\xA9 HTTP/1.1\r\n" HOST "\r\n" NEXT),
    CASE(
	"escape in the query", 400, "GET /?\x1B HTTP/1.1\r\n" HOST "\r\n" NEXT),
    CASE("space in the target", 400, "GET /a b HTTP/1.1\r\n" HOST "\r\n" NEXT),
    CASE("absolute target", 400, "GET http://x/ HTTP/1.1\r\n" HOST "\r\n" NEXT),
    CASE("compressed", 415,
	POST("Content-Length: 3\r\nContent-Encoding: gzip\r\n") "abc" NEXT),
    CASE("two keys", 400,
	"GET / HTTP/1.1\r\n" HOST
	"Authorization: a\r\nAuthorization: b\r\n\r\n" NEXT),
    CASE("body too large", 413, POST("Content-Length: 65537\r\n") "abc"),
    CASE("body too large, expecting", 413,
	POST("Content-Length: 1073741824\r\nExpect: 100-continue\r\n")),
    CASE("body on GET", 413,
	"GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc" NEXT),
};

static void
ambiguous_requests_are_refused(void **state)
{
	struct http_config c = server_config();
	struct server s;
	struct reply r;
	size_t i;
	int fd;

	(void)state;
	server_start(&s, &c);
	for (i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		print_message("%s\n", refused[i].name);
		fd = client_open(&s);
		client_send(fd, refused[i].request, refused[i].n);
		r = client_read(fd, false);
		assert_int_equal(r.status, refused[i].status);
		/* nothing of what follows is read as a request */
		while (r.status != 0) {
			r = client_read(fd, false);
			assert_int_not_equal(r.status, 200);
		}
		close(fd);
	}
	server_stop(&s);
}

/* What a GET gets that has a target of `n` > 1 bytes and so many headers. */
static unsigned
status_of_size(const struct server *s, int n, int headers)
{
	static char request[131072];
	FILE *f = fmemopen(request, sizeof request, "w");

	fprintf(f, "GET /%0*d HTTP/1.1\r\n" HOST, n - 1, 0);
	while (headers-- > 0)
		fprintf(f, "A: %0100d\r\n", 0);
	fprintf(f, "\r\n");
	fclose(f);
	return client_ask(s, request).status;
}

static void
sizes_are_bounded(void **state)
{
	struct http_config c = server_config();
	struct server s;

	(void)state;
	server_start(&s, &c);
	assert_int_equal(status_of_size(&s, 2, 1), 200);
	assert_int_equal(status_of_size(&s, 2048, 60), 200);
	assert_int_equal(status_of_size(&s, 2049, 1), 414);
	assert_int_equal(status_of_size(&s, 40000, 1), 414);
	assert_int_equal(status_of_size(&s, 2, 64), 431);
	assert_int_equal(status_of_size(&s, 2, 400), 431);
	server_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ambiguous_requests_are_refused),
	    cmocka_unit_test(sizes_are_bounded),
	};

	return cmocka_run_group_tests(tests, server_set_up, NULL);
}
