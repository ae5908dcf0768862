#include <strings.h>

#include "http_private.h"

enum { STREAM_BYTES = 4096 }; /* of a stream, asked for at a time */

/* Whether the handler named `name` itself. */
static bool
names_header(const struct http_response *a, const char *name)
{
	size_t i;

	for (i = 0; i < HTTP_HEADERS_MAX && a->headers[i].name != NULL; i++)
		if (strcasecmp(a->headers[i].name, name) == 0)
			return true;
	return false;
}

/* Whether it has it; of a value NULL it has none. */
static bool
add_header(struct MHD_Response *r, const struct http_header *h)
{
	return h->value == NULL ||
	       MHD_add_response_header(r, h->name, h->value) == MHD_YES;
}

/* Whether the request's arena holds the body, until it is sent. */
static bool
is_in_arena(const struct arena *a, struct span body)
{
	uintptr_t base = (uintptr_t)a->base, at = (uintptr_t)body.p;

	return at >= base && at - base < a->used;
}

static struct MHD_Response *
make_body(struct http_connection *c, const struct http_response *a)
{
	bool in_arena = is_in_arena(&c->request.arena, a->body);

	c->apart = !in_arena;
	/* to HEAD the library would send the end of the chunks, too */
	if (c->stream != NULL && !c->heads_only)
		return MHD_create_response_from_callback(
		    MHD_SIZE_UNKNOWN, STREAM_BYTES, http_stream_read, c, NULL);
	return MHD_create_response_from_buffer(a->body.n, (void *)a->body.p,
	    in_arena || a->lasts ? MHD_RESPMEM_PERSISTENT
				 : MHD_RESPMEM_MUST_COPY);
}

/* Its headers: 0, or -1, and then it lacks some. */
static int
add_headers(struct http_connection *c, const struct http_response *a,
    struct MHD_Response *r, bool close_after)
{
	const struct http_header *more = c->request.more;
	const struct http_header own[] = {
	    {"Content-Type", a->content_type},
	    {"X-Request-Id", c->id},
	    {"X-Content-Type-Options", "nosniff"},
	    {"Cache-Control",
		names_header(a, "Cache-Control") ? NULL : "no-store"},
	    {"Connection", close_after ? "close" : NULL},
	};
	bool all = true;
	size_t i;

	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		all &= add_header(r, &own[i]);
	for (i = 0; i < HTTP_HEADERS_MAX && a->headers[i].name != NULL; i++)
		all &= add_header(r, &a->headers[i]);
	for (i = 0; i < HTTP_HEADERS_MAX && more[i].name != NULL; i++)
		all &= names_header(a, more[i].name) || add_header(r, &more[i]);
	return all ? 0 : -1;
}

/* One without all of its headers would be another answer. */
struct MHD_Response *
http_response_make(
    struct http_connection *c, const struct http_response *a, bool close_after)
{
	struct MHD_Response *r = make_body(c, a);

	if (r == NULL || add_headers(c, a, r, close_after) == 0)
		return r;
	MHD_destroy_response(r);
	return NULL;
}

void
http_add_header(struct http_request *r, const char *name, const char *value)
{
	size_t i = 0;

	while (i < HTTP_HEADERS_MAX && r->more[i].name != NULL)
		i++;
	if (i < HTTP_HEADERS_MAX)
		r->more[i] = (struct http_header){name, value};
}
