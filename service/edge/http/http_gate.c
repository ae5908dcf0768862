#include "http_gate.h"

enum { SP = 1, CRLF = 2 };

static void
refuse(struct http_gate *g, unsigned status, const char *detail)
{
	if (g->status != 0)
		return;
	g->status = status;
	g->detail = detail;
}

/* Checks that `piece` begins `width` bytes after the piece before. */
static void
check_gap(struct http_gate *g, const char *piece, unsigned width)
{
	if (g->gaps && (uintptr_t)piece - (uintptr_t)g->end != width)
		refuse(g, 400,
		    "the lines of the request are not separated by exactly "
		    "one CRLF, its parts by exactly one space");
}

static void
step_over(struct http_gate *g, struct span piece, unsigned width)
{
	check_gap(g, piece.p, width);
	g->end = piece.p + piece.n;
}

/* RFC 9110 §5.6.2: tchar. */
static bool
is_token(struct span s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	size_t i;
	char c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (c >= '0' && c <= '9')
			continue;
		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
			continue;
		if (c == '\0' || strchr(others, c) == NULL)
			return false;
	}
	return s.n > 0;
}

/* Printable ASCII, from the root, and no NUL in disguise. */
static bool
is_target(struct span s)
{
	size_t i;

	if (s.n == 0 || s.p[0] != '/')
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' ||
		    s.p[i] >= 0x7F) /* whatever sign char has */
			return false;
		if (s.p[i] == '%' && s.n - i > 2 && s.p[i + 1] == '0' &&
		    s.p[i + 2] == '0')
			return false;
	}
	return true;
}

void
http_gate_begin(struct http_gate *g, struct span target, bool gaps)
{
	*g = (struct http_gate){
	    .gaps = gaps, .start = target.p, .end = target.p + target.n};
	if (!is_target(target))
		refuse(g, 400,
		    "the target must be a path of printable ASCII, anything "
		    "else percent-encoded, without %00");
}

void
http_gate_line(struct http_gate *g, struct span method, struct span version)
{
	step_over(g, version, SP);
	g->end = method.p + method.n;
	check_gap(g, g->start, SP);
	g->end = version.p + version.n;
	if (!is_token(method))
		refuse(g, 400, "the method is not a token");
	g->http_11 = span_equal(version, span_of("HTTP/1.1"));
	if (!g->http_11 && !span_equal(version, span_of("HTTP/1.0")))
		refuse(g, 400, "the version is neither HTTP/1.0 nor HTTP/1.1");
}

static void
see_host(struct http_gate *g, struct span value)
{
	(void)value;
	if (++g->hosts > 1)
		refuse(g, 400, "more than one Host");
}

static void
see_length(struct http_gate *g, struct span value)
{
	uint64_t n = 0;
	size_t i;

	if (++g->lengths > 1)
		refuse(g, 400, "more than one Content-Length");
	for (i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			break;
		n = n * 10 + (uint64_t)(value.p[i] - '0');
	}
	if (value.n == 0 || value.n > 18 || i < value.n)
		refuse(g, 400, "Content-Length is not a number of bytes");
	g->length = n;
}

static void
see_coding(struct http_gate *g, struct span value)
{
	if (++g->codings > 1 || !span_is(value, "chunked"))
		refuse(g, 400, "Transfer-Encoding is not exactly chunked");
	g->chunked = true;
}

static void
see_compression(struct http_gate *g, struct span value)
{
	if (!span_is(value, "identity"))
		refuse(g, 415, "Content-Encoding is not identity");
}

static void
see_authorization(struct http_gate *g, struct span value)
{
	(void)value;
	if (++g->authorizations > 1)
		refuse(g, 400, "more than one Authorization");
}

static const struct {
	const char *name;
	void (*see)(struct http_gate *g, struct span value);
} watched[] = {
    {"host", see_host},
    {"content-length", see_length},
    {"transfer-encoding", see_coding},
    {"content-encoding", see_compression},
    {"authorization", see_authorization},
};

static bool
is_value(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || s.p[i] == '\r' || s.p[i] == '\n')
			return false;
	return true;
}

void
http_gate_header(struct http_gate *g, struct span name, struct span value)
{
	size_t i;

	step_over(g, name, CRLF);
	g->end = value.p + value.n; /* blanks around the colon may vary */
	if (++g->headers > HTTP_GATE_HEADERS_MAX)
		refuse(g, 431, "more than 64 headers");
	if (!is_token(name))
		refuse(g, 400, "the name of a header is not a token");
	if (!is_value(value))
		refuse(g, 400, "a header contains a control character");
	for (i = 0; i < sizeof watched / sizeof watched[0]; i++)
		if (span_is(name, watched[i].name))
			watched[i].see(g, span_trim(value));
}

void
http_gate_end(struct http_gate *g, const char *end, bool has_body)
{
	check_gap(g, end, CRLF + CRLF);
	if (g->http_11 && g->hosts == 0)
		refuse(g, 400, "no Host");
	if (g->codings > 0 && g->lengths > 0)
		refuse(g, 400, "both Transfer-Encoding and Content-Length");
	if (g->codings > 0 && !g->http_11)
		refuse(g, 400, "Transfer-Encoding in HTTP/1.0");
	if (has_body && g->lengths == 0 && g->codings == 0)
		refuse(g, 411, "the request needs a Content-Length");
}
