#include "engine.h"

#include <stdlib.h>

#include "edge/api.h"
#include "edge/check/once.h"
#include "edge/format/json.h"
#include "edge/known/campaign_rules.h"
#include "edge/known/leases.h"
#include "edge/process/hasher.h"
#include "edge/process/log.h"
#include "edge/process/loop.h"
#include "edge/review/facets.h"
#include "edge/review/presence.h"
#include "edge/store/store_admin.h"
#include "edge/store/store_backup.h"
#include "version.h"

/* Buckets: far more than an install has keys, and 1 MiB of addresses. */
enum { KEYS_LOG2 = 12, STRANGERS_LOG2 = 16 };

/* Errands are short ones: to load a model and put it in use. What sites make
 * of the model, and of a challenger, has so much room each. */
enum { ERRANDS = 4, SITE_MODELS_BYTES = 64 << 20 };

/*
 * A secret is made for a new store only: what an old one holds was made with
 * the one that is missing. A store is made for an old secret, but said to be.
 */
static int
check_secret(const struct config *c, struct err *e)
{
	bool secret = secrets_are_there(c->var), store = store_exists(c->store);

	if (secret && !store)
		log_line(LOG_WARN, "store.new",
		    {"why", "there is a secret, but no store"},
		    {"effect", "an empty one is made"});
	if (secret || !store)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s/secret: is missing, but there is a store: put back the file "
	    "that was there when the store was made",
	    c->var);
}

/* Copied to another machine without its secret, a store knows nobody. */
static void
check_mark(struct service *s, const char *var)
{
	struct err e;

	if (store_mark(s->store, secrets_mark(s->secret), &s->is_others, &e) !=
	    0)
		log_line(LOG_WARN, "secret.unmarked", {"error", e.text});
	else if (s->is_others)
		log_line(LOG_ERROR, "secret.other", {"folder", var},
		    {"why", "the store was made with another secret"},
		    {"effect",
			"authors, texts, webhooks and authenticators of "
			"before are not known: put back the file that was "
			"there when the store was made"});
}

static int
open_stores(struct engine *n, const struct config *c, struct err *e)
{
	struct service *s = &n->service;
	unsigned char key[STATE_SECRET_BYTES];

	json_init();
	if (secrets_init(e) != 0 || check_secret(c, e) != 0 ||
	    secrets_load(c->var, s->secret, e) != 0)
		return -1;
	s->keys = secrets_comment_keys(s->secret);
	secrets_derive(s->secret, "numbers", s->veil);
	secrets_derive(s->secret, "state", key);
	s->metrics = metrics_open(MODERATO_VERSION, clock_unix_ms());
	n->state = state_shared_open(c->state, key, e);
	s->store = n->state == NULL ? NULL : store_open(c->store, e);
	s->models = model_slot_open();
	s->once = once_open(s->secret);
	s->events = events_open((uint64_t)clock_unix_ms() * EVENTS_A_MS);
	s->presence = presence_open();
	s->leases = leases_open();
	if (s->models == NULL || s->metrics == NULL || s->once == NULL ||
	    s->events == NULL || s->presence == NULL || s->leases == NULL)
		return err_set(e, ERR_DOWN, "no memory to start");
	return s->store == NULL ? -1 : 0;
}

/* Has the store know what comments are found by, and whose secret that is. */
static int
open_index(struct engine *n, const struct config *c, struct err *e)
{
	struct service *s = &n->service;
	size_t bytes = api_arena_bytes(s->body_bytes);
	struct store_describer d = {
	    .describe = facets_describe, .arg = &s->keys};

	n->describing = malloc(bytes);
	if (n->describing == NULL)
		return err_set(e, ERR_DOWN, "no memory to index comments");
	arena_init(&d.arena, n->describing, bytes);
	store_describe_by(s->store, &d);
	check_mark(s, c->var);
	return 0;
}

static int
open_limiters(struct service *s, const struct config *c, struct err *e)
{
	secrets_derive(s->secret, "limits", s->limiter_secret);
	s->key_limiter = limiter_open(KEYS_LOG2, e);
	s->stranger_limiter = limiter_open(STRANGERS_LOG2, e);
	s->sign_in_limiter = limiter_open(KEYS_LOG2, e);
	if (s->key_limiter == NULL || s->stranger_limiter == NULL ||
	    s->sign_in_limiter == NULL)
		return -1;
	return forwarded_read_proxies(&s->proxies, c->trusted_proxies, e);
}

static int
open_directory(struct service *s, struct err *e)
{
	struct store_reader *r = store_reader_open(s->store, e);

	if (r == NULL)
		return -1;
	s->sites = directory_open(r, e);
	store_reader_close(r);
	return s->sites == NULL ? -1 : 0;
}

static int
open_models(struct service *s, const struct config *c, struct err *e)
{
	s->errands = errands_open(ERRANDS);
	s->comparison = errands_open(1);
	if (s->errands == NULL || s->comparison == NULL)
		return err_set(e, ERR_DOWN, "no memory to start");
	s->shelf = model_shelf_open(s->store, s->models, c->model, e);
	return s->shelf == NULL ? -1 : 0;
}

static struct courier *
open_courier(const struct service *s, const struct config *c, struct err *e)
{
	const struct courier_config to = {
	    .store = s->store,
	    .metrics = s->metrics,
	    .secret = s->secret,
	    .is_others = s->is_others,
	    .agent = "moderato/" MODERATO_VERSION,
	    .hosts = c->webhook_hosts,
	    .ca_file = c->webhook_ca_file,
	    .whole_ms = c->webhook_s * 1000,
	};

	return courier_open(&to, e);
}

static int
open_site_models(struct service *s, struct err *e)
{
	struct site_models_config c = {
	    .store = s->store,
	    .models = model_shelf_challengers(s->shelf),
	    .comment_bytes = api_arena_bytes(s->body_bytes),
	    .bytes_max = SITE_MODELS_BYTES,
	};

	s->shadows = site_models_open(&c, e);
	if (s->shadows == NULL)
		return -1;
	c.models = s->models;
	c.beside = s->shadows;
	s->site_models = site_models_open(&c, e);
	return s->site_models == NULL ? -1 : 0;
}

int
engine_open(struct engine *n, const struct config *c, struct err *e)
{
	struct service *s = &n->service;

	s->body_bytes = (size_t)c->body_bytes;
	s->batch_bytes = (size_t)c->batch_bytes;
	s->admin_hosts = c->admin_hosts;
	s->ui_dir = c->ui_dir;
	if (open_stores(n, c, e) != 0 || open_index(n, c, e) != 0 ||
	    open_limiters(s, c, e) != 0 || open_directory(s, e) != 0 ||
	    open_models(s, c, e) != 0)
		return -1;
	s->precedents = precedents_open(s->store, e);
	s->lists = s->precedents == NULL ? NULL : lists_open(s->store, e);
	s->trust = s->lists == NULL ? NULL : trust_open(s->store, e);
	s->rules = s->trust == NULL ? NULL : campaign_rules_open(s->store, e);
	s->courier = s->rules == NULL ? NULL : open_courier(s, c, e);
	s->hasher = s->courier == NULL ? NULL : hasher_open(e);
	s->aside = s->hasher == NULL ? NULL : aside_open(e);
	return s->aside == NULL ? -1 : open_site_models(s, e);
}

int
engine_refresh(struct engine *n, struct err *e)
{
	struct service *s = &n->service;
	struct store_reader *r = store_reader_open(s->store, e);
	int result;

	if (r == NULL)
		return -1;
	result = directory_reload(s->sites, r, e);
	store_reader_close(r);
	return result;
}

void
engine_close(struct engine *n)
{
	struct service *s = &n->service;

	site_models_close(s->site_models);
	site_models_close(s->shadows);
	aside_close(s->aside);
	hasher_close(s->hasher);
	courier_close(s->courier);
	campaign_rules_close(s->rules);
	trust_close(s->trust);
	lists_close(s->lists);
	precedents_close(s->precedents);
	errands_close(s->comparison);
	errands_close(s->errands);
	model_shelf_close(s->shelf);
	directory_close(s->sites);
	leases_close(s->leases);
	presence_close(s->presence);
	events_close(s->events);
	once_close(s->once);
	model_slot_close(s->models);
	limiter_close(s->sign_in_limiter);
	limiter_close(s->stranger_limiter);
	limiter_close(s->key_limiter);
	store_close(s->store);
	free(n->describing);
	state_shared_close(n->state);
	metrics_close(s->metrics);
}
