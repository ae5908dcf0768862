#include "directory.h"

#include <pthread.h>
#include <stdlib.h>

#include "../format/json.h"
#include "../process/secrets.h"

static const char bearer[] = "Bearer ";

/* What the store had when it was read. */
struct listing {
	struct store_key *keys; /* not revoked, by rising hash */
	size_t keys_n, keys_room;
	struct site *sites; /* by rising id */
	size_t sites_n, sites_room;
	int failed; /* while collecting; `err` says why */
	struct err err;
};

struct directory {
	pthread_mutex_t reloading; /* one at a time: none puts back older */
	pthread_rwlock_t lock;     /* of what `now` points to */
	struct listing *now;
};

struct caller
caller_own(const struct caller *c, struct grant *grants)
{
	struct caller own = *c;

	if (c->grants != NULL) {
		memcpy(grants, c->grants, c->n_grants * sizeof(*grants));
		own.grants = grants;
	}
	return own;
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(((const struct store_key *)a)->hash,
	    ((const struct store_key *)b)->hash, STORE_HASH_BYTES);
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = ((const struct site *)a)->id;
	int64_t y = ((const struct site *)b)->id;

	return (x > y) - (x < y);
}

/*
 * `items` with room for one more than the `n` of `bytes` bytes each; NULL:
 * there is none, and all is as before.
 */
static void *
grow(struct listing *l, void *items, size_t bytes, size_t n, size_t *room)
{
	size_t wanted = *room == 0 ? 16 : 2 * *room;
	void *grown;

	if (n < *room)
		return items;
	grown = realloc(items, wanted * bytes);
	if (grown == NULL)
		l->failed =
		    err_set(&l->err, ERR_DOWN, "no memory for sites and keys");
	else
		*room = wanted;
	return grown;
}

static void
collect_key(void *arg, const struct store_key *key)
{
	struct listing *l = arg;
	struct store_key *keys;

	if (key->revoked_at_ms != 0 || l->failed != 0)
		return;
	keys = grow(l, l->keys, sizeof(*keys), l->keys_n, &l->keys_room);
	if (keys == NULL)
		return;
	l->keys = keys;
	l->keys[l->keys_n++] = *key;
}

static int
read_settings(
    struct site_settings *out, const struct store_site *site, struct err *e)
{
	struct problem_field field;
	json_t *o = json_read(site->settings, e);
	int result = -1;

	*out = site_settings_default();
	if (o == NULL)
		return -1;
	if (site_settings_patch(out, o, "", &field) == ERR_NONE)
		result = 0;
	else
		err_set(e, ERR_DOWN, "site \"%s\": setting %s: %s", site->name,
		    field.pointer, field.detail);
	json_decref(o);
	return result;
}

static void
collect_site(void *arg, const struct store_site *site)
{
	struct listing *l = arg;
	struct site *sites, *s;

	if (l->failed != 0)
		return;
	sites = grow(l, l->sites, sizeof(*sites), l->sites_n, &l->sites_room);
	if (sites == NULL)
		return;
	l->sites = sites;
	s = &l->sites[l->sites_n++];
	*s = (struct site){
	    .id = site->id,
	    .created_at_ms = site->created_at_ms,
	    .revision = site->revision,
	};
	snprintf(s->name, sizeof(s->name), "%s", site->name);
	l->failed = read_settings(&s->settings, site, &l->err);
}

static void
listing_free(struct listing *l)
{
	if (l == NULL)
		return;
	free(l->keys);
	free(l->sites);
	free(l);
}

static struct listing *
listing_read(struct store_reader *r, struct err *e)
{
	struct listing *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_set(e, ERR_DOWN, "no memory for sites and keys");
		return NULL;
	}
	if (store_each_key(r, collect_key, l, e) == 0 &&
	    store_each_site(r, collect_site, l, e) == 0 && l->failed == 0) {
		if (l->keys_n > 0)
			qsort(l->keys, l->keys_n, sizeof(*l->keys), by_hash);
		return l;
	}
	if (l->failed != 0)
		*e = l->err;
	listing_free(l);
	return NULL;
}

struct directory *
directory_open(struct store_reader *r, struct err *e)
{
	struct directory *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		err_set(e, ERR_DOWN, "no memory for sites and keys");
		return NULL;
	}
	pthread_mutex_init(&d->reloading, NULL);
	pthread_rwlock_init(&d->lock, NULL);
	if (directory_reload(d, r, e) == 0)
		return d;
	directory_close(d);
	return NULL;
}

void
directory_close(struct directory *d)
{
	if (d == NULL)
		return;
	listing_free(d->now);
	pthread_rwlock_destroy(&d->lock);
	pthread_mutex_destroy(&d->reloading);
	free(d);
}

int
directory_reload(struct directory *d, struct store_reader *r, struct err *e)
{
	struct listing *fresh, *old = NULL;

	pthread_mutex_lock(&d->reloading);
	fresh = listing_read(r, e);
	if (fresh != NULL) {
		pthread_rwlock_wrlock(&d->lock);
		old = d->now;
		d->now = fresh;
		pthread_rwlock_unlock(&d->lock);
	}
	pthread_mutex_unlock(&d->reloading);
	listing_free(old);
	return fresh == NULL ? -1 : 0;
}

static const struct site *
site_of(const struct listing *l, int64_t id)
{
	struct site wanted = {.id = id};

	if (l->sites_n == 0)
		return NULL;
	return bsearch(&wanted, l->sites, l->sites_n, sizeof(*l->sites), by_id);
}

static bool
is_over(const struct store_key *key)
{
	return key->expires_at_ms != 0 && key->expires_at_ms <= clock_unix_ms();
}

/* The one of a hash that is valid, or NULL: once a key is over, its value may
 * come again. */
static const struct store_key *
valid_of(const struct listing *l, const struct store_key *wanted)
{
	const struct store_key *end = l->keys + l->keys_n, *key = NULL;

	if (l->keys_n > 0)
		key = bsearch(
		    wanted, l->keys, l->keys_n, sizeof(*l->keys), by_hash);
	if (key == NULL)
		return NULL;
	while (key > l->keys && by_hash(key - 1, wanted) == 0)
		key--;
	for (; key < end && by_hash(key, wanted) == 0; key++)
		if (!is_over(key) && site_of(l, key->site) != NULL)
			return key;
	return NULL;
}

/* As directory_find, under the lock. */
static int
find(
    const struct listing *l, const struct store_key *wanted, struct caller *out)
{
	const struct store_key *key = valid_of(l, wanted);

	if (key == NULL)
		return -1;
	*out = (struct caller){
	    .site = key->site,
	    .scopes = key->scopes,
	    .settings = site_of(l, key->site)->settings,
	};
	memcpy(out->key, key->id, sizeof(key->id));
	memcpy(out->label, key->label, sizeof(out->label));
	if (out->label[0] == '\0')
		memcpy(out->label, key->id, sizeof(key->id));
	return 0;
}

int
directory_find(struct directory *d, struct span key, unsigned scopes,
    struct caller *out, struct err *e)
{
	struct store_key wanted = {0};
	int found;

	secrets_hash(key, wanted.hash);
	pthread_rwlock_rdlock(&d->lock);
	found = find(d->now, &wanted, out);
	pthread_rwlock_unlock(&d->lock);
	if (found != 0)
		return err_set(e, ERR_AUTH, "the API key is not valid");
	if (scopes != 0 && (out->scopes & scopes) == 0)
		return err_set(e, ERR_SCOPE,
		    "the API key lacks a scope that this call needs");
	return 0;
}

int
directory_check(struct directory *d, struct span authorization, unsigned scopes,
    struct caller *out, struct err *e)
{
	if (!span_skip_word(&authorization, bearer) || authorization.n == 0)
		return err_set(e, ERR_AUTH,
		    "send an API key as \"Authorization: Bearer …\"");
	return directory_find(d, authorization, scopes, out, e);
}

/* As directory_has, under the lock. */
static bool
has(const struct listing *l, const char *id, unsigned scopes)
{
	for (size_t i = 0; i < l->keys_n; i++) {
		const struct store_key *key = &l->keys[i];

		if (strcmp(key->id, id) == 0)
			return (key->scopes & scopes) != 0 && !is_over(key) &&
			       site_of(l, key->site) != NULL;
	}
	return false;
}

bool
directory_has(struct directory *d, const char *key, unsigned scopes)
{
	bool found;

	pthread_rwlock_rdlock(&d->lock);
	found = has(d->now, key, scopes);
	pthread_rwlock_unlock(&d->lock);
	return found;
}

/* Copies a site out, or says that there is none. */
static int
give(const struct site *site, struct site *out, struct err *e)
{
	if (site == NULL)
		return err_set(e, ERR_MISSING, "there is no such site");
	*out = *site;
	return 0;
}

int
directory_site(struct directory *d, int64_t id, struct site *out, struct err *e)
{
	int result;

	pthread_rwlock_rdlock(&d->lock);
	result = give(site_of(d->now, id), out, e);
	pthread_rwlock_unlock(&d->lock);
	return result;
}

int
directory_site_named(
    struct directory *d, struct span name, struct site *out, struct err *e)
{
	const struct site *found = NULL;
	int result;

	pthread_rwlock_rdlock(&d->lock);
	for (size_t i = 0; i < d->now->sites_n; i++)
		if (span_equal(span_of(d->now->sites[i].name), name))
			found = &d->now->sites[i];
	result = give(found, out, e);
	pthread_rwlock_unlock(&d->lock);
	return result;
}

int
directory_site_after(
    struct directory *d, int64_t id, struct site *out, struct err *e)
{
	const struct site *found = NULL;
	int result;

	pthread_rwlock_rdlock(&d->lock);
	for (size_t i = d->now->sites_n; i-- > 0;)
		if (d->now->sites[i].id > id)
			found = &d->now->sites[i];
	result = give(found, out, e);
	pthread_rwlock_unlock(&d->lock);
	return result;
}
