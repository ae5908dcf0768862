#include "api.h"

#include "admin/keys.h"
#include "admin/models.h"
#include "admin/sites.h"
#include "admin/webhooks.h"
#include "check/check_json.h"
#include "check/comment_json.h"
#include "dialect/akismet.h"
#include "dialect/perspective.h"
#include "format/json.h"
#include "http/problem.h"
#include "openapi.h"
#include "operations.h"
#include "pages.h"
#include "people/audit.h"
#include "people/profile.h"
#include "people/sign_in.h"
#include "people/users.h"
#include "request/access.h"
#include "request/admission.h"
#include "request/routes.h"
#include "request/service.h"
#include "request/shedding.h"
#include "request/sorted.h"
#include "review/adaptation.h"
#include "review/authors.h"
#include "review/bulk.h"
#include "review/campaign_decide.h"
#include "review/campaigns.h"
#include "review/comments.h"
#include "review/decide.h"
#include "review/history.h"
#include "review/labels.h"
#include "review/leasing.h"
#include "review/listing.h"
#include "review/live.h"
#include "review/normalised.h"
#include "review/notes.h"
#include "review/person.h"
#include "review/queue.h"
#include "review/reports.h"
#include "review/stats.h"

/* In front what is asked most: the others cost a row looked at each. */
static const struct route routes[] = {
    {ROUTE_POST, "/v1/comments", check_one, BODY_ONE, SCOPE_CHECK,
	.load = LOAD_CHECK},
    {ROUTE_GET | ROUTE_POST, "/1.1/{endpoint}", akismet, BODY_FORM, 0},
    {ROUTE_GET | ROUTE_POST, "/1.2/{endpoint}", akismet, BODY_FORM, 0},
    {ROUTE_POST, "/v1/comments:batch", check_batch, BODY_BATCH, SCOPE_CHECK,
	.load = LOAD_BULK},
    {ROUTE_GET, "/v1/comments", comments_find, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_GET, "/v1/comments/{id}", comments_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/comments/{id}/decision", decide, BODY_ONE,
	SCOPE_FEEDBACK | SCOPE_MODERATE, .load = LOAD_FEEDBACK},
    {ROUTE_DELETE, "/v1/comments/{id}/decision", decide_undo, BODY_NONE,
	SCOPE_FEEDBACK | SCOPE_MODERATE, .load = LOAD_FEEDBACK},
    {ROUTE_GET, "/v1/comments/{id}/normalised", normalised_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/comments/{id}/lease", leasing_take, BODY_NONE,
	SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_DELETE, "/v1/comments/{id}/lease", leasing_end, BODY_NONE,
	SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/campaigns", campaigns_list, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/campaigns/{id}", campaigns_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/campaigns/{id}/decision", campaign_decide, BODY_ONE,
	SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_DELETE, "/v1/campaigns/{id}/decision", campaign_undo, BODY_NONE,
	SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/events", live_events, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/labels", labels_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_GET, "/v1/history", history_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_GET, "/v1/comments/{id}/context", queue_context, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_GET, "/v1/comments/{id}/notes", notes_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/comments/{id}/notes", notes_add, BODY_ONE,
	SCOPE_MODERATE},
    {ROUTE_GET, "/v1/comments/{id}/reports", reports_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/comments/{id}/reports", reports_add, BODY_ONE,
	SCOPE_CHECK | SCOPE_FEEDBACK},
    {ROUTE_GET, "/v1/queue", queue_get, BODY_NONE, SCOPE_VIEW | SCOPE_MODERATE,
	ROUTE_ANY_SITE, .sorted = true},
    {ROUTE_GET, "/v1/queue/counts", queue_counts, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE, ROUTE_ANY_SITE, .sorted = true},
    {ROUTE_POST, "/v1/queue/decisions", bulk_decide, BODY_BATCH, SCOPE_MODERATE,
	ROUTE_ANY_SITE, .load = LOAD_BULK, .sorted = true},
    {ROUTE_DELETE, "/v1/queue/decisions/{batch}", bulk_undo, BODY_ONE,
	SCOPE_MODERATE, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/authors/{key}", authors_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/authors:export", person_export, BODY_ONE, SCOPE_ADMIN},
    {ROUTE_POST, "/v1/authors:erase", person_erase, BODY_ONE, SCOPE_ADMIN},
    {ROUTE_GET, "/v1/stats", stats_get, BODY_NONE, SCOPE_VIEW | SCOPE_MODERATE,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/adaptation", adaptation_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/labels", labels_import, BODY_BATCH, SCOPE_MODERATE,
	.load = LOAD_BULK},
    {ROUTE_GET, "/v1/lists", listing_get, BODY_NONE,
	SCOPE_VIEW | SCOPE_MODERATE},
    {ROUTE_POST, "/v1/lists", listing_add, BODY_BATCH, SCOPE_MODERATE},
    {ROUTE_POST, "/v1/lists:try", listing_try, BODY_ONE, SCOPE_MODERATE},
    {ROUTE_PATCH, "/v1/lists/{id}", listing_change, BODY_ONE, SCOPE_MODERATE},
    {ROUTE_DELETE, "/v1/lists/{id}", listing_delete, BODY_NONE, SCOPE_MODERATE},
    {ROUTE_GET, "/v1/sites", sites_list, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/sites", sites_add, BODY_ONE, SCOPE_OPERATOR,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/sites/{site}", sites_get, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_PATCH, "/v1/sites/{site}", sites_set, BODY_ONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_DELETE, "/v1/sites/{site}", sites_drop, BODY_NONE, SCOPE_OPERATOR,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/keys", keys_list, BODY_NONE, SCOPE_ADMIN, ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/keys", keys_add, BODY_ONE, SCOPE_ADMIN},
    {ROUTE_POST, "/v1/keys/{id}:rotate", keys_rotate, BODY_ONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_DELETE, "/v1/keys/{id}", keys_revoke, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models", models_list, BODY_NONE, SCOPE_OPERATOR,
	ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/models:rollback", models_roll_back, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models/{name}", models_get, BODY_NONE, SCOPE_OPERATOR,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models/{name}/report", models_report, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models/{name}/proposal", models_proposal, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/models/{name}:promote", models_promote, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/models/{name}:shadow", models_challenge, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models/{name}/compare", models_compare, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models/{name}/drift", models_drift, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/models/{name}/shadow", models_shadow, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_DELETE, "/v1/models/{name}/shadow", models_end_challenge, BODY_NONE,
	SCOPE_OPERATOR, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/audit", audit_list, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/audit:verify", audit_verify, BODY_NONE, SCOPE_OPERATOR,
	ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/users", users_list, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/users", users_add, BODY_ONE, SCOPE_ADMIN, ROUTE_ANY_SITE},
    {ROUTE_GET, "/v1/users/{name}", users_get, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_PATCH, "/v1/users/{name}", users_change, BODY_ONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_DELETE, "/v1/users/{name}", users_drop, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1/users/{name}:link", users_link, BODY_NONE, SCOPE_ADMIN,
	ROUTE_ANY_SITE},
    {ROUTE_POST, "/v1alpha1/comments:analyze", perspective_analyze, BODY_ONE,
	0},
    {ROUTE_POST, "/v1alpha1/comments:suggestscore", perspective_suggest,
	BODY_ONE, 0},
    {ROUTE_GET, "/v1/webhooks", webhooks_list, BODY_NONE, SCOPE_ADMIN},
    {ROUTE_POST, "/v1/webhooks", webhooks_add, BODY_ONE, SCOPE_ADMIN},
    {ROUTE_GET, "/v1/webhooks/{id}", webhooks_get, BODY_NONE, SCOPE_ADMIN},
    {ROUTE_PATCH, "/v1/webhooks/{id}", webhooks_change, BODY_ONE, SCOPE_ADMIN},
    {ROUTE_DELETE, "/v1/webhooks/{id}", webhooks_drop, BODY_NONE, SCOPE_ADMIN},
    {ROUTE_POST, "/v1/webhooks/{id}:rotate", webhooks_rotate, BODY_NONE,
	SCOPE_ADMIN},
    {ROUTE_POST, "/v1/webhooks/{id}:test", webhooks_test, BODY_NONE,
	SCOPE_ADMIN},
    {ROUTE_GET, "/v1/webhooks/{id}/deliveries", webhooks_deliveries, BODY_NONE,
	SCOPE_ADMIN},
    {ROUTE_POST, "/v1/deliveries/{id}:replay", webhooks_replay, BODY_NONE,
	SCOPE_ADMIN},
    {ROUTE_GET, "/livez", operations_livez, BODY_NONE, 0},
    {ROUTE_GET, "/readyz", operations_readyz, BODY_NONE, 0},
    {ROUTE_GET, "/openapi.json", openapi_get, BODY_NONE, 0},
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

/* What the admin listener alone has. Figures tell who may ask without a key,
 * as they tell of each comment by a step, more than its answer does. */
static const struct route admin_routes[] = {
    {ROUTE_GET, "/metrics", operations_metrics, BODY_NONE, 0},
    {ROUTE_POST, "/v1/session", sign_in, BODY_ONE, 0},
    {ROUTE_GET, "/v1/session", profile_get, BODY_NONE, 0},
    {ROUTE_PATCH, "/v1/session", profile_change, BODY_ONE, 0},
    {ROUTE_DELETE, "/v1/session", profile_sign_out, BODY_NONE, 0},
    {ROUTE_GET, "/", pages_index, BODY_NONE, 0},
    {ROUTE_GET, "/ui/{file}", pages_file, BODY_NONE, 0},
};
enum { ADMIN_ROUTES = sizeof(admin_routes) / sizeof(admin_routes[0]) };

/*
 * What a byte of text can need at most on its way: points, ranges, tokens,
 * features, parts and shares (core), copies and answers (edge); and what
 * every request needs however small.
 */
enum { ARENA_PER_BYTE = 256, ARENA_LEAST = 1 << 20 };

/* Bodies up to this size mostly come at once: the key is looked at with them,
 * once. */
enum { BODY_SOON_BYTES = 4096 };

/* A form as it was sent, and its fields decoded. */
enum { FORM_BYTES_MAX = 1 << 20, FORM_COPIES = 2 };

/*
 * A form may hold much beside the comment, of which only so much is judged.
 * Not less than a comment's arena, which is at hand.
 */
static struct http_budget
form_budget(const struct service *s)
{
	size_t least = api_arena_bytes(s->body_bytes);
	size_t bytes = FORM_COPIES * FORM_BYTES_MAX +
		       api_arena_bytes(2 * CONTENT_BYTES_MAX);

	return (struct http_budget){
	    .body_bytes = FORM_BYTES_MAX,
	    .arena_bytes = bytes > least ? bytes : least,
	    .chunks = true,
	};
}

static struct route_match
match(const struct worker *w, enum http_method method, struct span path)
{
	struct route_match m = route_match(routes, ROUTES, method, path);

	if (m.route == NULL && m.allowed == 0 && w->is_admins)
		m = route_match(admin_routes, ADMIN_ROUTES, method, path);
	return m;
}

static void
refuse_route(struct http_request *r, unsigned allowed)
{
	char allow[ROUTE_ALLOW_BYTES];
	struct http_response out;

	if (allowed == 0) {
		problem_fill(r, 404, "no such path", NULL, &out);
	} else {
		route_allow(allowed, allow);
		problem_fill(r, 405, "no such method here", NULL, &out);
		out.headers[0] = (struct http_header){"Allow", allow};
	}
	http_answer(r, &out);
}

/* Whose call it is, and whether there are not too many: 0 or -1. */
static int
admit(struct call *call, const struct route *route, struct err *e)
{
	if (access_identify(call, route, e) != 0)
		return admission_stranger(call, e);
	if (call->worker->is_operators)
		return 0;
	if (admission_key(call, e) != 0)
		return -1;
	return shedding_admit(call, route->load, e);
}

void
api_handle(struct http_request *r)
{
	struct worker *w = r->context;
	struct route_match m = match(w, r->method, r->path);
	struct call call = {.request = r, .worker = w, .id = m.capture};
	struct err e;

	json_begin();
	if (m.route == NULL)
		refuse_route(r, m.allowed);
	else if (m.route->scope != 0 && admit(&call, m.route, &e) != 0)
		problem_answer(r, &e, NULL);
	else if (m.route->sorted)
		sorted_handle(&call, m.route->handle);
	else
		m.route->handle(&call);
}

size_t
api_arena_bytes(size_t body_bytes)
{
	return ARENA_LEAST + ARENA_PER_BYTE * body_bytes;
}

/* Nobody waits for what no route wants: the handler says so at once. */
static struct http_budget
no_budget(void)
{
	return (struct http_budget){
	    .body_bytes = SIZE_MAX,
	    .arena_bytes = api_arena_bytes(0),
	    .chunks = true,
	    .at_once = true,
	};
}

struct http_budget
api_budget(const struct http_request *r)
{
	const struct worker *w = r->context;
	const struct service *s = w->service;
	const struct route *route = match(w, r->method, r->path).route;
	size_t body;

	if (route == NULL)
		return no_budget();
	if (route->body == BODY_FORM)
		return form_budget(s);
	/* what a route does not want is read, too */
	body = route->body == BODY_BATCH ? s->batch_bytes : s->body_bytes;
	return (struct http_budget){
	    .body_bytes = body,
	    .arena_bytes = api_arena_bytes(body),
	    .at_once = route->scope != 0 && r->body.n > BODY_SOON_BYTES &&
		       access_is_stranger(w, r, route->scope),
	};
}

void
api_answered(const struct http_request *r, unsigned status)
{
	struct worker *w = r->context;
	struct metrics *m = w->service->metrics;

	metrics_add(m, METRIC_HTTP_REQUESTS, status / 100 - 1, 1);
	metrics_observe(
	    m, METRIC_HTTP_SECONDS, clock_monotonic_us() - r->start_us);
}

void
api_refuse(struct http_request *r, unsigned status, const char *detail,
    struct http_response *out)
{
	problem_fill(r, status, detail, NULL, out);
}
