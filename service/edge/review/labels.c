#include "labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../format/form.h"
#include "../format/json_out.h"
#include "../format/rfc3339.h"
#include "../http/problem.h"
#include "../request/service.h"
#include "../store/store_decision.h"

enum { LINK_BYTES = 96, NUMBER_BYTES_MAX = 18 };

/* A page in the making. */
struct page {
	struct label_page asked;
	struct arena *arena;
	struct span *lines;
	uint32_t n;
	size_t bytes;
	int64_t last; /* `order` of the last line */
	bool full;    /* enough: more would come after */
};

static const char *
label_of(enum decision_kind kind)
{
	static const char *const names[DECISION_KINDS] = {
	    [DECISION_APPROVE] = "ham",
	    [DECISION_SPAM] = "spam",
	    [DECISION_ABUSE] = "abuse",
	};

	return names[kind];
}

static void
put_text(struct json_out *o, const char *key, struct span text)
{
	if (text.n > 0)
		json_out_text(o, key, text);
}

/* One line, without its end; p NULL: the arena is full. */
static struct span
write_line(const struct label *l, struct arena *a)
{
	char time[RFC3339_BYTES];
	struct json_out o;

	rfc3339_write(l->at_ms, time);
	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "id", span_of(l->id));
	json_out_text(&o, "text", l->content);
	json_out_text(&o, "label", span_of(label_of(l->kind)));
	if (l->html)
		json_out_text(&o, "format", span_of("html"));
	put_text(&o, "author", l->author_name);
	put_text(&o, "author_id", l->author_id);
	put_text(&o, "thread", l->thread);
	json_out_text(&o, "time", span_of(time));
	put_text(&o, "source", l->actor);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

static void
add_line(void *arg, const struct label *l)
{
	struct page *p = arg;
	struct span line;

	if (p->full || p->n == p->asked.most || p->bytes > LABELS_BYTES) {
		p->full = true;
		return;
	}
	line = write_line(l, p->arena);
	if (line.p == NULL) {
		p->full = true;
		return;
	}
	p->lines[p->n++] = line;
	p->bytes += line.n + 1;
	p->last = l->order;
}

/* The lines as one text; p NULL: the arena is full. */
static struct span
join(const struct page *p)
{
	char *text = arena_alloc(p->arena, p->bytes + 1), *at = text;

	if (text == NULL)
		return (struct span){NULL, 0};
	for (uint32_t i = 0; i < p->n; i++) {
		at = mempcpy(at, p->lines[i].p, p->lines[i].n);
		*at++ = '\n';
	}
	return (struct span){text, (size_t)(at - text)};
}

/* A parameter from 1 to `most`, or `fallback` if it is not there. */
static int
read_number(
    const struct form *query, const char *name, int64_t most, int64_t *out)
{
	struct span s = form_get(query, span_of(name));
	int64_t value = 0;

	if (s.p == NULL)
		return 0;
	if (s.n == 0 || s.n > NUMBER_BYTES_MAX)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		value = 10 * value + (s.p[i] - '0');
	}
	*out = value;
	return value < 1 || value > most ? -1 : 0;
}

static int
read_page(struct page *p, const struct call *call, struct err *e)
{
	struct arena *a = &call->request->arena;
	int64_t most = LABELS_MAX;
	struct form query;

	*p = (struct page){.asked.site = call->caller.site, .arena = a};
	if (form_init(&query, a) != 0 ||
	    form_add_urlencoded(&query, call->request->query) != 0)
		return err_set(e, ERR_TOO_LARGE, "the query is too large");
	if (read_number(&query, "after", INT64_MAX, &p->asked.after) != 0)
		return err_set(
		    e, ERR_INPUT, "after: expected what a Link gave");
	if (read_number(&query, "limit", LABELS_MAX, &most) != 0)
		return err_set(
		    e, ERR_INPUT, "limit: expected a number from 1 to 500");
	p->asked.most = (unsigned)most;
	p->lines = arena_array(a, (size_t)most, sizeof(*p->lines));
	return p->lines != NULL
		   ? 0
		   : err_set(e, ERR_TOO_LARGE, "the page does not fit");
}

/* One more than the page is asked for, to see whether there is another. */
static int
read_lines(struct page *p, const struct call *call, struct err *e)
{
	struct label_page asked = p->asked;
	struct label_visit visit = {add_line, p};

	asked.most++;
	return store_each_label(call->worker->reader, &asked, &visit, e);
}

void
labels_get(const struct call *call)
{
	struct http_request *r = call->request;
	struct http_response out = {
	    .status = 200, .content_type = "application/x-ndjson"};
	char link[LINK_BYTES];
	struct page p;
	struct err e;

	if (read_page(&p, call, &e) != 0 || read_lines(&p, call, &e) != 0) {
		problem_answer(r, &e, NULL);
		return;
	}
	out.body = join(&p);
	if (out.body.p == NULL || (p.full && p.n == 0)) {
		err_set(&e, ERR_TOO_LARGE, "the page does not fit");
		problem_answer(r, &e, NULL);
		return;
	}
	snprintf(link, sizeof(link),
	    "</v1/labels?after=%" PRId64 "&limit=%u>; rel=\"next\"", p.last,
	    p.asked.most);
	if (p.full)
		out.headers[0] = (struct http_header){"Link", link};
	http_answer(r, &out);
}
