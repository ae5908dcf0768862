#include "history.h"

#include <stdio.h>

#include "../http/problem.h"
#include "../process/loop.h"
#include "../store/store_decision.h"
#include "../store/store_model.h"
#include "lines.h"

enum { NEXT_BYTES = 96, DAYS_MAX = 3650 };

/* A page in the making. */
struct page {
	struct lines lines;         /* first */
	char last[ULID_BYTES + 1];  /* id of the last line */
	char above[ULID_BYTES + 1]; /* ids come after this */
	struct judged_visit asked;
};

static void
put_comment(struct json_out *o, const struct record *r)
{
	json_out_text(o, "id", span_of(r->id));
	json_out_text(o, "text", r->content);
	json_out_null(o, "label");
	if (r->html)
		json_out_text(o, "format", span_of("html"));
	json_out_text_if_any(o, "author", r->author_name);
	json_out_text_if_any(o, "author_id", r->author_id);
	json_out_text_if_any(o, "url", r->author_url);
	json_out_text_if_any(o, "thread", r->thread);
	json_out_text_if_any(o, "type", r->type);
	json_out_time(o, "time",
	    r->created_at_ms > 0 ? r->created_at_ms : r->received_at_ms);
}

/* `decision` is no label: it may be one that does not teach. */
static struct span
write_line(const struct record *r, int decision, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	put_comment(&o, r);
	if (decision >= 0)
		json_out_text(&o, "decision",
		    span_of(decision_name((enum decision_kind)decision)));
	if (r->basis.n > 0)
		json_out_raw(&o, "basis", r->basis);
	json_out_raw(&o, "verdict", r->verdict);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

static void
add_line(void *arg, const struct record *r, int decision)
{
	struct page *p = arg;
	struct span line;

	if (!lines_room(&p->lines))
		return;
	/* beside the record, whose memory is taken back */
	line = write_line(r, decision, &p->lines.call->request->arena);
	if (lines_add(&p->lines, line))
		memcpy(p->last, r->id, sizeof p->last);
}

static int
read_query(struct page *p, struct err *e)
{
	const struct lines *l = &p->lines;
	int64_t days = 0;

	p->asked.below = form_get(&l->query, span_of("before"));
	if (p->asked.below.p != NULL && p->asked.below.n != ULID_BYTES)
		return err_set(
		    e, ERR_INPUT, "before: expected what a Link gave");
	if (form_number(
		form_get(&l->query, span_of("days")), 1, DAYS_MAX, &days) != 0)
		return err_set(
		    e, ERR_INPUT, "days: expected a number from 1 to 3650");
	if (days > 0) {
		secrets_ulid_least(clock_unix_ms() - days * DAY_MS, p->above);
		p->asked.above = span_of(p->above);
	}
	return 0;
}

/* Records are read into a part of the arena of their own, one at a time. */
static int
read_page(struct page *p, const struct call *call, struct err *e)
{
	struct arena *a = &call->request->arena, aside;
	size_t room;
	void *block;

	*p = (struct page){0};
	if (lines_begin(&p->lines, call, e) != 0 || read_query(p, e) != 0)
		return -1;
	room = (a->size - a->used) / 4;
	block = arena_alloc(a, room);
	if (block == NULL)
		return err_set(e, ERR_TOO_LARGE, "the page does not fit");
	arena_init(&aside, block, room);
	p->asked.site = call->caller.site;
	p->asked.most = p->lines.most + 1;
	p->asked.arena = &aside;
	p->asked.each = add_line;
	p->asked.arg = p;
	return store_each_judged(call->worker->reader, &p->asked, e);
}

void
history_get(const struct call *call)
{
	char next[NEXT_BYTES];
	struct page p;
	struct err e;

	if (read_page(&p, call, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	snprintf(next, sizeof(next), "/v1/history?before=%s", p.last);
	lines_answer(&p.lines, next);
}
