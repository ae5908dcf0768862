#include <stdio.h>

#include "akismet_call.h"
#include "check_record.h"
#include "log.h"
#include "store_usage.h"

static const char thanks[] = "Thanks for making the web a better place.";

struct submit {
	struct akismet_call *a;
	struct decision decision;
	char comment[STORE_ID_BYTES + 1];
	struct usage usage;
	struct store_put put;
};

/* What was put is on disk, or not. */
static void
on_put(struct store_put *put)
{
	struct submit *s =
	    (struct submit *)((char *)put - offsetof(struct submit, put));
	struct worker *w = s->a->call.worker;
	struct err e;

	if (put->result != STORE_DONE) {
		akismet_fail(s->a, &put->err);
		return;
	}
	if (precedents_learn(w->service->precedents, w->reader,
		s->decision.site, &s->decision.fingerprint, &e) != 0)
		log_line(LOG_ERROR, "failed", {"error", e.text});
	trust_add(w->service->trust, &s->decision);
	akismet_text(s->a, thanks);
}

/* Finds the record of the comment, else keeps its text with the label. */
static int
find_comment(struct submit *s, const struct reading *r, struct err *e)
{
	const struct call *call = &s->a->call;
	struct record like = {.site = call->caller.site};

	if (check_record_comment(
		&like, r, call->worker->service->secret, s->a->form.arena) != 0)
		return err_set(e, ERR_TOO_LARGE, "the comment is too large");
	if (store_find_record(call->worker->reader, &like, s->comment, e) == 0)
		s->decision.comment = span_of(s->comment);
	else if (e->code == ERR_MISSING)
		s->decision.content = r->comment->content;
	else
		return -1;
	s->decision.author =
	    check_record_author(&like, call->worker->service->secret);
	return 0;
}

static void
put(struct submit *s, enum decision_kind kind, const struct reading *r)
{
	const struct caller *caller = &s->a->call.caller;
	int64_t now_ms = clock_unix_ms();

	s->decision.site = caller->site;
	s->decision.created_at_ms = now_ms;
	s->decision.kind = kind;
	s->decision.learn = true;
	s->decision.actor = span_of("engine");
	s->decision.api_key = span_of(caller->key);
	s->decision.fingerprint = r->fingerprint;
	secrets_ulid(now_ms, s->decision.id);
	s->usage.site = caller->site;
	s->usage.blog = akismet_blog(s->a);
	s->usage.of[USAGE_MISSED_SPAM] = kind == DECISION_SPAM;
	s->usage.of[USAGE_FALSE_POSITIVES] = kind == DECISION_APPROVE;
	usage_set_month(&s->usage, now_ms);
	s->put = (struct store_put){
	    .decisions = &s->decision,
	    .n_decisions = 1,
	    .usage = &s->usage,
	    .loop = s->a->call.worker->loop,
	    .done = on_put,
	};
	store_put(s->a->call.worker->service->store, &s->put);
}

static void
submit(struct akismet_call *a, enum decision_kind kind)
{
	struct submit *s = arena_array(a->form.arena, 1, sizeof(*s));
	struct err e = {ERR_TOO_LARGE, "the comment needs too much memory"};
	struct comment c;
	struct reading r;

	if (s == NULL || akismet_comment(a, &c) != 0 ||
	    moderate_read(&r, &c, a->form.arena) != 0) {
		akismet_fail(a, &e);
		return;
	}
	s->a = a;
	if (c.test)
		akismet_text(a, thanks);
	else if (find_comment(s, &r, &e) != 0)
		akismet_fail(a, &e);
	else
		put(s, kind, &r);
}

void
akismet_submit_spam(struct akismet_call *a)
{
	submit(a, DECISION_SPAM);
}

void
akismet_submit_ham(struct akismet_call *a)
{
	submit(a, DECISION_APPROVE);
}
