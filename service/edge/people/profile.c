#include "profile.h"

#include <stddef.h>
#include <stdio.h>

#include "../format/json.h"
#include "../process/container.h"
#include "../process/hasher.h"
#include "../request/admin.h"
#include "../request/admission.h"
#include "../request/reply.h"
#include "../request/second_factor.h"
#include "../request/session.h"
#include "user.h"

enum { PREFS_BYTES_MAX = 16 * 1024, LINK_TRUST_MS = 15 * 60 * 1000 };

enum wish { WISH_NOTHING, WISH_YES, WISH_NO };

struct body {
	const char *name, *password, *current;
	json_t *prefs;
	enum wish totp;
	const char *totp_secret, *code;
};

/* A change of oneself; lies in the request's arena. */
struct profile {
	struct admin_change change; /* first */
	struct hasher_job job;
	struct session session;
	struct body body;
	json_t *read, *more; /* the body; what the answer tells beside it */
};

static int
read_password(json_t *v, void *out)
{
	size_t n = json_string_length(v);

	return n < PASSWORD_BYTES_MIN || n > PASSWORD_BYTES_MAX
		   ? -1
		   : field_text(v, out);
}

static int
read_current(json_t *v, void *out)
{
	return json_string_length(v) > PASSWORD_BYTES_MAX ? -1
							  : field_text(v, out);
}

static int
read_prefs(json_t *v, void *out)
{
	return json_is_object(v) ? field_value(v, out) : -1;
}

static int
read_wish(json_t *v, void *out)
{
	*(enum wish *)out = json_is_true(v) ? WISH_YES : WISH_NO;
	return json_is_boolean(v) ? 0 : -1;
}

#define AT(member) offsetof(struct body, member)

static const struct field fields[] = {
    {"name", user_name_field, AT(name), ACCOUNT_NAME_EXPECTED},
    {"password", read_password, AT(password), "10 to 256 bytes of text"},
    {"current", read_current, AT(current), "your password as it is"},
    {"prefs", read_prefs, AT(prefs), "an object of at most 16 KB"},
    {"totp", read_wish, AT(totp), "true or false"},
    {"totp_secret", field_text, AT(totp_secret), "text"},
    {"code", field_text, AT(code), "text"},
    {NULL},
};

static void
release(void *arg)
{
	json_decref(((struct profile *)arg)->read);
	json_decref(((struct profile *)arg)->more);
}

static void
finish(struct profile *p, const struct err *e, const struct problem_field *f)
{
	problem_answer(p->change.call.request, e, f);
}

static json_t *
show(struct admin_change *a)
{
	struct profile *p = (struct profile *)a;
	json_t *o = session_to_json(&a->call, &p->session);

	if (p->more != NULL)
		json_object_update(o, p->more);
	return o;
}

/* As they are stored: 0, or -1. */
static int
write_prefs(struct profile *p, struct problem_field *f, struct err *e)
{
	struct store_account *a = &p->session.found.account;

	a->prefs = json_write(p->body.prefs, &p->change.call.request->arena);
	if (a->prefs.p == NULL)
		return err_set(e, ERR_DOWN, "no memory for the prefs");
	if (a->prefs.n > PREFS_BYTES_MAX)
		return fields_misfit(
		    f, e, "/prefs", "expected an object of at most 16 KB");
	return 0;
}

/* Writes `n` changes, those of the prefs with them. */
static void
commit(struct profile *p, uint32_t n, const char *event)
{
	struct admin_change *c = &p->change;
	struct problem_field f;
	struct err e;

	if (p->body.prefs != NULL) {
		if (write_prefs(p, &f, &e) != 0) {
			finish(p, &e, &f);
			return;
		}
		c->changes[n].kind = CHANGE_SET_PREFS;
		c->changes[n++].account = p->session.found.account;
	}
	if (n == 0) {
		reply_json(&c->call, 200, show(c));
		return;
	}
	c->event = event;
	c->answer = show;
	admin_commit(c, n);
}

/* What is wanted of the authenticator: 0, or -1. */
static int
change_second_factor(struct profile *p, struct problem_field *f, struct err *e)
{
	struct store_account *a = &p->session.found.account;
	json_t *codes;

	if (p->body.totp_secret == NULL) {
		if (p->body.totp == WISH_NO)
			second_factor_drop(a);
		return 0;
	}
	codes = second_factor_set(&p->change.call, a, p->body.totp_secret,
	    span_of_any(p->body.code), e);
	if (codes != NULL) {
		p->more = json_pack("{s:o}", "recovery_codes", codes);
		return p->more != NULL
			   ? 0
			   : err_set(e, ERR_DOWN, "no memory for the codes");
	}
	return e->code == ERR_AUTH
		   ? fields_misfit(f, e, "/code",
			 "expected the code that your authenticator shows now")
		   : -1;
}

/* All that the password guards; others who are signed in as him no more. */
static void
change_account(struct profile *p)
{
	struct admin_change *c = &p->change;
	struct store_account *a = &p->session.found.account;
	struct problem_field f;
	struct err e;

	if (change_second_factor(p, &f, &e) != 0) {
		finish(p, &e, &f);
		return;
	}
	if (p->body.name != NULL)
		a->name = p->body.name;
	if (p->body.password != NULL) {
		a->password = span_of(p->job.fresh_hash);
		account_end_link(a);
	}
	c->changes[0].kind = CHANGE_SET_ACCOUNT;
	c->changes[0].account = *a;
	c->changes[1].kind = CHANGE_END_OTHERS;
	c->changes[1].session = p->session.found.session;
	commit(p, 2, "user.changed");
}

static void
hashed(struct hasher_job *j)
{
	struct profile *p = container_of(j, struct profile, job);
	struct problem_field f;
	struct err e;

	if (j->failed) {
		err_set(&e, ERR_DOWN, "no memory to hash a password");
		finish(p, &e, NULL);
	} else if (p->body.current != NULL && !j->fits) {
		fields_misfit(
		    &f, &e, "/current", "expected your password as it is");
		finish(p, &e, &f);
	} else if (p->body.password != NULL && j->fresh_hash[0] == '\0') {
		err_set(&e, ERR_DOWN, "no memory to hash a password");
		finish(p, &e, NULL);
	} else {
		change_account(p);
	}
}

/* Whether he proves who he is, or need not. */
static bool
is_sure(const struct profile *p)
{
	const struct store_session *s = &p->session.found.session;

	return p->body.current != NULL ||
	       p->session.found.account.password.n == 0 ||
	       (s->by_link &&
		   clock_unix_ms() - s->created_at_ms < LINK_TRUST_MS);
}

static void
prove(struct profile *p)
{
	const struct call *call = &p->change.call;
	struct hasher_job *j = &p->job;
	const struct store_account *a = &p->session.found.account;
	struct problem_field f;
	struct err e;

	if (!is_sure(p)) {
		fields_misfit(
		    &f, &e, "/current", "expected your password as it is, too");
		finish(p, &e, &f);
		return;
	}
	if (p->body.current != NULL &&
	    admission_sign_in(call, a->name, &e) != 0) {
		finish(p, &e, NULL);
		return;
	}
	if (a->password.n == 0)
		p->body.current = NULL;
	snprintf(j->given, sizeof(j->given), "%s",
	    p->body.current == NULL ? "" : p->body.current);
	span_copy(j->hash, sizeof(j->hash), a->password);
	snprintf(j->fresh, sizeof(j->fresh), "%s",
	    p->body.password == NULL ? "" : p->body.password);
	j->loop = call->worker->loop;
	j->done = hashed;
	if (hasher_begin(call->worker->service->hasher, j, &e) != 0)
		finish(p, &e, NULL);
}

static void
change(struct profile *p)
{
	struct body *b = &p->body;

	if (b->name != NULL || b->password != NULL || b->totp_secret != NULL ||
	    b->totp == WISH_NO) {
		prove(p);
		return;
	}
	if (b->totp == WISH_YES)
		p->more = second_factor_offer(p->session.found.account.name);
	commit(p, 0, "user.prefs");
}

void
profile_change(const struct call *call)
{
	struct profile *p = arena_array(&call->request->arena, 1, sizeof(*p));
	struct problem_field f;
	struct err e = ERR_NO_ROOM;

	if (p == NULL) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	admin_init(&p->change, call);
	p->change.aside = true;
	call->request->answered = release;
	call->request->answered_arg = p;
	if (session_find(call, &p->session, &e) != 0 ||
	    account_caller(&p->session.found.account, &call->request->arena,
		&p->change.call.caller) != 0) {
		finish(p, &e, NULL);
		return;
	}
	p->read = fields_read(fields, call->request->body, &p->body, &f, &e);
	if (p->read == NULL)
		finish(p, &e, &f);
	else
		change(p);
}

void
profile_get(const struct call *call)
{
	struct session s;
	struct err e;

	if (session_find(call, &s, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		reply_json(call, 200, session_to_json(call, &s));
}

static json_t *
show_nobody(struct admin_change *a)
{
	(void)a;
	return json_pack("{s:b}", "signed_out", 1);
}

void
profile_sign_out(const struct call *call)
{
	struct admin_change *c = admin_begin(call);
	struct session s;
	struct err e;

	if (c == NULL)
		return;
	if (session_find(call, &s, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	session_end(call);
	snprintf(c->call.caller.key, sizeof(c->call.caller.key), "%s",
	    s.found.account.name);
	c->aside = true;
	c->event = "session.ended";
	c->answer = show_nobody;
	c->changes[0].kind = CHANGE_END_SESSION;
	c->changes[0].session = s.found.session;
	admin_commit(c, 1);
}
