#include "access.h"

#include "form.h"

static void
enter(struct caller *c, const struct site *site)
{
	c->site = site->id;
	c->settings = site->settings;
}

/* The caller of the operators' socket, who is of no site. */
static struct caller
operator_caller(void)
{
	return (struct caller){
	    .scopes = SCOPES_ALL,
	    .key = "operator",
	    .settings = site_settings_default(),
	};
}

/* What ?site= says; p NULL: nothing. 0, or -1: the query is too long. */
static int
site_named(const struct call *call, struct span *out, struct err *e)
{
	struct http_request *r = call->request;
	struct form f;

	*out = (struct span){NULL, 0};
	if (r->query.n == 0)
		return 0;
	if (form_init(&f, &r->arena) != 0 ||
	    form_add_urlencoded(&f, r->query) != 0)
		return err_set(
		    e, ERR_TOO_LARGE, "the query has too many fields");
	*out = form_get(&f, span_of("site"));
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
		return err_set(e, ERR_INPUT,
		    "there are several sites: say which one by ?site=NAME");
	enter(&call->caller, &only);
	return 0;
}

static int
enter_named(struct call *call, struct span name, struct err *e)
{
	struct directory *d = call->worker->service->sites;
	struct site site;

	if (directory_site_named(d, name, &site, e) != 0)
		return -1;
	if (site.id != call->caller.site && !access_is_operator(call))
		return err_set(e, ERR_MISSING, "there is no such site");
	enter(&call->caller, &site);
	return 0;
}

bool
access_is_operator(const struct call *call)
{
	return (call->caller.scopes & SCOPE_OPERATOR) != 0;
}

int
access_identify(struct call *call, const struct route *route, struct err *e)
{
	struct directory *d = call->worker->service->sites;
	struct http_request *r = call->request;
	struct span name;

	call->caller = operator_caller();
	if (!call->worker->is_operators &&
	    directory_check(d, http_header(r, "Authorization"), route->scope,
		&call->caller, e) != 0)
		return -1;
	if (site_named(call, &name, e) != 0)
		return -1;
	if (name.p != NULL)
		return enter_named(call, name, e);
	if (call->caller.site == 0 && route->sites == ROUTE_ONE_SITE)
		return enter_only(call, e);
	return 0;
}
