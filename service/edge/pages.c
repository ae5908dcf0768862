#include "pages.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/problem.h"
#include "pages_table.h"
#include "request/service.h"

enum { FILE_BYTES_MAX = 1 << 20, TAG_BYTES = 32 };

/* What a name ends with, and so what it is. */
static const struct {
	const char *end, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

static const struct http_header security[] = {
    {"Content-Security-Policy",
	"default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self'; connect-src 'self'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'; "
	"require-trusted-types-for 'script'; trusted-types 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Frame-Options", "DENY"},
    {"Permissions-Policy",
	"accelerometer=(), camera=(), display-capture=(), geolocation=(), "
	"gyroscope=(), microphone=(), payment=(), usb=()"},
};

/* The content type of a file; NULL: the page has no such files. */
static const char *
type_of(struct span name)
{
	for (size_t i = 0; i < TYPES; i++) {
		struct span end = span_of(types[i].end);

		if (name.n > end.n &&
		    memcmp(name.p + name.n - end.n, end.p, end.n) == 0)
			return types[i].type;
	}
	return NULL;
}

/* Cuts what comes before the first `mark`, without blanks around it. */
static struct span
cut(struct span *rest, char mark)
{
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, mark, rest->n);
	size_t n = at == NULL ? rest->n : (size_t)(at - rest->p);
	struct span part = {rest->p, n};

	n += at != NULL;
	rest->p += n;
	rest->n -= n;
	return span_trim(part);
}

/* Whether a parameter is a weight of nothing: "q=0", "q=0.000". */
static bool
is_refusal(struct span parameter)
{
	struct span name = cut(&parameter, '=');

	if (name.n != 1 || (name.p[0] | ' ') != 'q' || parameter.n == 0)
		return false;
	for (size_t i = 0; i < parameter.n; i++)
		if (parameter.p[i] >= '1' && parameter.p[i] <= '9')
			return false;
	return true;
}

bool
pages_takes_gzip(struct span accept)
{
	while (accept.n > 0) {
		struct span coding = cut(&accept, ',');
		struct span name = cut(&coding, ';');

		if (span_equal(name, span_of("gzip")))
			return !is_refusal(cut(&coding, ';'));
	}
	return false;
}

static void
add_security(struct http_request *r)
{
	for (size_t i = 0; i < sizeof(security) / sizeof(security[0]); i++)
		http_add_header(r, security[i].name, security[i].value);
}

static void
answer_none(const struct call *call)
{
	struct http_response out;

	problem_fill(call->request, 404, "no such path", NULL, &out);
	http_answer(call->request, &out);
}

/* Whether the client has what the tag names. */
static bool
is_known(const struct http_request *r, const char *tag)
{
	struct span have = http_header(r, "If-None-Match");

	return have.n > 0 && memmem(have.p, have.n, tag, strlen(tag)) != NULL;
}

static void
answer_page(const struct call *call, const struct page *page)
{
	struct http_request *r = call->request;
	bool gzip = pages_takes_gzip(http_header(r, "Accept-Encoding"));
	char tag[TAG_BYTES];
	struct http_response out = {
	    .status = 200,
	    .content_type = type_of(span_of(page->name)),
	    .body = gzip ? page->gzip : page->bytes,
	    .lasts = true,
	    .headers = {{"ETag", tag}, {"Cache-Control", "no-cache"},
		{"Vary", "Accept-Encoding"},
		{gzip ? "Content-Encoding" : NULL, "gzip"}},
	};

	snprintf(tag, sizeof(tag), "\"%s%s\"", page->digest, gzip ? "-gz" : "");
	if (is_known(r, tag)) {
		out.status = 304;
		out.body.n = 0;
		out.headers[3].name = NULL;
	}
	add_security(r);
	http_answer(r, &out);
}

static void
answer_built(const struct call *call, struct span name)
{
	for (size_t i = 0; i < pages_table_n; i++)
		if (span_equal(name, span_of(pages_table[i].name))) {
			answer_page(call, &pages_table[i]);
			return;
		}
	answer_none(call);
}

/* Opens a file in a folder, but nothing that a link leads to: -1, none. */
static int
open_file(const char *folder, struct span name)
{
	char path[PATH_MAX];
	int n = snprintf(
	    path, sizeof(path), "%s/%.*s", folder, (int)name.n, name.p);
	struct stat s;
	int fd;

	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* For who works on the page: a name has no '/', as no segment has. */
static void
answer_from_folder(
    const struct call *call, const char *folder, struct span name)
{
	struct http_request *r = call->request;
	struct http_response out = {
	    .status = 200, .content_type = type_of(name)};
	char *bytes = arena_alloc(&r->arena, FILE_BYTES_MAX);
	int fd = out.content_type == NULL || bytes == NULL
		     ? -1
		     : open_file(folder, name);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, FILE_BYTES_MAX);

	if (fd >= 0)
		close(fd);
	if (n < 0) {
		answer_none(call);
		return;
	}
	out.body = (struct span){bytes, (size_t)n};
	add_security(r);
	http_answer(r, &out);
}

static void
answer_file(const struct call *call, struct span name)
{
	const char *folder = call->worker->service->ui_dir;

	if (folder == NULL)
		answer_built(call, name);
	else
		answer_from_folder(call, folder, name);
}

void
pages_index(const struct call *call)
{
	answer_file(call, span_of("index.html"));
}

void
pages_file(const struct call *call)
{
	answer_file(call, call->id);
}
