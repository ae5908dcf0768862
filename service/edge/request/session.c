#include "session.h"

#include <stdio.h>

#include "../format/json.h"
#include "../format/rfc3339.h"
#include "../process/secrets_password.h"
#include "own_host.h"

/* A browser takes it only with Secure and Path=/, from this very host. */
#define COOKIE "__Host-sid"

enum {
	SEEN_STEP_MS = 10 * 60 * 1000,
	COOKIE_LINE_BYTES = 160,
	HOLDS_BYTES = 64 * 1024, /* what an account may need */
};

struct span
session_token(struct span cookie)
{
	static const char name[] = COOKIE "=";
	size_t n = sizeof(name) - 1;

	while (cookie.n > 0) {
		const char *end = memchr(cookie.p, ';', cookie.n);
		size_t length =
		    end == NULL ? cookie.n : (size_t)(end - cookie.p);

		if (length > n && memcmp(cookie.p, name, n) == 0)
			return (struct span){cookie.p + n, length - n};
		length += end != NULL;
		while (length < cookie.n && cookie.p[length] == ' ')
			length++;
		cookie.p += length;
		cookie.n -= length;
	}
	return (struct span){NULL, 0};
}

bool
session_is_offered(const struct http_request *r)
{
	return session_token(http_header(r, "Cookie")).p != NULL;
}

bool
session_is_over(const struct store_session *s, int64_t now_ms)
{
	return now_ms - s->created_at_ms >= SESSION_WHOLE_S * INT64_C(1000) ||
	       now_ms - s->seen_at_ms >= SESSION_IDLE_MS ||
	       now_ms + CLOCK_STEP_MS < s->seen_at_ms;
}

/* Whether an Origin, behind its scheme, is the host that was asked. */
static bool
is_own(const struct call *call, struct span origin)
{
	struct span host = http_header(call->request, "Host");

	return host.n > 0 && span_alike(origin, host);
}

int
session_check_origin(const struct call *call, struct err *e)
{
	struct span site = http_header(call->request, "Sec-Fetch-Site");
	struct span origin = http_header(call->request, "Origin");
	bool any = origin.p != NULL;
	bool https = any && span_skip(&origin, "https://");

	if ((site.p != NULL && !span_equal(site, span_of("same-origin"))) ||
	    (any && !https && !span_skip(&origin, "http://")) ||
	    (any && !is_own(call, origin)))
		return err_set(e, ERR_SCOPE, "another site asks for this");
	/* somebody may have the name lead here, without a certificate of it */
	if (any && !https && !own_host_asked(call))
		return err_set(e, ERR_SCOPE,
		    "by this name over https, or --admin-hosts has to list it");
	return 0;
}

/* The token against forgery follows from the cookie, but not it from that. */
static void
fill_csrf(const struct call *call, struct session *s)
{
	secrets_pseudonym(call->worker->service->secret,
	    (struct span){
		(const char *)s->found.session.hash, STORE_HASH_BYTES},
	    s->csrf);
}

static int
check_forgery(const struct call *call, const struct session *s, struct err *e)
{
	struct http_request *r = call->request;
	struct span given = http_header(r, "X-CSRF-Token");
	unsigned char a[DIGEST_BYTES], b[DIGEST_BYTES];

	if (r->method == HTTP_GET)
		return 0;
	if (session_check_origin(call, e) != 0)
		return -1;
	secrets_hash(given, a);
	secrets_hash(span_of(s->csrf), b);
	if (!secrets_equal(a, b))
		return err_set(
		    e, ERR_SCOPE, "X-CSRF-Token: expected the session's token");
	return 0;
}

/* So that it does not end while it is used. */
static void
see(const struct call *call, const struct session *s, int64_t now_ms)
{
	struct store_change c = {
	    .kind = CHANGE_SEE_SESSION, .session = s->found.session};
	struct err ignored;

	if (now_ms - c.session.seen_at_ms < SEEN_STEP_MS)
		return;
	c.session.seen_at_ms = now_ms;
	store_change(call->worker->service->store, &c, 1, &ignored);
}

int
session_find(const struct call *call, struct session *out, struct err *e)
{
	struct http_request *r = call->request;
	struct span token = session_token(http_header(r, "Cookie"));
	unsigned char hash[DIGEST_BYTES];
	struct account_query q = {
	    ACCOUNT_BY_SESSION, {(const char *)hash, sizeof(hash)}};
	int64_t now_ms = clock_unix_ms();
	int found;

	if (token.p == NULL)
		return err_set(e, ERR_AUTH, "nobody is signed in");
	secrets_hash(token, hash);
	found = store_get_account(
	    call->worker->reader, &q, &r->arena, &out->found, e);
	if (found != 0 && e->code != ERR_MISSING)
		return -1;
	if (found != 0 || session_is_over(&out->found.session, now_ms))
		return err_set(
		    e, ERR_AUTH, "the session has ended: sign in again");
	fill_csrf(call, out);
	if (check_forgery(call, out, e) != 0)
		return -1;
	see(call, out, now_ms);
	return 0;
}

int
session_identify(struct call *call, struct err *e)
{
	struct session s;

	if (session_find(call, &s, e) != 0)
		return -1;
	if (account_caller(
		&s.found.account, &call->request->arena, &call->caller) != 0)
		return err_no_room(e);
	call->caller.is_person = true;
	memcpy(call->caller.session, s.found.session.hash, STORE_HASH_BYTES);
	return 0;
}

/* Whether two are callers of the same rights. */
static bool
is_same(const struct caller *a, const struct caller *b)
{
	if ((a->grants == NULL) != (b->grants == NULL) ||
	    a->n_grants != b->n_grants)
		return false;
	for (uint32_t i = 0; a->grants != NULL && i < a->n_grants; i++)
		if (a->grants[i].site != b->grants[i].site ||
		    a->grants[i].scopes != b->grants[i].scopes)
			return false;
	return true;
}

bool
session_holds(const struct worker *w, const struct caller *c)
{
	struct account_query q = {
	    ACCOUNT_BY_SESSION, {(const char *)c->session, STORE_HASH_BYTES}};
	unsigned char block[HOLDS_BYTES];
	struct account_found found;
	struct arena a;
	struct caller now;
	struct err ignored;

	arena_init(&a, block, sizeof(block));
	return store_get_account(w->reader, &q, &a, &found, &ignored) == 0 &&
	       !session_is_over(&found.session, clock_unix_ms()) &&
	       account_caller(&found.account, &a, &now) == 0 &&
	       is_same(c, &now);
}

/* Has the answer set the cookie, or end it when it has no value. */
static int
set_cookie(const struct call *call, const char *value, int seconds)
{
	char *line = arena_alloc(&call->request->arena, COOKIE_LINE_BYTES);

	if (line == NULL)
		return -1;
	snprintf(line, COOKIE_LINE_BYTES,
	    COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d",
	    value, seconds);
	http_add_header(call->request, "Set-Cookie", line);
	return 0;
}

int
session_begin(
    const struct call *call, struct session *s, int64_t now_ms, struct err *e)
{
	char token[SECRETS_TOKEN_BYTES + 1];
	int result;

	secrets_token(token);
	s->found.session = (struct store_session){
	    .account = s->found.account.id,
	    .revision = s->found.account.revision,
	    .created_at_ms = now_ms,
	    .seen_at_ms = now_ms,
	};
	secrets_hash(span_of(token), s->found.session.hash);
	fill_csrf(call, s);
	result = set_cookie(call, token, SESSION_WHOLE_S);
	secrets_forget(token, sizeof(token));
	return result == 0 ? 0 : err_no_room(e);
}

void
session_end(const struct call *call)
{
	set_cookie(call, "", 0);
}

static void
add_site(json_t *list, const struct site *site, enum role role)
{
	json_array_append_new(
	    list, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)site->id,
		      "name", site->name, "role", account_role_name(role)));
}

static json_t *
sites_of(const struct call *call, const struct store_account *a)
{
	struct directory *d = call->worker->service->sites;
	json_t *list = json_array();
	struct site site = {0};
	struct err e;

	while (
	    a->is_operator && directory_site_after(d, site.id, &site, &e) == 0)
		add_site(list, &site, ROLE_OPERATOR);
	for (uint32_t i = 0; i < a->n_grants && !a->is_operator; i++)
		if (directory_site(d, a->grants[i].site, &site, &e) == 0)
			add_site(list, &site, a->grants[i].role);
	return list;
}

json_t *
session_to_json(const struct call *call, const struct session *s)
{
	const struct store_account *a = &s->found.account;
	char end[RFC3339_BYTES];
	struct err ignored;
	json_t *prefs =
	    json_read(a->prefs.n > 0 ? a->prefs : span_of("{}"), &ignored);

	rfc3339_write(
	    s->found.session.created_at_ms + SESSION_WHOLE_S * INT64_C(1000),
	    end);
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:b, s:b, s:i, s:s}",
	    "name", a->name, "role", account_role_name(account_role(a)),
	    "sites", sites_of(call, a), "csrf", s->csrf, "prefs",
	    prefs == NULL ? json_object() : prefs, "password",
	    a->password.n > 0, "totp", a->totp.n > 0, "recovery_left",
	    (int)(a->recovery.n / DIGEST_BYTES), "expires_at", end);
}
