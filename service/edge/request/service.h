/*
 * What requests are served with: `service` is what all loops share, `worker`
 * what one loop has to itself, `call` one authenticated request. Opened and
 * closed by serve.c; everything else borrows.
 */
#ifndef EDGE_SERVICE_H
#define EDGE_SERVICE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "../../core/policy.h"
#include "../hook/courier.h"
#include "../http/forwarded.h"
#include "../http/http.h"
#include "../http/limiter.h"
#include "../http/watch.h"
#include "../known/directory.h"
#include "../known/lists.h"
#include "../known/model_shelf.h"
#include "../known/precedents.h"
#include "../known/site_models.h"
#include "../known/trust.h"
#include "../process/aside.h"
#include "../process/errands.h"
#include "../process/events.h"
#include "../process/metrics.h"
#include "../process/secrets.h"
#include "../process/veil.h"
#include "../state/state.h"
#include "../store/store.h"

struct service {
	struct store *store;
	struct model_slot *models;       /* the active one */
	struct model_shelf *shelf;       /* all there are */
	struct site_models *site_models; /* as sites decided */
	struct site_models *shadows;     /* the challenger, likewise */
	struct errands *errands;         /* about models */
	struct errands *comparison;      /* one at a time */
	struct directory *sites;
	struct precedents *precedents;
	struct lists *lists;
	struct trust *trust;
	struct courier *courier;
	struct aside *aside;
	struct metrics *metrics;
	struct once_table *once;
	struct events *events; /* what moderators hear of at once */
	struct presence *presence;
	struct leases *leases;
	struct campaign_rules *rules;
	_Atomic(struct policy_limits) limits; /* both change as one */
	/* settings that may change; 0: no limit (admission.h, check.h) */
	atomic_uint limit_key, limit_wrong_keys, limit_sign_ins, flood;
	struct limiter *key_limiter, *stranger_limiter, *sign_in_limiter;
	struct hasher *hasher;
	unsigned char limiter_secret[16];
	struct forwarded_proxies proxies;
	size_t body_bytes, batch_bytes;
	const char *admin_hosts; /* own_host.h; NULL: none */
	const char *ui_dir;      /* of the page; NULL: as it was built */
	char page[128];          /* its address, without a / at the end */
	unsigned char secret[SECRET_BYTES];
	bool is_others; /* the secret: the store was made with another one */
	struct comment_keys keys;           /* from it */
	unsigned char veil[VEIL_KEY_BYTES]; /* likewise */
	atomic_bool draining;
};

struct worker {
	struct service *service;
	struct loop *loop;
	struct state *state;
	struct store_reader *reader;
	struct watch *watch;
	bool is_admins;    /* the admin listener: the moderators' page too */
	bool is_operators; /* whoever asks here may do all */
};

/* A request whose key may make it. */
struct call {
	struct http_request *request;
	struct worker *worker;
	struct caller caller;
	struct span id; /* what stands for {id} in the path */
};

#endif
