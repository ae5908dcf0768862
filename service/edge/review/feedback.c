#include "feedback.h"

#include "../../core/leads.h"
#include "../check/check_record.h"
#include "../check/news.h"
#include "../check/once.h"
#include "../format/rfc3339.h"
#include "../http/problem.h"
#include "../known/leases.h"
#include "../process/container.h"
#include "../process/log.h"
#include "../store/store_find.h"

/* Whoever looks at a comment that is decided, need not any more. */
static void
end_lease(struct service *s, const struct decision *d)
{
	struct lease any = {.site = d->site};

	span_copy(any.comment, sizeof(any.comment), d->comment);
	if (leases_end(s->leases, &any, clock_unix_ms()))
		news_of_lease(s, &any, NULL);
}

/* What is on disk is what counts from now on. */
static void
learn(const struct feedback *f)
{
	struct worker *w = f->call.worker;
	struct service *s = w->service;
	struct err e;

	for (uint32_t i = 0; i < f->n; i++) {
		const struct decision *d = &f->decisions[i];

		if (precedents_learn(s->precedents, w->reader, d->site,
			&d->fingerprint, &e) != 0)
			log_line(LOG_ERROR, "learn.failed", {"error", e.text});
		if (f->put.undo != NULL)
			trust_forget(s->trust, d);
		else
			trust_add(s->trust, d);
		if (f->put.undo != NULL)
			site_models_tell(s->site_models, d->site, SITE_UNDONE);
		else if (decision_teaches(d))
			site_models_tell(s->site_models, d->site, SITE_DECIDED);
		end_lease(s, d);
	}
	if (!f->quiet)
		news_of_decisions(&(struct news_of){
		    &f->call, f->decisions, f->n, f->put.undo != NULL});
}

static void
on_put(struct store_put *put)
{
	struct feedback *f = container_of(put, struct feedback, put);
	struct err e;

	switch (put->result) {
	case STORE_DONE:
		learn(f);
		f->done(f, NULL);
		return;
	case STORE_REPEATED:
	case STORE_CONFLICT:
		once_repeat(&f->call, &put->once);
		return;
	case STORE_STALE:
		err_set(&e, ERR_STALE,
		    "its state is another one: look at it again");
		f->done(f, &e);
		return;
	case STORE_REFUSED: /* no change is made here */
	case STORE_DOWN:
		metrics_add(f->call.worker->service->metrics, METRIC_DEGRADED,
		    PART_STORE, 1);
		f->done(f, &put->err);
		return;
	}
}

void
feedback_init(struct feedback *f, const struct call *call,
    void (*done)(struct feedback *f, const struct err *e))
{
	*f = (struct feedback){.call = *call, .done = done};
}

void
feedback_fill(
    const struct feedback *f, struct decision *d, enum decision_kind kind)
{
	int64_t now_ms = clock_unix_ms();

	*d = (struct decision){
	    .site = f->call.caller.site,
	    .created_at_ms = now_ms,
	    .kind = kind,
	    .learn = true,
	    .actor = span_of("engine"),
	    .api_key = span_of(f->call.caller.key),
	};
	d->learn = decision_teaches(d);
	secrets_ulid(now_ms, d->id);
}

static int
need_memory(struct err *e)
{
	return err_set(e, ERR_TOO_LARGE, "the comment needs too much memory");
}

/* Begins a record that is like a comment's own with what stays in the
 * request's arena when all else of it is dropped. */
static int
begin_like(const struct feedback *f, const struct comment *c,
    struct record *like, struct err *e)
{
	*like = (struct record){.site = f->call.caller.site};
	return check_record_email(&like->author_email, c->author.email,
		   f->call.worker->service->secret,
		   &f->call.request->arena) == 0
		   ? 0
		   : need_memory(e);
}

/* Reads a comment into what `d` has of it and the rest of that record, in the
 * request's arena. */
static int
read_comment(const struct feedback *f, struct decision *d,
    const struct comment *c, struct record *like, struct err *e)
{
	const struct service *s = f->call.worker->service;
	struct arena *a = &f->call.request->arena;
	struct reading r;

	if (moderate_read(&r, c, &s->keys.text, a) != 0 ||
	    check_record_address(like, c, s->secret, a) != 0)
		return need_memory(e);
	if (leads_of(&d->leads, c, &r.text, &s->keys.text, a) != 0)
		return need_memory(e);
	check_record_comment(like, &r);
	d->fingerprint = r.fingerprint;
	d->author = check_record_author(like, &s->keys);
	return 0;
}

/* Its author must be able to find a text that no record has. */
static void
keep_text(struct decision *d, const struct record *like)
{
	d->content = like->content;
	if (like->content.n > 0)
		d->author_email = like->author_email;
}

int
feedback_about_text(const struct feedback *f, struct decision *d,
    const struct comment *c, struct err *e)
{
	struct arena *a = &f->call.request->arena;
	struct record like;
	size_t used;

	if (begin_like(f, c, &like, e) != 0)
		return -1;
	used = a->used;
	if (read_comment(f, d, c, &like, e) != 0)
		return -1;
	keep_text(d, &like);
	arena_rewind(a, used);
	return 0;
}

int
feedback_about_record(const struct feedback *f, struct decision *d,
    const struct record *r, struct err *e)
{
	struct comment c = {
	    .content = r->content,
	    .format = r->html ? FORMAT_HTML : FORMAT_TEXT,
	    .author.url = r->author_url,
	};

	if (feedback_about_text(f, d, &c, e) != 0)
		return -1;
	d->content = d->author_email = (struct span){NULL, 0}; /* it has them */
	d->comment = span_of(r->id);
	d->author = check_record_author(r, &f->call.worker->service->keys);
	return 0;
}

int
feedback_about_comment(
    struct feedback *f, const struct comment *c, struct err *e)
{
	struct arena *a = &f->call.request->arena;
	struct record like;
	size_t used;
	int found;

	if (begin_like(f, c, &like, e) != 0)
		return -1;
	used = a->used;
	if (read_comment(f, &f->one, c, &like, e) != 0)
		return -1;
	found = store_find_record(f->call.worker->reader, &like, f->comment, e);
	arena_rewind(a, used);
	if (found == 0)
		f->one.comment = span_of(f->comment);
	else if (e->code == ERR_MISSING)
		keep_text(&f->one, &like);
	else
		return -1;
	return 0;
}

void
feedback_look(const struct call *call, struct store_ref ref,
    struct feedback_standing *out)
{
	struct arena *a = &call->request->arena;
	struct store_reader *r = call->worker->reader;
	size_t used = a->used;
	struct record record;
	struct decision d;
	struct err ignored;

	*out = (struct feedback_standing){.state = -1};
	if (store_get(r, ref, a, &record, &ignored) == 0)
		out->state = (int)record.state;
	if (store_get_decision(r, ref, a, &d, &ignored) == 0) {
		span_copy(out->by, sizeof(out->by),
		    d.api_key.n > 0 ? d.api_key : d.actor);
		out->at_ms = d.created_at_ms;
	}
	arena_rewind(a, used);
}

void
feedback_refuse(const struct feedback *f, const struct err *e)
{
	struct store_ref ref = {f->one.site, f->one.comment};
	char at[RFC3339_BYTES];
	struct feedback_standing now;
	json_t *more;

	feedback_look(&f->call, ref, &now);
	if (e->code != ERR_STALE || now.state < 0) {
		problem_answer(f->call.request, e, NULL);
		return;
	}
	rfc3339_write(now.at_ms, at);
	more = json_pack("{s:s, s:s?, s:s?}", "state",
	    comment_state_name((enum comment_state)now.state), "by",
	    *now.by != '\0' ? now.by : NULL, "at", now.at_ms > 0 ? at : NULL);
	problem_answer_more(f->call.request, e, more);
}

static void
put(struct feedback *f)
{
	f->put.loop = f->call.worker->loop;
	f->put.notice_delay_ms =
	    f->call.caller.settings.webhooks_delay_s * 1000;
	f->put.done = on_put;
	store_put(f->call.worker->service->store, &f->put);
}

void
feedback_decide(struct feedback *f)
{
	if (f->decisions == NULL) {
		f->decisions = &f->one;
		f->n = 1;
	}
	f->put.decisions = f->decisions;
	f->put.n_decisions = f->n;
	put(f);
}

void
feedback_undo(struct feedback *f)
{
	f->decisions = &f->one;
	f->n = 1;
	f->undo = (struct undo){
	    .site = f->one.site,
	    .decision = span_of(f->one.id),
	    .comment = f->one.comment,
	    .by = span_of(f->call.caller.key),
	    .at_ms = clock_unix_ms(),
	};
	f->put.undo = &f->undo;
	put(f);
}
