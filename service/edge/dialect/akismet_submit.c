#include "../review/feedback.h"
#include "../store/store_usage.h"
#include "akismet_call.h"

static const char thanks[] = "Thanks for making the web a better place.";

struct submit {
	struct feedback feedback; /* first */
	struct akismet_call *a;
	struct usage usage;
};

static void
done(struct feedback *f, const struct err *e)
{
	struct akismet_call *a = ((struct submit *)f)->a;

	if (e == NULL)
		akismet_text(a, thanks);
	else
		akismet_fail(a, e);
}

/* What is counted, durably, together with the decision, where its checks are;
 * who names no blog has none. */
static void
count(struct submit *s)
{
	enum decision_kind kind = s->feedback.one.kind;

	if (akismet_field(s->a, "blog").n == 0)
		return;
	s->usage.blog = akismet_blog(s->a);
	s->usage.site = s->feedback.one.site;
	s->usage.of[USAGE_MISSED_SPAM] = kind == DECISION_SPAM;
	s->usage.of[USAGE_FALSE_POSITIVES] = kind == DECISION_APPROVE;
	usage_set_month(&s->usage, s->feedback.one.created_at_ms);
	s->feedback.put.usage = &s->usage;
}

static void
submit(struct akismet_call *a, enum decision_kind kind)
{
	struct submit *s = arena_array(a->form.arena, 1, sizeof(*s));
	struct err e = {ERR_TOO_LARGE, "the comment needs too much memory"};
	struct comment c;

	if (s == NULL || akismet_comment(a, &c) != 0) {
		akismet_fail(a, &e);
		return;
	}
	s->a = a;
	feedback_init(&s->feedback, &a->call, done);
	feedback_fill(&s->feedback, &s->feedback.one, kind);
	if (c.test) {
		akismet_text(a, thanks);
	} else if (feedback_about_comment(&s->feedback, &c, &e) != 0) {
		akismet_fail(a, &e);
	} else {
		count(s);
		feedback_decide(&s->feedback);
	}
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
