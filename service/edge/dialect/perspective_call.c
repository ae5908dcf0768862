#include "perspective_call.h"

#include "../format/json.h"
#include "../format/json_mend.h"
#include "../request/admission.h"
#include "../request/shedding.h"

/*
 * The value of a parameter of the query, p NULL when it is not there. Not
 * decoded: no character of an API key needs to be encoded.
 */
static struct span
query_value(struct span query, const char *name)
{
	size_t n = strlen(name);

	while (query.n > 0) {
		const char *end = memchr(query.p, '&', query.n);
		size_t whole = end != NULL ? (size_t)(end - query.p) : query.n;

		if (whole > n && memcmp(query.p, name, n) == 0 &&
		    query.p[n] == '=')
			return (struct span){query.p + n + 1, whole - n - 1};
		whole += end != NULL;
		query = (struct span){query.p + whole, query.n - whole};
	}
	return (struct span){NULL, 0};
}

static enum load
load_of(unsigned scope)
{
	return scope == SCOPE_CHECK ? LOAD_CHECK : LOAD_FEEDBACK;
}

int
perspective_identify(
    struct call *call, unsigned scope, struct perspective_error *out)
{
	struct http_request *r = call->request;
	struct span key = query_value(r->query, "key");
	struct err e;

	if (key.p == NULL)
		key = http_header(r, "X-Goog-Api-Key");
	if (key.n == 0)
		return perspective_error_set(out, PERSPECTIVE_KEYLESS,
		    "Method doesn't allow unregistered callers (callers "
		    "without established identity). Please use API Key or "
		    "other form of API consumer identity to call this API.");
	if (directory_find(call->worker->service->sites, key, scope,
		&call->caller, &e) != 0)
		admission_stranger(call, &e);
	else if (admission_key(call, &e) == 0 &&
		 shedding_admit(call, load_of(scope), &e) == 0)
		return 0;
	if (e.code == ERR_BUSY)
		return perspective_error_set(
		    out, PERSPECTIVE_DOWN, "%s", e.text);
	if (e.code == ERR_RATE)
		return perspective_error_set(
		    out, PERSPECTIVE_QUOTA, "Quota exceeded: %s.", e.text);
	if (e.code == ERR_SCOPE)
		return perspective_error_set(
		    out, PERSPECTIVE_SCOPE, "%s", e.text);
	return perspective_error_set(out, PERSPECTIVE_KEY,
	    "API key not valid. Please pass a valid API key.");
}

json_t *
perspective_body(const struct call *call, struct perspective_error *out)
{
	struct span text = call->request->body;
	struct err e;
	json_t *body;

	if (json_mend(&text, &call->request->arena) != 0) {
		perspective_error_set(
		    out, PERSPECTIVE_LONG, "Comment text too long.");
		return NULL;
	}
	body = json_read(text, &e);
	if (body == NULL && e.code == ERR_DOWN)
		perspective_error_set(out, PERSPECTIVE_DOWN, "%s",
		    "The service is currently unavailable.");
	else if (body == NULL)
		perspective_error_set(out, PERSPECTIVE_JSON,
		    "Invalid JSON payload received: %s", e.text);
	return body;
}

void
perspective_fail(struct http_request *r, const struct err *e)
{
	static const enum perspective_fault faults[] = {
	    [ERR_TOO_LARGE] = PERSPECTIVE_LONG,
	    [ERR_BUSY] = PERSPECTIVE_DOWN,
	    [ERR_RATE] = PERSPECTIVE_QUOTA,
	    [ERR_DOWN] = PERSPECTIVE_DOWN,
	    [ERR_BUG] = PERSPECTIVE_BUG,
	};
	struct perspective_error out;

	perspective_error_set(&out, faults[e->code], "%s", e->text);
	perspective_error_answer(r, &out);
}
