#include "access.h"

#include "../format/form.h"
#include "query.h"
#include "session.h"

static unsigned
granted(const struct caller *c, int64_t site)
{
	for (uint32_t i = 0; i < c->n_grants; i++)
		if (c->grants[i].site == site)
			return c->grants[i].scopes;
	return 0;
}

bool
access_sees(const struct caller *c, int64_t site)
{
	if (c->site != 0)
		return c->site == site;
	return c->grants == NULL || (granted(c, site) & c->wanted) != 0;
}

bool
access_meets(const struct caller *a, const struct caller *b)
{
	if (a->site != 0)
		return access_sees(b, a->site);
	if (a->grants == NULL || b->site != 0)
		return b->site == 0 || access_sees(a, b->site);
	for (uint32_t i = 0; i < a->n_grants; i++)
		if (access_sees(a, a->grants[i].site) &&
		    access_sees(b, a->grants[i].site))
			return true;
	return false;
}

static void
enter(struct caller *c, const struct site *site)
{
	c->site = site->id;
	c->settings = site->settings;
	if (c->grants != NULL)
		c->scopes = granted(c, site->id);
}

static int
lacks_role(struct err *e)
{
	return err_set(e, ERR_SCOPE, "your role does not allow this");
}

/* The caller of the operators' socket, who is of no site. */
static struct caller
operator_caller(void)
{
	return (struct caller){
	    .scopes = SCOPES_ALL,
	    .key = "operator",
	    .label = "operator",
	    .settings = site_settings_default(),
	};
}

/* What ?site= says; p NULL: nothing. 0, or -1: the query is too long. */
static int
site_named(const struct call *call, struct span *out, struct err *e)
{
	struct form f;

	*out = (struct span){NULL, 0};
	if (call->request->query.n == 0)
		return 0;
	if (query_read(&f, call, e) != 0)
		return -1;
	*out = form_get(&f, span_of("site"));
	return 0;
}

static int
several(struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "there are several sites: say which one, ?site=NAME or --site "
	    "NAME");
}

/* Goes to the only site where a person may do this. */
static int
enter_granted(struct call *call, struct err *e)
{
	struct caller *c = &call->caller;
	struct site site;
	int64_t only = 0;

	for (uint32_t i = 0; i < c->n_grants; i++) {
		if (!access_sees(c, c->grants[i].site))
			continue;
		if (only != 0)
			return several(e);
		only = c->grants[i].site;
	}
	if (only == 0)
		return lacks_role(e);
	if (directory_site(call->worker->service->sites, only, &site, e) != 0)
		return -1;
	enter(c, &site);
	return 0;
}

/* Goes to the only site there is. */
static int
enter_only(struct call *call, struct err *e)
{
	struct directory *d = call->worker->service->sites;
	struct site only, second;

	if (directory_site_after(d, 0, &only, e) != 0)
		return -1;
	if (directory_site_after(d, only.id, &second, e) == 0)
		return several(e);
	enter(&call->caller, &only);
	return 0;
}

/* Whether the caller knows of a site; what it may do there is another thing. */
static bool
knows(const struct call *call, int64_t site)
{
	const struct caller *c = &call->caller;

	if (c->grants != NULL)
		return granted(c, site) != 0;
	return c->site == site || access_is_operator(call);
}

static int
enter_named(struct call *call, struct span name, struct err *e)
{
	struct directory *d = call->worker->service->sites;
	struct site site;

	if (directory_site_named(d, name, &site, e) != 0)
		return -1;
	if (!knows(call, site.id))
		return err_set(e, ERR_MISSING, "there is no such site");
	enter(&call->caller, &site);
	if (call->caller.grants != NULL &&
	    (call->caller.scopes & call->caller.wanted) == 0)
		return lacks_role(e);
	return 0;
}

bool
access_holds(const struct worker *w, const struct caller *c)
{
	if (c->is_person)
		return session_holds(w, c);
	return w->is_operators ||
	       directory_has(w->service->sites, c->key, c->wanted);
}

bool
access_is_operator(const struct call *call)
{
	return (call->caller.scopes & SCOPE_OPERATOR) != 0;
}

/* Goes to the site that is meant, or stays where all are. */
static int
enter_meant(struct call *call, const struct route *route, struct err *e)
{
	struct caller *c = &call->caller;
	struct span name;

	if (site_named(call, &name, e) != 0)
		return -1;
	if (name.p != NULL)
		return enter_named(call, name, e);
	if (c->grants != NULL && (c->scopes & c->wanted) == 0)
		return lacks_role(e);
	if (c->site != 0 || route->sites == ROUTE_ANY_SITE)
		return 0;
	return c->grants != NULL ? enter_granted(call, e) : enter_only(call, e);
}

/* Who asks: an operator, somebody who is signed in, or who has a key. */
static int
identify(struct call *call, unsigned scopes, struct err *e)
{
	const struct worker *w = call->worker;
	struct span key = http_header(call->request, "Authorization");

	call->caller = operator_caller();
	if (w->is_operators)
		return 0;
	if (w->is_admins && key.p == NULL && session_is_offered(call->request))
		return session_identify(call, e);
	return directory_check(
	    w->service->sites, key, scopes, &call->caller, e);
}

bool
access_is_stranger(
    const struct worker *w, const struct http_request *r, unsigned scopes)
{
	struct span key = http_header(r, "Authorization");
	struct caller caller;
	struct err e;

	if (w->is_operators ||
	    (w->is_admins && key.p == NULL && session_is_offered(r)))
		return false;
	return directory_check(w->service->sites, key, scopes, &caller, &e) !=
	       0;
}

int
access_identify(struct call *call, const struct route *route, struct err *e)
{
	if (identify(call, route->scope, e) != 0)
		return -1;
	call->caller.wanted = route->scope;
	return enter_meant(call, route, e);
}

int
access_next_site(const struct call *call, int64_t after, struct site *out)
{
	struct directory *d = call->worker->service->sites;
	const struct caller *c = &call->caller;
	struct err ignored;

	if (c->site != 0)
		return c->site > after
			   ? directory_site(d, c->site, out, &ignored)
			   : -1;
	while (directory_site_after(d, after, out, &ignored) == 0) {
		if (access_sees(c, out->id))
			return 0;
		after = out->id;
	}
	return -1;
}

int
access_comment(
    const struct call *call, struct span id, struct record *out, struct err *e)
{
	struct arena *a = &call->request->arena;
	struct store_reader *r = call->worker->reader;
	struct site site = {0};

	err_set(e, ERR_MISSING, "there is no such comment");
	while (e->code == ERR_MISSING &&
	       access_next_site(call, site.id, &site) == 0)
		if (store_get(r, (struct store_ref){site.id, id}, a, out, e) ==
		    0)
			return 0;
	return -1;
}

int
access_enter(
    const struct call *call, int64_t site, struct call *out, struct err *e)
{
	struct site s;

	if (!access_sees(&call->caller, site))
		return err_set(e, ERR_MISSING, "there is no such comment");
	if (directory_site(call->worker->service->sites, site, &s, e) != 0)
		return -1;
	*out = *call;
	enter(&out->caller, &s);
	return 0;
}
