#include "akismet.h"

#include <stdio.h>

#include "../http/problem.h"
#include "../request/admission.h"
#include "../request/shedding.h"
#include "akismet_call.h"

/* Of a DNS name. */
enum { HOST_BYTES_MAX = 253 };

/* What an endpoint wants before it is asked. */
enum {
	KEY_FIRST = 1,  /* `key` is the one that is meant, then `api_key` */
	WANTS_BLOG = 2, /* decisions do not: Coral leaves it out */
	HELPS = 4,    /* a wrong key is explained: else some take it for spam */
	HAS_GUID = 8, /* whatever is answered here: who gets none may publish */
};

struct endpoint {
	const char *name;
	void (*handle)(struct akismet_call *a);
	unsigned scope; /* 0: no key asked */
	unsigned wants;
	enum load load;
};

struct span
akismet_field(const struct akismet_call *a, const char *name)
{
	return form_get(&a->form, span_of(name));
}

bool
akismet_flag(const struct akismet_call *a, const char *name)
{
	struct span s = akismet_field(a, name);

	return s.n > 0 && !span_is(s, "0") && !span_is(s, "false") &&
	       !span_is(s, "no") && !span_is(s, "off");
}

struct span
akismet_blog(const struct akismet_call *a)
{
	struct span s = akismet_field(a, "blog"), scheme = s;
	const char *slashes = s.n > 0 ? memmem(s.p, s.n, "://", 3) : NULL;
	size_t n = 0;
	char *host;

	if (slashes == NULL || !span_skip_word(&scheme, "http"))
		return (struct span){NULL, 0};
	s.n -= (size_t)(slashes + 3 - s.p);
	s.p = slashes + 3;
	while (n < s.n && memchr("/?#: ", s.p[n], sizeof("/?#: ")) == NULL)
		n++;
	s = charset_read(
	    (struct span){s.p, n}, CHARSET_UTF8, HOST_BYTES_MAX, a->form.arena);
	host = arena_alloc(a->form.arena, s.n);
	if (host == NULL)
		return (struct span){NULL, 0};
	for (size_t i = 0; i < s.n; i++)
		host[i] = span_lower(s.p[i]);
	return (struct span){host, s.n};
}

void
akismet_header(struct akismet_call *a, const char *name, const char *value)
{
	if (a->headers < HTTP_HEADERS_MAX)
		a->out.headers[a->headers++] =
		    (struct http_header){name, value};
}

static void
answer(struct akismet_call *a, const char *type, struct span body)
{
	a->out.content_type = type;
	a->out.body = body;
	http_answer(a->call.request, &a->out);
}

void
akismet_text(struct akismet_call *a, const char *text)
{
	answer(a, "text/plain; charset=utf-8", span_of(text));
}

void
akismet_json(struct akismet_call *a, struct span json)
{
	struct err e;

	if (json.p != NULL) {
		answer(a, "application/json", json);
		return;
	}
	err_set(&e, ERR_TOO_LARGE, "the answer does not fit into memory");
	akismet_fail(a, &e);
}

/* Answers what the protocol says of a call that misses something. */
static void
answer_wrong(struct akismet_call *a, const char *text, const char *debug_help)
{
	if (debug_help != NULL)
		akismet_header(a, "X-akismet-debug-help", debug_help);
	akismet_text(a, text);
}

void
akismet_fail(struct akismet_call *a, const struct err *e)
{
	const char *detail = problem_detail(e);

	a->out.status = problem_status(e->code);
	akismet_header(a, "X-akismet-debug-help", detail);
	akismet_text(a, detail);
}

static void
verify_key(struct akismet_call *a)
{
	if (akismet_field(a, "blog").n == 0)
		answer_wrong(a, "invalid", "Empty \"blog\" value");
	else if (akismet_blog(a).n == 0)
		answer_wrong(
		    a, "invalid", "We were unable to parse your blog URI");
	else
		akismet_text(a, "valid");
}

static void
test(struct akismet_call *a)
{
	akismet_text(a, "connected");
}

static void
deactivate(struct akismet_call *a)
{
	akismet_text(a, "deactivated");
}

/* Accounts of the hosted service's users: here there are none. */
static void
invalid(struct akismet_call *a)
{
	akismet_text(a, "invalid");
}

/* Names the key without telling it, and is good for nothing else. */
static void
token(struct akismet_call *a)
{
	const struct service *s = a->call.worker->service;
	char *text = arena_alloc(a->form.arena, PSEUDONYM_BYTES + 1);

	if (text == NULL) {
		akismet_json(a, (struct span){NULL, 0});
		return;
	}
	secrets_pseudonym(s->secret, span_of(a->call.caller.key), text);
	akismet_text(a, text);
}

static void
subscription(struct akismet_call *a)
{
	char *text = arena_alloc(a->form.arena, 256);

	if (text != NULL)
		snprintf(text, 256,
		    "{\"account_id\":%lld,\"account_type\":\"moderato\","
		    "\"account_name\":\"Moderato\",\"status\":\"active\","
		    "\"next_billing_date\":false,\"limit_reached\":false}",
		    (long long)a->call.caller.site);
	akismet_json(a, text == NULL ? (struct span){NULL, 0} : span_of(text));
}

static void
plugins(struct akismet_call *a)
{
	akismet_json(a, span_of("[]"));
}

static const struct endpoint endpoints[] = {
    {"comment-check", akismet_check, SCOPE_CHECK, WANTS_BLOG | HELPS | HAS_GUID,
	LOAD_CHECK},
    {"submit-spam", akismet_submit_spam, SCOPE_FEEDBACK, 0, LOAD_FEEDBACK},
    {"submit-ham", akismet_submit_ham, SCOPE_FEEDBACK, 0, LOAD_FEEDBACK},
    {"verify-key", verify_key, SCOPE_CHECK, KEY_FIRST},
    {"usage-limit", akismet_usage_limit, SCOPE_CHECK, 0},
    {"key-sites", akismet_key_sites, SCOPE_CHECK, 0},
    {"get-stats", akismet_stats, SCOPE_CHECK, KEY_FIRST},
    {"get-key-stats", akismet_key_stats, SCOPE_CHECK, 0},
    {"get-subscription", subscription, SCOPE_CHECK, KEY_FIRST},
    {"token", token, SCOPE_CHECK, 0},
    {"deactivate", deactivate, SCOPE_CHECK, KEY_FIRST},
    {"verify-wpcom-key", invalid, 0, 0},
    {"test", test, 0, 0},
    {"compatible-plugins", plugins, 0, 0},
};

/* The first label of the host asked, as clients put their key there. */
static struct span
host_label(const struct akismet_call *a, char out[LABEL_BYTES_MAX])
{
	struct span host = http_header(a->call.request, "Host");
	size_t n = 0;

	for (; n < host.n && n < LABEL_BYTES_MAX && host.p[n] != '.'; n++)
		out[n] = span_lower(host.p[n]);
	return (struct span){out, n};
}

static int
try_key(struct akismet_call *a, const struct endpoint *e, struct span key)
{
	struct err ignored;

	a->key = key;
	return directory_find(a->call.worker->service->sites, key, e->scope,
	    &a->call.caller, &ignored);
}

/*
 * Whose key came with the call. Of several fields the first that is not empty
 * decides; but a host that is no key may be just a host.
 */
static int
find_caller(struct akismet_call *a, const struct endpoint *e)
{
	struct span key = akismet_field(a, "key");
	struct span api_key = akismet_field(a, "api_key");

	if (e->wants & KEY_FIRST && key.n > 0)
		return try_key(a, e, key);
	if (api_key.n > 0)
		return try_key(a, e, api_key);
	if (try_key(a, e, host_label(a, a->label)) == 0)
		return 0;
	return try_key(a, e, key);
}

/* Answers unless the call comes with a key, and not too many with it. */
static bool
may_call(struct akismet_call *a, const struct endpoint *e)
{
	struct err why = {ERR_AUTH, "The API key is not valid"};

	if (e->scope == 0)
		return true;
	if (find_caller(a, e) == 0) {
		if (admission_key(&a->call, &why) == 0 &&
		    shedding_admit(&a->call, e->load, &why) == 0)
			return true;
	} else {
		admission_stranger(&a->call, &why);
	}
	if (why.code == ERR_RATE || why.code == ERR_BUSY)
		akismet_fail(a, &why);
	else
		answer_wrong(a, "invalid", e->wants & HELPS ? why.text : NULL);
	return false;
}

/* Answers what an endpoint misses; whether it misses nothing. */
static bool
has_all(struct akismet_call *a, const struct endpoint *e)
{
	if (!may_call(a, e))
		return false;
	if ((e->wants & WANTS_BLOG) == 0 || akismet_field(a, "blog").n > 0)
		return true;
	answer_wrong(
	    a, "Missing required field: blog.", "Empty \"blog\" value");
	return false;
}

/* Until there is a record to name, the guid names the request. */
static void
add_guid(struct akismet_call *a)
{
	guid_write(a->call.request->id.p, a->guid);
	akismet_header(a, "X-akismet-guid", a->guid);
}

/* Reads query and body; 0, or -1: too much. */
static int
read_form(struct akismet_call *a)
{
	const struct http_request *r = a->call.request;
	struct span type = http_header(r, "Content-Type");

	if (form_init(&a->form, &a->call.request->arena) != 0 ||
	    form_add_urlencoded(&a->form, r->query) != 0)
		return -1;
	/* a body that cannot be read has no fields: they will be missed */
	return form_add_body(&a->form, r->body, type) < 0 ? -1 : 0;
}

static const struct endpoint *
endpoint_named(struct span name)
{
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		if (span_equal(name, span_of(endpoints[i].name)))
			return &endpoints[i];
	return NULL;
}

void
akismet(const struct call *call)
{
	struct http_request *r = call->request;
	const struct endpoint *e = endpoint_named(call->id);
	struct akismet_call *a = arena_array(&r->arena, 1, sizeof(*a));
	struct http_response out;
	struct err full = {ERR_TOO_LARGE, "the form has too many fields"};

	if (e == NULL || a == NULL) {
		problem_fill(r, e == NULL ? 404 : 413,
		    e == NULL ? "no such path" : full.text, NULL, &out);
		http_answer(r, &out);
		return;
	}
	a->call = *call;
	a->out.status = 200;
	if (e->wants & HAS_GUID)
		add_guid(a);
	if (read_form(a) != 0)
		akismet_fail(a, &full);
	else if (has_all(a, e))
		e->handle(a);
}
