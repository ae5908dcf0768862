#include "users.h"

#include <stddef.h>
#include <stdio.h>
#include <strings.h>

#include "../format/json.h"
#include "../format/json_members.h"
#include "../request/access.h"
#include "../request/account.h"
#include "../request/admin.h"
#include "../request/reply.h"
#include "../request/second_factor.h"
#include "user.h"

enum { SITES_MAX = 16 };

_Static_assert(SITES_MAX + 2 <= ADMIN_CHANGES_MAX, "a change has its place");

struct body {
	const char *name;
	enum role role; /* ROLES: nothing is said */
	json_t *sites;  /* NULL: likewise */
	bool no_totp;
};

/* A change of somebody; lies in the request's arena. */
struct user_change {
	struct admin_change change; /* first */
	struct account_found found;
	struct body body;
	json_t *read;
	char token[SECRETS_TOKEN_BYTES + 1]; /* "": no link was made */
	uint32_t n;                          /* changes so far */
	bool wider; /* he comes to be where he was nothing */
};

static int
read_role(json_t *v, void *out)
{
	enum role r = json_is_string(v)
			  ? account_role_named(json_string_value(v))
			  : ROLES;

	*(enum role *)out = r;
	return r == ROLES ? -1 : 0;
}

static int
read_sites(json_t *v, void *out)
{
	json_t *each;
	size_t i;

	json_array_foreach(v, i, each) if (!json_is_string(each)) return -1;
	if (!json_is_array(v) || i == 0 || i > SITES_MAX)
		return -1;
	return field_value(v, out);
}

static int
read_no(json_t *v, void *out)
{
	*(bool *)out = json_is_false(v);
	return json_is_false(v) ? 0 : -1;
}

#define AT(member)     offsetof(struct body, member)
#define ROLES_EXPECTED "viewer, moderator, admin, operator, or none"
#define SITES_EXPECTED "a list of 1 to 16 names of sites"

static const struct field add_fields[] = {
    {"name", user_name_field, AT(name), ACCOUNT_NAME_EXPECTED},
    {"role", read_role, AT(role), ROLES_EXPECTED},
    {"sites", read_sites, AT(sites), SITES_EXPECTED},
    {NULL},
};

static const struct field change_fields[] = {
    {"role", read_role, AT(role), ROLES_EXPECTED},
    {"sites", read_sites, AT(sites), SITES_EXPECTED},
    {"totp", read_no, AT(no_totp), "false: it is taken away"},
    {NULL},
};

struct listing {
	const struct call *call;
	const struct admin_page *page;
	json_t *users;
	char last[ACCOUNT_NAME_MAX + 1];
	bool more;
};

/* Names come in order, whatever their case. */
static void
list_user(void *arg, const struct store_account *a)
{
	struct listing *l = arg;
	char from[ACCOUNT_NAME_MAX + 1];

	span_copy(from, sizeof(from), l->page->after);
	if (strcasecmp(a->name, from) <= 0 || !user_is_known(l->call, a))
		return;
	if (json_array_size(l->users) == l->page->limit) {
		l->more = true;
		return;
	}
	json_array_append_new(l->users, user_to_json(l->call, a));
	snprintf(l->last, sizeof(l->last), "%s", a->name);
}

void
users_list(const struct call *call)
{
	struct admin_page page;
	struct listing l = {.call = call, .page = &page};
	struct account_visit visit = {list_user, &l, &call->request->arena};
	struct err e;

	if (admin_page(call, &page) != 0)
		return;
	l.users = json_array();
	if (store_each_account(call->worker->reader, &visit, &e) != 0) {
		json_decref(l.users);
		problem_answer(call->request, &e, NULL);
		return;
	}
	reply_json(call, 200,
	    json_pack("{s:o, s:s?}", "users", l.users, "next",
		l.more ? l.last : NULL));
}

void
users_get(const struct call *call)
{
	struct account_found found;
	struct err e;

	if (user_find(call, &found, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		reply_json(call, 200, user_to_json(call, &found.account));
}

/* Somebody as he is now, and the link that was made for him. */
static json_t *
show(struct admin_change *a)
{
	struct user_change *u = (struct user_change *)a;
	const struct call *call = &a->call;
	struct account_query q = {
	    ACCOUNT_BY_NAME, span_of(u->found.account.name)};
	struct account_found now;
	struct err e;
	json_t *o;

	if (store_get_account(
		call->worker->reader, &q, &call->request->arena, &now, &e) != 0)
		return NULL;
	o = user_to_json(call, &now.account);
	if (u->token[0] != '\0')
		json_object_set_new(o, "link",
		    json_pack("{s:s, s:o, s:o}", "token", u->token, "url",
			json_sprintf("%s/#link=%s", call->worker->service->page,
			    u->token),
			"expires_at", json_time(now.account.link_until_ms)));
	return o;
}

static json_t *
show_dropped(struct admin_change *a)
{
	return json_pack("{s:s, s:b}", "name",
	    ((struct user_change *)a)->found.account.name, "deleted", 1);
}

static void
release(void *arg)
{
	json_decref(((struct user_change *)arg)->read);
}

/* NULL: answered. */
static struct user_change *
begin(const struct call *call, const char *event,
    json_t *(*answer)(struct admin_change *a))
{
	struct user_change *u =
	    arena_array(&call->request->arena, 1, sizeof(*u));
	struct err e;

	if (u == NULL) {
		err_no_room(&e);
		problem_answer(call->request, &e, NULL);
		return NULL;
	}
	admin_init(&u->change, call);
	u->change.aside = true;
	u->change.event = event;
	u->change.answer = answer;
	u->body.role = ROLES;
	call->request->answered = release;
	call->request->answered_arg = u;
	return u;
}

static int
read_body(struct user_change *u, const struct field *rows,
    struct problem_field *f, struct err *e)
{
	u->read =
	    fields_read(rows, u->change.call.request->body, &u->body, f, e);
	return u->read == NULL ? -1 : 0;
}

static void
refuse(
    struct user_change *u, const struct err *e, const struct problem_field *f)
{
	problem_answer(u->change.call.request, e, f);
}

static void
add_change(struct user_change *u, enum store_change_kind kind)
{
	struct store_change *c = &u->change.changes[u->n++];

	c->kind = kind;
	c->account = u->found.account;
}

/* What somebody is on a site; ROLE_NONE: nothing. */
static enum role
role_on(const struct store_account *a, int64_t site)
{
	for (uint32_t i = 0; i < a->n_grants; i++)
		if (a->grants[i].site == site)
			return a->grants[i].role;
	return ROLE_NONE;
}

/* What somebody is on a site from now on, unless that is so already. */
static void
add_grant(struct user_change *u, int64_t site)
{
	struct store_change *c = &u->change.changes[u->n];

	enum role was = role_on(&u->found.account, site);

	if (was == u->body.role)
		return;
	u->n++;
	u->wider |= was == ROLE_NONE;
	c->kind = u->body.role == ROLE_NONE ? CHANGE_UNGRANT : CHANGE_GRANT;
	c->grant = (struct store_grant){
	    .account = u->found.account.id,
	    .site = site,
	    .role = u->body.role,
	};
}

/* The only site that the caller administers. */
static int
add_only(struct user_change *u, struct problem_field *f, struct err *e)
{
	const struct call *call = &u->change.call;
	struct directory *d = call->worker->service->sites;
	struct site site = {0};
	int64_t only = 0;
	uint32_t n = 0;

	while (directory_site_after(d, site.id, &site, e) == 0) {
		if (!access_sees(&call->caller, site.id))
			continue;
		only = site.id;
		n++;
	}
	if (n != 1)
		return fields_misfit(
		    f, e, "/sites", "expected " SITES_EXPECTED);
	add_grant(u, only);
	return 0;
}

static int
add_grants(struct user_change *u, struct problem_field *f, struct err *e)
{
	const struct call *call = &u->change.call;
	struct directory *d = call->worker->service->sites;
	struct site site;
	json_t *each;
	size_t i;

	if (u->body.sites == NULL)
		return add_only(u, f, e);
	json_array_foreach(u->body.sites, i, each)
	{
		struct span name = json_text(each);

		if (directory_site_named(d, name, &site, e) != 0 ||
		    !user_seen_on(call, site.id))
			return fields_misfit(f, e, "/sites",
			    "expected names of sites that you administer");
		add_grant(u, site.id);
	}
	return 0;
}

/* An operator is made by an operator, and is of no site. */
static int
check_operator(
    const struct user_change *u, struct problem_field *f, struct err *e)
{
	if (!access_is_operator(&u->change.call))
		return err_set(
		    e, ERR_SCOPE, "only an operator may make operators");
	if (u->body.sites != NULL)
		return fields_misfit(
		    f, e, "/sites", "an operator is of all sites");
	return 0;
}

static int
fill_new(struct user_change *u, struct problem_field *f, struct err *e)
{
	struct store_account *a = &u->found.account;

	if (read_body(u, add_fields, f, e) != 0)
		return -1;
	if (u->body.name == NULL)
		return fields_misfit(
		    f, e, "/name", "expected " ACCOUNT_NAME_EXPECTED);
	if (u->body.role == ROLES || u->body.role == ROLE_NONE)
		return fields_misfit(f, e, "/role",
		    "expected viewer, moderator, admin or operator");
	*a = (struct store_account){
	    .name = u->body.name,
	    .created_at_ms = clock_unix_ms(),
	    .is_operator = u->body.role == ROLE_OPERATOR,
	};
	account_make_link(a, a->created_at_ms + ACCOUNT_LINK_MS, u->token);
	add_change(u, CHANGE_ADD_ACCOUNT);
	return a->is_operator ? check_operator(u, f, e) : add_grants(u, f, e);
}

void
users_add(const struct call *call)
{
	struct user_change *u = begin(call, "user.added", show);
	struct problem_field f;
	struct err e;

	if (u == NULL)
		return;
	u->change.status = 201;
	if (fill_new(u, &f, &e) != 0)
		refuse(u, &e, &f);
	else
		admin_commit(&u->change, u->n);
}

/*
 * Whoever administered all that he was on may have a link of his, or be signed
 * in as him: that is to lead to no more than it did.
 */
static void
end_proofs(struct user_change *u)
{
	struct store_change *c = &u->change.changes[u->n++];

	account_end_link(&u->found.account);
	c->kind = CHANGE_END_OTHERS;
	c->session.account = u->found.account.id;
	memcpy(c->session.hash, u->change.call.caller.session,
	    sizeof(c->session.hash));
}

/* Whether he becomes an operator, or is one no more. */
static int
change_operator(struct user_change *u, struct problem_field *f, struct err *e)
{
	struct store_account *a = &u->found.account;
	bool wanted = u->body.role == ROLE_OPERATOR;

	if (wanted && check_operator(u, f, e) != 0)
		return -1;
	if (!wanted && a->is_operator &&
	    user_check_own(&u->change.call, a, e) != 0)
		return -1;
	u->wider |= wanted && !a->is_operator;
	a->is_operator = wanted;
	return 0;
}

/* Whether it says what he is on sites; `was`: an operator. */
static bool
is_of_sites(const struct body *b, bool was)
{
	return b->role != ROLES && b->role != ROLE_OPERATOR &&
	       (b->role != ROLE_NONE || !was || b->sites != NULL);
}

static int
fill_change(struct user_change *u, struct problem_field *f, struct err *e)
{
	struct store_account *a = &u->found.account;
	bool was = false;

	if (user_find(&u->change.call, &u->found, e) != 0 ||
	    read_body(u, change_fields, f, e) != 0)
		return -1;
	if (u->body.sites != NULL && u->body.role == ROLES)
		return fields_misfit(
		    f, e, "/role", "expected, too: what he is on the sites");
	was = a->is_operator;
	if (u->body.no_totp && user_check_own(&u->change.call, a, e) != 0)
		return -1;
	if (u->body.no_totp)
		second_factor_drop(a);
	if (u->body.role != ROLES && change_operator(u, f, e) != 0)
		return -1;
	if (is_of_sites(&u->body, was) && add_grants(u, f, e) != 0)
		return -1;
	if (u->wider)
		end_proofs(u);
	if (u->wider || u->body.no_totp || was != a->is_operator)
		add_change(u, CHANGE_SET_ACCOUNT);
	return 0;
}

void
users_change(const struct call *call)
{
	struct user_change *u = begin(call, "user.changed", show);
	struct problem_field f;
	struct err e;

	if (u == NULL)
		return;
	if (fill_change(u, &f, &e) != 0)
		refuse(u, &e, &f);
	else if (u->n == 0)
		reply_json(call, 200, show(&u->change));
	else
		admin_commit(&u->change, u->n);
}

/* Somebody who is the caller's alone; NULL: answered. */
static struct user_change *
begin_own(const struct call *call, const char *event,
    json_t *(*answer)(struct admin_change *a))
{
	struct user_change *u = begin(call, event, answer);
	struct err e;

	if (u == NULL)
		return NULL;
	if (user_find(call, &u->found, &e) == 0 &&
	    user_check_own(call, &u->found.account, &e) == 0)
		return u;
	refuse(u, &e, NULL);
	return NULL;
}

void
users_link(const struct call *call)
{
	struct user_change *u = begin_own(call, "user.link", show);

	if (u == NULL)
		return;
	u->change.status = 201;
	account_make_link(
	    &u->found.account, clock_unix_ms() + ACCOUNT_LINK_MS, u->token);
	add_change(u, CHANGE_SET_ACCOUNT);
	admin_commit(&u->change, u->n);
}

void
users_drop(const struct call *call)
{
	struct user_change *u = begin_own(call, "user.deleted", show_dropped);

	if (u == NULL)
		return;
	add_change(u, CHANGE_DROP_ACCOUNT);
	admin_commit(&u->change, u->n);
}
