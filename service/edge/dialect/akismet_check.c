#include "../check/check.h"
#include "../hook/webhook_url.h"
#include "../process/secrets_seal.h"
#include "../store/store_usage.h"
#include "akismet_call.h"

/*
 * Some engines publish what is ham for now after twice this time, if nobody
 * decides before: long enough for somebody to have looked.
 */
static const char recheck_after_s[] = "604800";

struct akismet_check {
	struct check check; /* first */
	struct akismet_call *a;
	bool discard; /* asked for: `true` with the tip to drop it */
	bool asked;   /* a value for tests decides */
	struct usage usage;
};

/* What is asked ahead would be lost, so that a model's guess at an address is
 * not enough: somebody must have decided. */
static bool
is_spam(const struct check_item *i)
{
	const struct akismet_check *k = (const struct akismet_check *)i->check;
	enum action action = i->verdict.action;

	if (i->quota.floods)
		return true;
	if (akismet_is_ahead(k->a))
		return action > ACTION_HOLD && i->ruling != RULING_NONE;
	if (action == ACTION_HOLD)
		return i->check->call.caller.settings.held_is_spam;
	return action > ACTION_HOLD;
}

static int
judged(struct check_item *i, const struct verdict_answer *v)
{
	struct akismet_check *k = (struct akismet_check *)i->check;

	if (v->id != NULL)
		guid_write(v->id, k->a->guid);
	return 0;
}

/*
 * Has the record keep where and with which key the engine wants to be told;
 * but no other host than the blog's own. -1: the arena is full.
 */
static int
keep_callback(struct akismet_check *k)
{
	const struct akismet_call *a = k->a;
	struct span url = akismet_field(a, "callback");
	struct span blog = akismet_blog(a);
	struct record *r = &k->check.records[0];
	size_t n = url.n + 1 + a->key.n;
	struct webhook_url to;
	char *plain, *at;

	if (webhook_url_read(&to, url) != 0 || !span_alike(to.host, blog))
		return 0;
	plain = arena_alloc(a->form.arena, n);
	if (plain == NULL)
		return -1;
	at = mempcpy(plain, url.p, url.n);
	*at++ = '\n';
	memcpy(at, a->key.p, a->key.n);
	r->callback = secrets_seal(a->call.worker->service->secret,
	    (struct span){plain, n}, a->form.arena);
	return r->callback.p == NULL ? -1 : 0;
}

/* What is counted, durably, together with the record. */
static int
encode(struct check *c)
{
	struct akismet_check *k = (struct akismet_check *)c;
	bool spam = is_spam(&c->items[0]);

	if (c->items[0].comment.test)
		return 0;
	if (keep_callback(k) != 0)
		return -1;
	k->usage = (struct usage){
	    .site = c->call.caller.site,
	    .blog = akismet_blog(k->a),
	    .of = {[USAGE_CALLS] = 1, [USAGE_SPAM] = spam, [USAGE_HAM] = !spam},
	};
	usage_set_month(&k->usage, c->now_ms);
	c->put.usage = &k->usage;
	return 0;
}

static void
answer(struct check *c)
{
	struct akismet_check *k = (struct akismet_check *)c;
	enum action action = c->items[0].verdict.action;
	bool spam = is_spam(&c->items[0]);
	bool blatant = action == ACTION_DISCARD || c->items[0].quota.floods;
	bool discard =
	    blatant && !k->asked && c->call.caller.settings.may_discard;

	if (spam && (discard || k->discard))
		akismet_header(k->a, "X-akismet-pro-tip", "discard");
	if (!spam && action == ACTION_HOLD && !akismet_is_ahead(k->a))
		akismet_header(
		    k->a, "X-akismet-recheck-after", recheck_after_s);
	if (akismet_flag(k->a, "classify"))
		akismet_header(
		    k->a, "X-akismet-classification", action_name(action));
	akismet_text(k->a, spam ? "true" : "false");
}

static void
refuse(struct check *c, const struct err *e)
{
	akismet_fail(((struct akismet_check *)c)->a, e);
}

static const struct check_dialect dialect = {
    .judged = judged,
    .encode = encode,
    .answer = answer,
    .refuse = refuse,
};

static bool
field_is(const struct akismet_call *a, const char *name, const char *value)
{
	return span_equal(akismet_field(a, name), span_of(value));
}

/* One of a comma list of roles is administrator. */
static bool
is_administrator(const struct akismet_call *a)
{
	static const char role[] = "administrator";
	struct span s = akismet_field(a, "user_role");
	size_t n = sizeof(role) - 1;

	for (size_t i = 0; i + n <= s.n; i++) {
		bool begins = i == 0 || strchr(", ", s.p[i - 1]) != NULL;
		bool ends = i + n == s.n || strchr(", ", s.p[i + n]) != NULL;

		if (begins && ends && memcmp(s.p + i, role, n) == 0)
			return true;
	}
	return false;
}

/* The values that the protocol gives a verdict of their own. */
static void
set_ruling(struct akismet_check *k, struct check_item *i)
{
	const struct akismet_call *a = k->a;

	k->discard = i->comment.test && akismet_flag(a, "test_discard");
	k->asked = k->discard ||
		   field_is(a, "comment_author", "viagra-test-123") ||
		   field_is(a, "comment_author", "akismet-guaranteed-spam") ||
		   field_is(a, "comment_author_email",
		       "akismet-guaranteed-spam@example.com");
	if (k->asked) {
		i->ruling = RULING_SPAM;
		i->why = REASON_ASKED;
	} else if (is_administrator(a)) {
		i->ruling = RULING_TRUSTED;
		i->why = REASON_TRUSTED;
	}
}

void
akismet_check(struct akismet_call *a)
{
	struct akismet_check *k = arena_array(a->form.arena, 1, sizeof(*k));
	struct err e = {ERR_TOO_LARGE, "the comment needs too much memory"};

	if (k == NULL || check_init(&k->check, &dialect, &a->call, 1) != 0 ||
	    akismet_comment(a, &k->check.items[0].comment) != 0) {
		akismet_fail(a, &e);
		return;
	}
	k->a = a;
	k->check.items[0].again = akismet_field(a, "recheck_reason").n > 0;
	set_ruling(k, &k->check.items[0]);
	check_go(&k->check);
}
