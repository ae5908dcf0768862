#include "reports.h"

#include <stdio.h>

#include "../check/news.h"
#include "../format/json.h"
#include "../process/container.h"
#include "../request/fields.h"
#include "../store/store_queue.h"
#include "feedback.h"
#include "item_json.h"

enum {
	REPORTER_BYTES_MAX = 256,
	NOTE_BYTES_MAX = 1024,
	WAITING_MAX = 256, /* reports that are to be written */
};

/* What a body says. */
struct body {
	enum report_reason reason;
	json_t *reporter, *note;
};

/* A report on its way, in the request's arena. */
struct reporting {
	struct feedback feedback; /* first: what it may lead to */
	struct aside_job job;
	struct body body;
	json_t *read; /* of which the body borrows */
	struct record record;
	struct report report;
	char reporter[PSEUDONYM_BYTES + 1];
	struct report_outcome outcome;
	int failed;
	struct err err; /* why */
};

static int
read_reason(json_t *v, void *out)
{
	int reason = report_reason_named(json_text(v));

	*(enum report_reason *)out = (enum report_reason)reason;
	return reason < 0 ? -1 : 0;
}

/* Text of 1 to `most` bytes. */
static int
read_text(json_t *v, void *out, size_t most)
{
	size_t n = json_string_length(v);

	return n < 1 || n > most ? -1 : field_value(v, out);
}

static int
read_reporter(json_t *v, void *out)
{
	return read_text(v, out, REPORTER_BYTES_MAX);
}

static int
read_note(json_t *v, void *out)
{
	return read_text(v, out, NOTE_BYTES_MAX);
}

#define REASON_EXPECTED "spam, abuse, off_topic or other"

static const struct field fields[] = {
    {"reason", read_reason, offsetof(struct body, reason), REASON_EXPECTED},
    {"reporter", read_reporter, offsetof(struct body, reporter),
	"text of 1 to 256 bytes"},
    {"note", read_note, offsetof(struct body, note), "text of 1 to 1024 bytes"},
    {NULL},
};

/* Reads the body: 0, or -1 and `e`, `field`. */
static int
read_body(struct reporting *x, struct problem_field *field, struct err *e)
{
	x->body.reason = REPORT_REASONS;
	x->read = fields_read(
	    fields, x->feedback.call.request->body, &x->body, field, e);
	if (x->read == NULL)
		return -1;
	if (x->body.reason == REPORT_REASONS)
		return fields_misfit(
		    field, e, "/reason", "expected " REASON_EXPECTED);
	if (x->body.reporter == NULL)
		return fields_misfit(field, e, "/reporter",
		    "expected who reports it, text of 1 to 256 bytes");
	return 0;
}

static void
release(void *arg)
{
	json_decref(((struct reporting *)arg)->read);
}

/* Who it is stays with the engine. */
static void
fill(struct reporting *x)
{
	const struct call *call = &x->feedback.call;

	secrets_pseudonym(call->worker->service->secret,
	    json_text(x->body.reporter), x->reporter);
	x->report = (struct report){
	    .site = call->caller.site,
	    .created_at_ms = clock_unix_ms(),
	    .comment = call->id,
	    .reporter = span_of(x->reporter),
	    .reason = x->body.reason,
	    .note = json_text(x->body.note),
	};
}

static struct reporting *
reporting_of(struct aside_job *j)
{
	return container_of(j, struct reporting, job);
}

static void
work(struct aside_job *j)
{
	struct reporting *x = reporting_of(j);

	x->failed = store_add_report(x->feedback.call.worker->service->store,
	    &x->report, &x->outcome, &x->err);
}

static void
answer(struct reporting *x)
{
	const struct report_outcome *r = &x->outcome;
	struct item_writer w;
	struct err e = ERR_NO_ANSWER;

	if (item_begin(&w, &x->feedback.call) != 0) {
		problem_answer(x->feedback.call.request, &e, NULL);
		return;
	}
	json_out_open(&w.out, NULL, '{');
	json_out_text(&w.out, "id", x->report.comment);
	json_out_text(&w.out, "state", span_of(comment_state_name(r->state)));
	json_out_boolean(&w.out, "counted", r->counted);
	json_out_integer(&w.out, "n", r->n);
	json_out_close(&w.out, '}');
	item_end(&w);
}

/* What somebody decided meanwhile holds; the report is written either way. */
static void
held(struct feedback *f, const struct err *e)
{
	struct reporting *x = (struct reporting *)f;

	if (e == NULL)
		x->outcome.state = COMMENT_HELD;
	answer(x);
}

/* Whether it brought the comment to those that wait for somebody. */
static bool
has_opened(const struct reporting *x)
{
	const struct report_outcome *r = &x->outcome;

	return r->counted && r->fresh == 1 && r->state == COMMENT_PUBLISHED;
}

/* Whether so many say so that it is to be looked at before it is read on. */
static bool
are_enough(const struct reporting *x)
{
	int64_t bound = x->feedback.call.caller.settings.report_hold;

	return bound > 0 && x->outcome.state == COMMENT_PUBLISHED &&
	       x->outcome.fresh >= bound;
}

/* Takes the comment back. Nothing is learned: readers only ask to look. */
static void
hold(struct reporting *x)
{
	static const enum comment_state published = COMMENT_PUBLISHED;
	struct feedback *f = &x->feedback;
	struct err ignored;

	feedback_fill(f, &f->one, DECISION_HOLD);
	f->one.learn = false;
	f->one.actor = span_of("readers");
	f->one.api_key = (struct span){NULL, 0};
	f->one.reason = span_of("reported");
	snprintf(f->call.caller.label, sizeof(f->call.caller.label), "readers");
	f->put.if_state = &published;
	f->put.if_decided_ms = &x->outcome.decided_at_ms;
	if (feedback_about_record(f, &f->one, &x->record, &ignored) != 0)
		answer(x);
	else
		feedback_decide(f);
}

static void
done(struct aside_job *j)
{
	struct reporting *x = reporting_of(j);
	const struct call *call = &x->feedback.call;

	if (x->failed) {
		problem_answer(call->request, &x->err, NULL);
		return;
	}
	if (has_opened(x))
		news_of_report(call->worker->service, &x->report);
	if (are_enough(x))
		hold(x);
	else
		answer(x);
}

/* Finds the comment and reads what is said of it. 0 or -1. */
static int
begin(struct reporting *x, struct problem_field *field, struct err *e)
{
	const struct call *call = &x->feedback.call;
	struct store_ref ref = {call->caller.site, call->id};

	if (store_get(call->worker->reader, ref, &call->request->arena,
		&x->record, e) != 0 ||
	    read_body(x, field, e) != 0)
		return -1;
	fill(x);
	x->job = (struct aside_job){
	    .work = work, .done = done, .loop = call->worker->loop};
	return aside_offer(call->worker->service->aside, &x->job, WAITING_MAX)
		   ? 0
		   : err_set(e, ERR_BUSY, "too many reports at once");
}

void
reports_add(const struct call *call)
{
	struct reporting *x = arena_array(&call->request->arena, 1, sizeof(*x));
	struct problem_field field;
	struct err e = ERR_NO_ROOM;

	if (x != NULL) {
		feedback_init(&x->feedback, call, held);
		call->request->answered = release;
		call->request->answered_arg = x;
		if (begin(x, &field, &e) == 0)
			return;
	}
	problem_answer(call->request, &e, &field);
}

static void
write_report(void *arg, const struct report *r)
{
	struct json_out *o = arg;

	json_out_open(o, NULL, '{');
	item_time(o, "at", r->created_at_ms);
	json_out_text(o, "reason", span_of(report_reason_name(r->reason)));
	json_out_text(o, "reporter", r->reporter);
	json_out_text_or_null(o, "note", r->note);
	json_out_close(o, '}');
}

/* Writes how many there are, and each. 0 or -1. */
static int
write_all(struct item_writer *w, struct store_ref ref,
    const struct report_counts *counts, struct err *e)
{
	json_out_open(&w->out, NULL, '{');
	item_reports(&w->out, counts);
	json_out_open(&w->out, "reports", '[');
	if (store_each_report(w->call->worker->reader, ref,
		&(struct report_visit){write_report, &w->out}, e) != 0)
		return -1;
	json_out_close(&w->out, ']');
	json_out_close(&w->out, '}');
	return 0;
}

void
reports_get(const struct call *call)
{
	struct store_ref ref = {call->caller.site, call->id};
	struct queue_aside aside;
	struct item_writer w;
	struct err e = ERR_NO_ROOM;

	if (store_get_aside(call->worker->reader, ref, &aside, &e) != 0 ||
	    item_begin(&w, call) != 0 ||
	    write_all(&w, ref, &aside.reports, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		item_end(&w);
}
