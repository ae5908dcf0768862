#include "state_backend.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "../process/secrets.h"

static const struct {
	const char *scheme;
	const struct state_backend *backend;
} backends[] = {
    {"memory", &state_memory},
    {"redis", &state_redis},
    {"redis+unix", &state_redis},
};

static const struct state_backend *
find_backend(const char *uri)
{
	struct span scheme = {uri, strcspn(uri, ":")};

	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++)
		if (span_equal(scheme, span_of(backends[i].scheme)))
			return backends[i].backend;
	return NULL;
}

/* Reads `uri` into `s`, which is all zeros: 0 or -1. */
static int
read_uri(struct state_shared *s, const char *uri, struct err *e)
{
	s->backend = find_backend(uri);
	if (s->backend == NULL) {
		err_set(e, ERR_INPUT,
		    "expected memory, memory:N of 10 to 28, "
		    "redis://host:port/db or redis+unix:/path");
		return -1;
	}
	return s->backend->read(s, uri, e);
}

int
state_uri_check(const char *uri, struct err *e)
{
	struct state_shared s = {0};
	int result = read_uri(&s, uri, e);

	explicit_bzero(&s, sizeof(s)); /* there is a password in it */
	return result;
}

int
state_check_up(const char *uri, struct state_checkup *out, struct err *e)
{
	struct state_shared s = {0};
	int result = read_uri(&s, uri, e);

	*out = (struct state_checkup){0};
	if (result == 0 && s.backend->check_up != NULL)
		result = s.backend->check_up(&s.server, out, e);
	explicit_bzero(&s, sizeof(s));
	return result;
}

struct state_shared *
state_shared_open(const char *uri,
    const unsigned char secret[STATE_SECRET_BYTES], struct err *e)
{
	struct state_shared *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, ERR_DOWN, "out of memory");
		return NULL;
	}
	memcpy(s->secret, secret, sizeof(s->secret));
	if (read_uri(s, uri, e) != 0 || s->backend->share(s, e) != 0) {
		state_shared_close(s);
		return NULL;
	}
	return s;
}

void
state_shared_close(struct state_shared *s)
{
	if (s == NULL)
		return;
	if (s->backend != NULL && s->backend->unshare != NULL)
		s->backend->unshare(s);
	state_table_close(s->table);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

struct state *
state_open(struct state_shared *shared, struct loop *loop, enum state_use use,
    struct err *e)
{
	return shared->backend->open(shared, loop, use, e);
}

/* A key as one of a site and day that only we can make. */
static uint64_t
seal_key(const struct state_shared *s, uint64_t site, uint64_t key, int64_t day)
{
	uint64_t parts[] = {htole64(site), htole64(key), htole64(day)};

	return secrets_mac(
	    s->secret, (struct span){(char *)parts, sizeof(parts)});
}

static void
seal(const struct state_shared *s, const struct state_touch *t)
{
	int64_t window = counters_window(t->at_ms);
	int64_t day = counters_day(window), day_before;

	day_before = counters_day(window - 1);
	for (uint32_t i = 0; i < t->keys->n; i++) {
		struct touch *one = &t->keys->touches[i];
		uint64_t key = one->key;

		one->key = seal_key(s, t->site, key, day);
		one->before = day_before == day
				  ? 0
				  : seal_key(s, t->site, key, day_before);
	}
}

void
state_touch(struct state *s, struct state_touch *t)
{
	t->degraded = false;
	if (t->keys->n == 0) {
		t->done(t);
		return;
	}
	seal(s->shared, t);
	s->ops->touch(s, t);
}

bool
state_up(const struct state *s)
{
	return s->ops->up(s);
}

void
state_close(struct state *s)
{
	if (s != NULL)
		s->ops->close(s);
}
