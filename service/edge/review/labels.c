#include "labels.h"

#include <inttypes.h>
#include <stdio.h>

#include "../http/problem.h"
#include "../store/store_decision.h"
#include "lines.h"

enum { NEXT_BYTES = 64 };

/* A page in the making. */
struct page {
	struct lines lines; /* first */
	int64_t last;       /* `order` of the last line */
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

/* Who said so, and whether others would. */
static void
put_provenance(struct json_out *o, const struct label *l)
{
	json_out_text_if_any(o, "source", l->actor);
	json_out_text_if_any(o, "by", l->by);
	json_out_time(o, "decided", l->decided_at_ms);
	if (l->agreed > 0)
		json_out_integer(o, "agreed", l->agreed);
	if (l->disagreed > 0)
		json_out_integer(o, "disagreed", l->disagreed);
	json_out_integer(o, "order", l->order);
}

/* One line, without its end; p NULL: the arena is full. */
static struct span
write_line(const struct label *l, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "id", span_of(l->id));
	json_out_text(&o, "text", l->content);
	json_out_text(&o, "label", span_of(label_of(l->kind)));
	if (l->html)
		json_out_text(&o, "format", span_of("html"));
	json_out_text_if_any(&o, "author", l->author_name);
	json_out_text_if_any(&o, "author_id", l->author_id);
	json_out_text_if_any(&o, "url", l->author_url);
	json_out_text_if_any(&o, "thread", l->thread);
	json_out_text_if_any(&o, "type", l->type);
	json_out_time(&o, "time", l->at_ms);
	put_provenance(&o, l);
	if (l->basis.n > 0)
		json_out_raw(&o, "basis", l->basis);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

static void
add_line(void *arg, const struct label *l)
{
	struct page *p = arg;

	if (lines_room(&p->lines) &&
	    lines_add(&p->lines, write_line(l, &p->lines.call->request->arena)))
		p->last = l->order;
}

/* One more than the page is asked for, to see whether there is another. */
static int
read_page(struct page *p, const struct call *call, struct err *e)
{
	struct label_page asked = {.site = call->caller.site};
	struct label_visit visit = {add_line, p};

	*p = (struct page){0};
	if (lines_begin(&p->lines, call, e) != 0)
		return -1;
	if (form_number(form_get(&p->lines.query, span_of("after")), 1,
		INT64_MAX, &asked.after) != 0)
		return err_set(
		    e, ERR_INPUT, "after: expected what a Link gave");
	asked.most = p->lines.most + 1;
	return store_each_label(call->worker->reader, &asked, &visit, e);
}

void
labels_get(const struct call *call)
{
	char next[NEXT_BYTES];
	struct page p;
	struct err e;

	if (read_page(&p, call, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	snprintf(next, sizeof(next), "/v1/labels?after=%" PRId64, p.last);
	lines_answer(&p.lines, next);
}
