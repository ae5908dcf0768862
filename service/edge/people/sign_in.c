#include "sign_in.h"

#include <stddef.h>
#include <stdio.h>

#include "../process/container.h"
#include "../process/hasher.h"
#include "../process/log.h"
#include "../request/admin.h"
#include "../request/admission.h"
#include "../request/second_factor.h"
#include "../request/session.h"

enum { CODE_BYTES_MAX = 32 };

struct body {
	const char *name, *password, *code, *link;
};

/* Somebody on the way in; lies in the request's arena. */
struct sign_in {
	struct admin_change change; /* first */
	struct hasher_job job;
	struct session session;
	char code[CODE_BYTES_MAX + 1];
	bool by_link;
};

static const struct field fields[] = {
    {"name", field_text, offsetof(struct body, name), "text"},
    {"password", field_text, offsetof(struct body, password), "text"},
    {"code", field_text, offsetof(struct body, code), "text"},
    {"link", field_text, offsetof(struct body, link), "text"},
    {NULL},
};

static void
note_refusal(const struct sign_in *s, const struct err *e)
{
	if (e->code == ERR_AUTH)
		log_line(LOG_WARN, "sign_in.refused",
		    {"user", s->session.found.account.name != NULL
				 ? s->session.found.account.name
				 : "unknown"},
		    {"why", e->text});
}

static void
refuse(struct sign_in *s, const struct err *e, const struct problem_field *f)
{
	note_refusal(s, e);
	problem_answer(s->change.call.request, e, f);
}

/* Likewise, and says that it is the code that is wanted. */
static void
refuse_code(struct sign_in *s, const struct err *e)
{
	static const struct problem_field wanted = {
	    "/code", "expected a code of your authenticator"};
	struct http_request *r = s->change.call.request;
	struct http_response out;

	note_refusal(s, e);
	problem_fill(
	    r, problem_status(e->code), problem_detail(e), &wanted, &out);
	http_answer(r, &out);
}

static json_t *
show(struct admin_change *a)
{
	return session_to_json(&a->call, &((struct sign_in *)a)->session);
}

/* Whether a code is wanted and right: 0, or -1 and answered. */
static int
check_code(struct sign_in *s, bool *changed)
{
	struct store_account *a = &s->session.found.account;
	struct err e;

	if (a->totp.n == 0)
		return 0;
	if (s->code[0] == '\0')
		err_set(&e, ERR_AUTH, "a code is needed, too");
	else if (second_factor_take(&s->change.call, a, span_of(s->code), &e) ==
		 0) {
		*changed = true;
		return 0;
	}
	if (e.code == ERR_AUTH)
		refuse_code(s, &e);
	else
		refuse(s, &e, NULL);
	return -1;
}

/* The session, and the account first if a link or a code is used up. */
static void
enter(struct sign_in *s)
{
	struct admin_change *c = &s->change;
	struct session *new = &s->session;
	struct store_account *a = &new->found.account;
	int64_t now_ms = clock_unix_ms();
	bool changed = s->by_link;
	uint32_t n = 0;
	struct err e;

	if (check_code(s, &changed) != 0)
		return;
	if (s->by_link)
		account_end_link(a);
	if (changed) {
		c->changes[n].kind = CHANGE_SET_ACCOUNT;
		c->changes[n++].account = *a;
		a->revision++;
	}
	if (session_begin(&c->call, new, now_ms, &e) != 0) {
		refuse(s, &e, NULL);
		return;
	}
	new->found.session.by_link = s->by_link;
	c->changes[n].kind = CHANGE_EXPIRE;
	c->changes[n++].session = (struct store_session){
	    .created_at_ms = now_ms - SESSION_WHOLE_S * INT64_C(1000),
	    .seen_at_ms = now_ms - SESSION_IDLE_MS,
	};
	c->changes[n].kind = CHANGE_ADD_SESSION;
	c->changes[n++].session = new->found.session;
	snprintf(c->call.caller.key, sizeof(c->call.caller.key), "%s", a->name);
	c->event = s->by_link ? "session.begun.by_link" : "session.begun";
	c->answer = show;
	admin_commit(c, n);
}

static void
hashed(struct hasher_job *j)
{
	struct sign_in *s = container_of(j, struct sign_in, job);
	struct err e;

	if (j->fits) {
		enter(s);
		return;
	}
	if (j->failed)
		err_set(&e, ERR_DOWN, "no memory to hash a password");
	else
		err_set(&e, ERR_AUTH, "name or password is not right");
	refuse(s, &e, NULL);
}

static int
find(struct sign_in *s, const struct account_query *q, struct err *e)
{
	const struct call *call = &s->change.call;

	return store_get_account(call->worker->reader, q, &call->request->arena,
	    &s->session.found, e);
}

/* An unknown name takes as long as a known one. */
static void
begin_by_password(struct sign_in *s, const struct body *b)
{
	const struct call *call = &s->change.call;
	struct account_query q = {ACCOUNT_BY_NAME, span_of(b->name)};
	struct hasher_job *j = &s->job;
	struct err e;

	if (find(s, &q, &e) != 0 && e.code != ERR_MISSING) {
		refuse(s, &e, NULL);
		return;
	}
	snprintf(j->given, sizeof(j->given), "%s", b->password);
	span_copy(j->hash, sizeof(j->hash), s->session.found.account.password);
	j->loop = call->worker->loop;
	j->done = hashed;
	if (hasher_begin(call->worker->service->hasher, j, &e) != 0)
		refuse(s, &e, NULL);
}

static void
begin_by_link(struct sign_in *s, const struct body *b)
{
	unsigned char hash[DIGEST_BYTES];
	struct account_query q = {
	    ACCOUNT_BY_LINK, {(const char *)hash, sizeof(hash)}};
	struct err e = {ERR_NONE, ""};

	secrets_hash(span_of(b->link), hash);
	s->by_link = true;
	if (find(s, &q, &e) == 0 &&
	    account_link_holds(&s->session.found.account, clock_unix_ms())) {
		enter(s);
		return;
	}
	if (e.code == ERR_MISSING || s->session.found.account.id != 0)
		err_set(&e, ERR_AUTH,
		    "the link is not valid, or not any more: each is used "
		    "once");
	refuse(s, &e, NULL);
}

static int
check_body(const struct body *b, struct problem_field *f, struct err *e)
{
	if (b->link != NULL && b->name == NULL && b->password == NULL)
		return 0;
	if (b->link != NULL || b->name == NULL || b->password == NULL)
		return fields_misfit(
		    f, e, "", "expected name and password, or a link");
	if (strlen(b->password) > PASSWORD_BYTES_MAX ||
	    strlen(b->name) > ACCOUNT_NAME_MAX)
		return err_set(e, ERR_AUTH, "name or password is not right");
	return 0;
}

static void
begin(struct sign_in *s)
{
	const struct call *call = &s->change.call;
	struct body b = {NULL};
	struct problem_field f;
	struct err e;
	json_t *o = fields_read(fields, call->request->body, &b, &f, &e);

	if (o == NULL || check_body(&b, &f, &e) != 0 ||
	    admission_sign_in(call, b.name, &e) != 0)
		refuse(s, &e, &f);
	else {
		if (b.code != NULL)
			snprintf(s->code, sizeof(s->code), "%s", b.code);
		if (b.link != NULL)
			begin_by_link(s, &b);
		else
			begin_by_password(s, &b);
	}
	json_decref(o);
}

void
sign_in(const struct call *call)
{
	struct sign_in *s = arena_array(&call->request->arena, 1, sizeof(*s));
	struct err e;

	if (s == NULL) {
		err_no_room(&e);
		problem_answer(call->request, &e, NULL);
		return;
	}
	admin_init(&s->change, call);
	s->change.aside = true;
	if (session_check_origin(call, &e) != 0)
		refuse(s, &e, NULL);
	else
		begin(s);
}
