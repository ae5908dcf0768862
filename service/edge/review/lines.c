#include "lines.h"

#include <stdio.h>

#include "../http/problem.h"
#include "../request/query.h"

enum { LINK_BYTES = 192 };

int
lines_begin(struct lines *l, const struct call *call, struct err *e)
{
	int64_t most = LINES_MAX;

	*l = (struct lines){.call = call};
	if (query_read(&l->query, call, e) != 0)
		return -1;
	if (form_number(form_get(&l->query, span_of("limit")), 1, LINES_MAX,
		&most) != 0)
		return err_set(
		    e, ERR_INPUT, "limit: expected a number from 1 to 500");
	l->most = (unsigned)most;
	l->items =
	    arena_array(&call->request->arena, (size_t)most, sizeof(*l->items));
	return l->items != NULL
		   ? 0
		   : err_set(e, ERR_TOO_LARGE, "the page does not fit");
}

bool
lines_room(struct lines *l)
{
	l->full = l->full || l->n == l->most || l->bytes > LINES_BYTES;
	return !l->full;
}

bool
lines_add(struct lines *l, struct span line)
{
	if (line.p == NULL) {
		l->full = true;
		return false;
	}
	l->items[l->n++] = line;
	l->bytes += line.n + 1;
	return true;
}

/* The lines as one text; p NULL: the arena is full. */
static struct span
join(const struct lines *l)
{
	char *text = arena_alloc(&l->call->request->arena, l->bytes + 1);
	char *at = text;

	if (text == NULL)
		return (struct span){NULL, 0};
	for (uint32_t i = 0; i < l->n; i++) {
		at = mempcpy(at, l->items[i].p, l->items[i].n);
		*at++ = '\n';
	}
	return (struct span){text, (size_t)(at - text)};
}

/* A page is asked for as the one before it. NULL: the arena is full. */
static char *
write_link(const struct lines *l, const char *next)
{
	static const char *const kept[] = {"site", "days"};
	struct span values[sizeof(kept) / sizeof(*kept)];
	size_t bytes = LINK_BYTES;
	char *link, *at;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		values[i] = form_get(&l->query, span_of(kept[i]));
		bytes += 3 * values[i].n;
	}
	link = arena_alloc(&l->call->request->arena, bytes);
	if (link == NULL)
		return NULL;
	at = link + snprintf(link, LINK_BYTES, "<%s&limit=%u", next, l->most);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (values[i].n == 0)
			continue;
		at = stpcpy(stpcpy(stpcpy(at, "&"), kept[i]), "=");
		at = form_escape(at, values[i]);
	}
	stpcpy(at, ">; rel=\"next\"");
	return link;
}

void
lines_answer(const struct lines *l, const char *next)
{
	struct http_request *r = l->call->request;
	struct http_response out = {
	    .status = 200, .content_type = "application/x-ndjson"};
	const char *link = l->full ? write_link(l, next) : "";
	struct err e;

	out.body = join(l);
	if (link == NULL || out.body.p == NULL || (l->full && l->n == 0)) {
		err_set(&e, ERR_TOO_LARGE, "the page does not fit");
		problem_answer(r, &e, NULL);
		return;
	}
	if (l->full)
		out.headers[0] = (struct http_header){"Link", link};
	http_answer(r, &out);
}
