#include "admission.h"

enum { WINDOW_S = 60, SIGN_IN_WINDOW_S = 15 * 60, NUMBER_BYTES = 11 };

/* The values of a quota's headers, as long as the request. */
struct told {
	char policy[48], state[48];
	char limit[NUMBER_BYTES], remaining[NUMBER_BYTES], reset[NUMBER_BYTES];
};

/* A quota and what is left of it. */
struct share {
	const char *name; /* quoted */
	struct limiter_quota quota;
	uint32_t remaining, reset_s;
};

/* These write at `at` with a NUL behind, and return where that is. */
static char *
put_text(char *at, const char *text)
{
	size_t n = strlen(text);

	memcpy(at, text, n + 1);
	return at + n;
}

static char *
put_number(char *at, uint32_t n)
{
	char digits[NUMBER_BYTES];
	char *first = digits + sizeof(digits);

	*--first = '\0';
	do
		*--first = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return put_text(at, first);
}

static char *
put_parameter(char *at, const char *name, uint32_t n)
{
	return put_number(put_text(at, name), n);
}

/* Adds the headers that can be there more than once, for several quotas. */
static struct told *
tell(const struct call *call, const struct share *s)
{
	struct http_request *r = call->request;
	struct told *t = arena_alloc(&r->arena, sizeof(*t));
	char *at;

	if (t == NULL)
		return NULL;
	at = put_parameter(put_text(t->policy, s->name), ";q=", s->quota.limit);
	put_parameter(at, ";w=", s->quota.window_s);
	at = put_parameter(put_text(t->state, s->name), ";r=", s->remaining);
	put_parameter(at, ";t=", s->reset_s);
	http_add_header(r, "RateLimit-Policy", t->policy);
	http_add_header(r, "RateLimit", t->state);
	return t;
}

/* Adds the older ones too, of which there is one set. */
static void
tell_key(const struct call *call, const struct share *s)
{
	struct http_request *r = call->request;
	struct told *t = tell(call, s);

	if (t == NULL)
		return;
	put_number(t->limit, s->quota.limit);
	put_number(t->remaining, s->remaining);
	put_number(t->reset, s->reset_s);
	http_add_header(r, "RateLimit-Limit", t->limit);
	http_add_header(r, "RateLimit-Remaining", t->remaining);
	http_add_header(r, "RateLimit-Reset", t->reset);
}

void
admission_tell(const struct call *call, const struct commenter_quota *quota)
{
	if (quota->limit == 0)
		return;
	tell(call, &(struct share){
		       .name = "\"commenter\"",
		       .quota = {quota->limit, COUNTERS_WINDOW_S},
		       .remaining = quota->remaining,
		       .reset_s = quota->reset_s,
		   });
}

void
admission_wait(const struct call *call, uint32_t seconds)
{
	char *text = arena_alloc(&call->request->arena, NUMBER_BYTES);

	if (text == NULL)
		return;
	put_number(text, seconds);
	http_add_header(call->request, "Retry-After", text);
}

static int
refuse(const struct call *call, const struct limiter_answer *a,
    enum metric_limit by, struct err *e)
{
	static const char *const what[] = {
	    [LIMIT_KEY] = "requests with this API key",
	    [LIMIT_ADDRESS] = "requests with a wrong API key",
	    [LIMIT_SIGN_IN] = "attempts to sign in",
	};

	metrics_add(call->worker->service->metrics, METRIC_RATE_LIMITED, by, 1);
	admission_wait(call, a->reset_s);
	return err_set(
	    e, ERR_RATE, "too many %s; wait %u s", what[by], a->reset_s);
}

int
admission_key(const struct call *call, struct err *e)
{
	struct service *s = call->worker->service;
	struct span key = span_of(call->caller.key);
	struct share share = {
	    .name = "\"key\"", .quota = {s->limit_key, WINDOW_S}};
	struct limiter_answer a;

	if (share.quota.limit == 0 || key.n == 0)
		return 0;
	a = limiter_take(s->key_limiter, secrets_mac(s->limiter_secret, key),
	    &share.quota, call->request->start_us);
	share.remaining = a.remaining;
	share.reset_s = a.reset_s;
	tell_key(call, &share);
	return a.refused ? refuse(call, &a, LIMIT_KEY, e) : 0;
}

static struct address
origin_of(const struct call *call)
{
	struct http_request *r = call->request;
	struct forwarded f = {.peer = r->peer};

	f.n_hops =
	    http_headers(r, "X-Forwarded-For", f.hops, FORWARDED_LINES_MAX);
	f.n_elements =
	    http_headers(r, "Forwarded", f.elements, FORWARDED_LINES_MAX);
	return forwarded_client(&call->worker->service->proxies, &f).address;
}

/*
 * Who shares a bucket with an address: of IPv4 nobody; of IPv6 its network,
 * which is one customer's, and the larger one, which may be, too.
 */
static const struct {
	bool v4;
	size_t bytes;   /* of the address, that are the same */
	uint32_t times; /* the limit */
} networks[] = {
    {true, 16, 1},
    {false, 64 / 8, 1},
    {false, 48 / 8, 4},
};
enum { NETWORKS = sizeof(networks) / sizeof(networks[0]) };

/* Counts one from `from` in its buckets; the first that refuses. */
static struct limiter_answer
count_address(struct limiter *l, const struct call *call,
    const struct address *from, const struct limiter_quota *each)
{
	struct service *s = call->worker->service;
	struct limiter_answer a = {0};

	for (size_t i = 0; i < NETWORKS && !a.refused; i++) {
		struct limiter_quota quota = {
		    each->limit * networks[i].times, each->window_s};
		char key[1 + sizeof(from->bytes)] = {(char)networks[i].bytes};

		if (networks[i].v4 != address_is_v4(from))
			continue;
		memcpy(key + 1, from->bytes, networks[i].bytes);
		a = limiter_take(l,
		    secrets_mac(
			s->limiter_secret, (struct span){key, sizeof(key)}),
		    &quota, call->request->start_us);
	}
	return a;
}

int
admission_stranger(const struct call *call, struct err *e)
{
	struct service *s = call->worker->service;
	uint32_t limit = s->limit_wrong_keys; /* once: it may become 0 */
	struct address from;
	struct limiter_answer a;

	if (e->code != ERR_AUTH || limit == 0)
		return -1;
	from = origin_of(call);
	a = count_address(s->stranger_limiter, call, &from,
	    &(struct limiter_quota){limit, WINDOW_S});
	return a.refused ? refuse(call, &a, LIMIT_ADDRESS, e) : -1;
}

/* A name counts in any case; no address looks like one. */
static uint64_t
name_key(const struct service *s, const char *name)
{
	char key[1 + ACCOUNT_NAME_MAX] = {'n'};
	size_t n = 1;

	for (; *name != '\0' && n < sizeof(key); name++)
		key[n++] = span_lower(*name);
	return secrets_mac(s->limiter_secret, (struct span){key, n});
}

int
admission_sign_in(const struct call *call, const char *name, struct err *e)
{
	struct service *s = call->worker->service;
	struct limiter_quota quota = {s->limit_sign_ins, SIGN_IN_WINDOW_S};
	struct limiter_quota twice = {2 * quota.limit, SIGN_IN_WINDOW_S};
	struct address from = origin_of(call);
	struct limiter_answer a;

	if (quota.limit == 0)
		return 0;
	a = count_address(s->sign_in_limiter, call, &from, &twice);
	if (!a.refused && name != NULL)
		a = limiter_take(s->sign_in_limiter, name_key(s, name), &quota,
		    call->request->start_us);
	return a.refused ? refuse(call, &a, LIMIT_SIGN_IN, e) : 0;
}
