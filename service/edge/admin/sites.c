#include "sites.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../format/form.h"
#include "../format/json.h"
#include "../format/json_members.h"
#include "../request/access.h"
#include "../request/admin.h"
#include "../request/query.h"
#include "../request/reply.h"

enum { DIGITS_MAX = 18 };

/* What a body may say. */
struct site_body {
	const char *name;
	json_t *settings;
};

static int read_name(json_t *v, void *out);

static const struct field body_fields[] = {
    {"name", read_name, offsetof(struct site_body, name),
	"1 to 64 bytes of text that is not all digits, nor begins with '-'"},
    {"settings", field_value, offsetof(struct site_body, settings),
	"an object of settings"},
    {NULL},
};

static bool
is_number(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

/* A name of digits alone would be taken for an id. */
static int
read_name(json_t *v, void *out)
{
	const char *s;
	size_t n;

	if (field_text(v, &s) != 0)
		return -1;
	n = strlen(s);
	if (n > SITE_NAME_BYTES_MAX || s[0] == '-' || is_number(s))
		return -1;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return -1;
	memcpy(out, &s, sizeof(s));
	return 0;
}

static json_t *
site_to_json(const struct site *s)
{
	return json_pack("{s:I, s:s, s:o, s:o}", "id", (json_int_t)s->id,
	    "name", s->name, "created_at", json_time(s->created_at_ms),
	    "settings", site_settings_json(&s->settings, SETTINGS_ALL));
}

/* An operator sees all, whichever is named. */
static bool
may_see(const struct call *call, const struct site *s)
{
	return access_is_operator(call) || access_sees(&call->caller, s->id);
}

/* The site that the path names by id or name, if the caller may see it. */
static int
find_site(const struct call *call, struct site *out, struct err *e)
{
	struct directory *d = call->worker->service->sites;
	struct span ref = form_unescape(call->id, &call->request->arena);
	char digits[DIGITS_MAX + 1];
	int found;

	span_copy(digits, sizeof(digits), ref);
	if (ref.n <= DIGITS_MAX && is_number(digits))
		found = directory_site(d, strtoll(digits, NULL, 10), out, e);
	else
		found = directory_site_named(d, ref, out, e);
	if (found == 0 && !may_see(call, out))
		found = err_set(e, ERR_MISSING, "there is no such site");
	return found;
}

/* The site `id` as it is now; NULL: it is gone already. */
static json_t *
show(const struct call *call, int64_t id)
{
	struct site site;
	struct err e;

	if (directory_site(call->worker->service->sites, id, &site, &e) != 0)
		return json_pack("{s:I}", "id", (json_int_t)id);
	return site_to_json(&site);
}

static json_t *
show_added(struct admin_change *a)
{
	return show(&a->call, a->changes[0].id);
}

static json_t *
show_set(struct admin_change *a)
{
	return show(&a->call, a->changes[0].site.id);
}

static json_t *
show_dropped(struct admin_change *a)
{
	return json_pack("{s:I, s:b}", "id", (json_int_t)a->changes[0].site.id,
	    "deleted", 1);
}

/* One that is not the caller's site is passed over. */
void
sites_list(const struct call *call)
{
	struct directory *d = call->worker->service->sites;
	json_t *list = json_array(), *next = json_null();
	struct admin_page page;
	struct site site = {0};
	char cursor[DIGITS_MAX + 1];
	struct err e;

	if (admin_page(call, &page) != 0) {
		json_decref(list);
		return;
	}
	span_copy(cursor, sizeof(cursor), page.after);
	site.id = strtoll(cursor, NULL, 10);
	while (directory_site_after(d, site.id, &site, &e) == 0) {
		if (!may_see(call, &site))
			continue;
		if (json_array_size(list) == page.limit) {
			next = json_sprintf("%s", cursor);
			break;
		}
		json_array_append_new(list, site_to_json(&site));
		snprintf(cursor, sizeof(cursor), "%" PRId64, site.id);
	}
	reply_json(
	    call, 200, json_pack("{s:o, s:o}", "sites", list, "next", next));
}

void
sites_get(const struct call *call)
{
	struct site site;
	struct err e;

	if (find_site(call, &site, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		reply_json(call, 200, site_to_json(&site));
}

/* Settings as the store keeps them, in the arena; p NULL: it is full. */
static struct span
settings_text(const struct call *call, const struct site_settings *s)
{
	json_t *o = site_settings_json(s, SETTINGS_SET);
	struct span text = json_write(o, &call->request->arena);

	json_decref(o);
	return text;
}

/*
 * Fills the change from what the body says of `site`; its texts are copied.
 * 0, or -1 and `e`.
 */
static int
fill_change(struct admin_change *a, struct site *site,
    struct problem_field *field, struct err *e)
{
	struct http_request *r = a->call.request;
	struct store_site *out = &a->changes[0].site;
	struct site_body body = {0};
	json_t *o = fields_read(body_fields, r->body, &body, field, e);
	int result = 0;

	if (o == NULL)
		return -1;
	if (body.name != NULL)
		snprintf(site->name, sizeof(site->name), "%s", body.name);
	if (site->name[0] == '\0')
		result = fields_misfit(
		    field, e, "/name", "expected the site's name");
	else if (body.settings != NULL &&
		 site_settings_patch(&site->settings, body.settings,
		     "/settings", field) != ERR_NONE)
		result = err_set(e, ERR_FIELD, "a setting is not as expected");
	json_decref(o);
	out->id = site->id;
	out->created_at_ms = site->created_at_ms;
	out->revision = site->revision;
	out->name = arena_copy(
	    &r->arena, (struct span){site->name, strlen(site->name) + 1})
			.p;
	out->settings = settings_text(&a->call, &site->settings);
	if (out->name == NULL || out->settings.p == NULL)
		result = err_set(e, ERR_TOO_LARGE, "the site is too large");
	return result;
}

void
sites_add(const struct call *call)
{
	struct admin_change *a = admin_begin(call);
	struct site site = {
	    .created_at_ms = clock_unix_ms(),
	    .settings = site_settings_default(),
	};
	struct problem_field field;
	struct err e;

	if (a == NULL)
		return;
	a->event = "site.added";
	a->status = 201;
	a->answer = show_added;
	a->changes[0].kind = CHANGE_ADD_SITE;
	if (fill_change(a, &site, &field, &e) == 0)
		admin_commit(a, 1);
	else
		problem_answer(call->request, &e, &field);
}

void
sites_set(const struct call *call)
{
	struct admin_change *a = admin_begin(call);
	struct site site, before;
	struct problem_field field;
	struct err e;
	int failed;

	if (a == NULL)
		return;
	a->event = "site.changed";
	a->answer = show_set;
	a->changes[0].kind = CHANGE_SET_SITE;
	failed = find_site(call, &site, &e);
	before = site;
	if (failed == 0)
		failed = fill_change(a, &site, &field, &e);
	if (failed == 0 && !access_is_operator(call) &&
	    strcmp(site.name, before.name) != 0)
		failed = err_set(
		    &e, ERR_SCOPE, "only an operator may rename a site");
	if (failed == 0)
		admin_commit(a, 1);
	else
		problem_answer(call->request, &e, &field);
}

/* Whether ?confirm= is the site's name. 0 or -1. */
static int
check_confirmed(const struct call *call, const struct site *site, struct err *e)
{
	struct form f;

	if (query_read(&f, call, e) == 0 &&
	    span_equal(form_get(&f, span_of("confirm")), span_of(site->name)))
		return 0;
	return err_set(e, ERR_INPUT,
	    "this deletes the site with all it has: say ?confirm=NAME or "
	    "--confirm NAME");
}

void
sites_drop(const struct call *call)
{
	struct admin_change *a = admin_begin(call);
	struct site site;
	struct err e;

	if (a == NULL)
		return;
	if (find_site(call, &site, &e) != 0 ||
	    check_confirmed(call, &site, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	a->event = "site.deleted";
	a->answer = show_dropped;
	a->changes[0].kind = CHANGE_DROP_SITE;
	a->changes[0].site = (struct store_site){
	    .id = site.id,
	    .created_at_ms = clock_unix_ms(), /* when it was deleted */
	};
	admin_commit(a, 1);
}
