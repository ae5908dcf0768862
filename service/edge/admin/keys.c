#include "keys.h"

#include "../format/json_members.h"
#include "../request/access.h"
#include "../request/admin.h"
#include "../request/reply.h"

/* How long a value stays valid once there is another. */
static const int64_t overlap_ms = 24 * 3600 * 1000;

struct key_body {
	unsigned scopes;
	const char *label, *value;
	enum credential_style style;
	int64_t expires_at_ms;
};

static int read_scopes(json_t *v, void *out);
static int read_label(json_t *v, void *out);
static int read_key(json_t *v, void *out);
static int read_style(json_t *v, void *out);
static int read_end(json_t *v, void *out);

#define AT(member) offsetof(struct key_body, member)
#define STYLES     "\"long\" or \"akismet\""
#define FUTURE     "a time to come, such as \"2027-01-01T00:00:00Z\""

static const struct field add_fields[] = {
    {"scopes", read_scopes, AT(scopes),
	"a list of view, check, feedback, moderate, admin, operator"},
    {"label", read_label, AT(label), "at most 63 bytes of text, one line"},
    {"value", read_key, AT(value), CREDENTIAL_EXPECTED},
    {"style", read_style, AT(style), STYLES},
    {"expires_at", read_end, AT(expires_at_ms), FUTURE},
    {NULL},
};

/* `expires_at` is the old one's. */
static const struct field rotate_fields[] = {
    {"value", read_key, AT(value), CREDENTIAL_EXPECTED},
    {"style", read_style, AT(style), STYLES},
    {"expires_at", read_end, AT(expires_at_ms), FUTURE},
    {NULL},
};

static int
read_scopes(json_t *v, void *out)
{
	unsigned all = 0;
	json_t *each;
	size_t i;

	json_array_foreach(v, i, each)
	{
		unsigned bit = json_is_string(each)
				   ? credential_scope(json_string_value(each))
				   : 0;

		if (bit == 0)
			return -1;
		all |= bit;
	}
	*(unsigned *)out = all;
	return json_is_array(v) && all != 0 ? 0 : -1;
}

static int
read_label(json_t *v, void *out)
{
	const char *s;

	if (field_text(v, &s) != 0 ||
	    strlen(s) >= sizeof(((struct store_key *)0)->label))
		return -1;
	for (size_t i = 0; s[i] != '\0'; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return -1;
	memcpy(out, &s, sizeof(s));
	return 0;
}

static int
read_key(json_t *v, void *out)
{
	return field_text(v, out) != 0 ||
		       credential_misfit(json_string_value(v))
		   ? -1
		   : 0;
}

static int
read_style(json_t *v, void *out)
{
	static const char *const names[] = {
	    [CREDENTIAL_LONG] = "long", [CREDENTIAL_AKISMET] = "akismet"};
	const char *s = json_is_string(v) ? json_string_value(v) : "";

	for (int i = CREDENTIAL_LONG; i <= CREDENTIAL_AKISMET; i++)
		if (strcmp(s, names[i]) == 0) {
			*(enum credential_style *)out =
			    (enum credential_style)i;
			return 0;
		}
	return -1;
}

static int
read_end(json_t *v, void *out)
{
	int64_t ms;

	if (field_time(v, &ms) != 0 || ms <= clock_unix_ms())
		return -1;
	memcpy(out, &ms, sizeof(ms));
	return 0;
}

static json_t *
scopes_to_json(unsigned scopes)
{
	json_t *list = json_array();

	for (unsigned bit = 1; bit <= SCOPES_ALL; bit <<= 1)
		if (scopes & bit)
			json_array_append_new(
			    list, json_string(credential_scope_name(bit)));
	return list;
}

static const char *
state_of(const struct store_key *k)
{
	if (k->revoked_at_ms != 0)
		return "revoked";
	return k->expires_at_ms != 0 && k->expires_at_ms <= clock_unix_ms()
		   ? "expired"
		   : "valid";
}

/* All of a key but its value; NULL: its site is gone. */
static json_t *
key_to_json(const struct call *call, const struct store_key *k)
{
	struct site site;
	struct err e;

	if (directory_site(call->worker->service->sites, k->site, &site, &e) !=
	    0)
		return NULL;
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o}", "id",
	    k->id, "site", site.name, "scopes", scopes_to_json(k->scopes),
	    "label", k->label, "state", state_of(k), "created_at",
	    json_time(k->created_at_ms), "expires_at",
	    json_time(k->expires_at_ms), "revoked_at",
	    json_time(k->revoked_at_ms));
}

struct listing {
	const struct call *call;
	const struct admin_page *page;
	json_t *keys;
	char last[9];
	bool begun, more;
};

static void
list_key(void *arg, const struct store_key *k)
{
	struct listing *l = arg;
	json_t *o;

	if (!access_sees(&l->call->caller, k->site))
		return;
	if (!l->begun) {
		l->begun = span_equal(l->page->after, span_of(k->id));
		return;
	}
	if (json_array_size(l->keys) == l->page->limit) {
		l->more = true;
		return;
	}
	o = key_to_json(l->call, k);
	if (o == NULL)
		return;
	json_array_append_new(l->keys, o);
	memcpy(l->last, k->id, sizeof(l->last));
}

void
keys_list(const struct call *call)
{
	struct admin_page page;
	struct listing l = {.call = call, .page = &page};
	struct err e;

	if (admin_page(call, &page) != 0)
		return;
	l.begun = page.after.n == 0;
	l.keys = json_array();
	if (store_each_key(call->worker->reader, list_key, &l, &e) != 0) {
		json_decref(l.keys);
		problem_answer(call->request, &e, NULL);
		return;
	}
	reply_json(call, 200,
	    json_pack(
		"{s:o, s:s?}", "keys", l.keys, "next", l.more ? l.last : NULL));
}

static json_t *
show_key(struct admin_change *a)
{
	return key_to_json(&a->call, &a->changes[0].key);
}

static json_t *
show_value(struct admin_change *a)
{
	json_t *o = key_to_json(&a->call, &a->changes[0].key);

	if (o != NULL)
		json_object_set_new(o, "value", json_string(a->value));
	return o;
}

static json_t *
show_rotated(struct admin_change *a)
{
	json_t *o = show_value(a);

	if (o != NULL)
		json_object_set_new(
		    o, "replaces", key_to_json(&a->call, &a->changes[1].key));
	return o;
}

/* 0, or -1: that would be more than the caller has. */
static int
check_scopes(const struct call *call, unsigned scopes, struct err *e)
{
	if ((scopes & ~call->caller.scopes) == 0)
		return 0;
	return err_set(e, ERR_SCOPE,
	    "this is about scopes that the API key itself does not have");
}

static int
check_order(const struct call *call, const struct key_body *body,
    struct problem_field *field, struct err *e)
{
	if (body->scopes == 0)
		return fields_misfit(field, e, "/scopes",
		    "expected a list of view, check, feedback, moderate, "
		    "admin, operator");
	return check_scopes(call, body->scopes, e);
}

static void
make_key(struct admin_change *a, int64_t site, const struct key_body *body)
{
	a->changes[0].kind = CHANGE_ADD_KEY;
	credential_make(
	    &(struct credential_order){
		.site = site,
		.scopes = body->scopes,
		.label = body->label,
		.value = body->value,
		.style = body->style,
		.expires_at_ms = body->expires_at_ms,
	    },
	    &a->changes[0].key, a->value);
}

void
keys_add(const struct call *call)
{
	struct admin_change *a = admin_begin(call);
	struct key_body body = {.label = ""};
	struct problem_field field;
	struct err e;
	json_t *o;

	if (a == NULL)
		return;
	o = fields_read(add_fields, call->request->body, &body, &field, &e);
	if (o == NULL || check_order(call, &body, &field, &e) != 0) {
		json_decref(o);
		problem_answer(call->request, &e, &field);
		return;
	}
	a->event = "key.added";
	a->status = 201;
	a->answer = show_value;
	make_key(a, call->caller.site, &body);
	json_decref(o);
	admin_commit(a, 1);
}

struct search {
	const struct call *call;
	struct store_key key;
	bool found;
};

static void
match_key(void *arg, const struct store_key *k)
{
	struct search *s = arg;

	if (!span_equal(s->call->id, span_of(k->id)) ||
	    !access_sees(&s->call->caller, k->site))
		return;
	s->key = *k;
	s->found = true;
}

/* A key that is not revoked, and that the caller may do something about. */
static int
find_key(const struct call *call, struct store_key *out, struct err *e)
{
	struct search s = {.call = call};

	if (store_each_key(call->worker->reader, match_key, &s, e) != 0)
		return -1;
	if (!s.found || s.key.revoked_at_ms != 0)
		return err_set(e, ERR_MISSING, "there is no such valid key");
	*out = s.key;
	return check_scopes(call, s.key.scopes, e);
}

void
keys_rotate(const struct call *call)
{
	struct admin_change *a = admin_begin(call);
	struct key_body body = {.expires_at_ms = clock_unix_ms() + overlap_ms};
	struct problem_field field;
	struct store_key *old;
	struct err e;
	json_t *o = NULL;

	if (a == NULL)
		return;
	old = &a->changes[1].key;
	if (find_key(call, old, &e) == 0) {
		body.style =
		    old->akismet ? CREDENTIAL_AKISMET : CREDENTIAL_LONG;
		o = fields_read(
		    rotate_fields, call->request->body, &body, &field, &e);
	}
	if (o == NULL) {
		problem_answer(call->request, &e, &field);
		return;
	}
	a->event = "key.rotated";
	a->status = 201;
	a->answer = show_rotated;
	a->changes[1].kind = CHANGE_END_KEY;
	old->expires_at_ms = body.expires_at_ms;
	body.expires_at_ms = 0;
	body.scopes = old->scopes;
	body.label = old->label;
	make_key(a, old->site, &body);
	json_decref(o);
	admin_commit(a, 2);
}

void
keys_revoke(const struct call *call)
{
	struct admin_change *a = admin_begin(call);
	struct err e;

	if (a == NULL)
		return;
	if (find_key(call, &a->changes[0].key, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	a->event = "key.revoked";
	a->answer = show_key;
	a->changes[0].kind = CHANGE_REVOKE_KEY;
	a->changes[0].key.revoked_at_ms = clock_unix_ms();
	admin_commit(a, 1);
}
