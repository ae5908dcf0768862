#include "courier.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../process/log.h"
#include "../process/secrets_seal.h"
#include "courier_message.h"

enum {
	GROUP = 16,            /* delivered at once */
	CONNECT_MS = 3000,     /* for a delivery */
	LEASE_MS = 60000,      /* more than a group takes, or twice that */
	LOOK_MS = 250,         /* between looks at the outbox */
	SORRY_MS = 5000,       /* after the store failed */
	END_MS = 2000,         /* what is under way at the end may take */
	EXPIRE_MS = 60 * 1000, /* between looks for what is old */
	ARENA_BYTES = 1 << 20,
};

static const int64_t kept_ms = 30 * 24 * 3600 * INT64_C(1000);

/* A thread, so that who does not answer holds up only others like him. */
struct lane {
	struct courier *courier;
	enum delivery_lane of;
	struct store_reader *reader;
	struct arena arena;
	pthread_t thread;
	bool running;
	bool looking;         /* there is something to do; under the lock */
	int64_t expire_at_ms; /* monotonic */
	struct delivery taken[GROUP];
	struct message messages[GROUP];
	struct http_order orders[GROUP];
	struct delivery_note notes[GROUP];
};

struct courier {
	struct courier_config config;
	char *hosts, *ca_file; /* copies */
	struct http_client client;
	pthread_mutex_t lock;
	pthread_cond_t awake;
	atomic_bool ending, cut;
	struct lane lanes[LANES];
};

static uint32_t
random_number(void)
{
	uint32_t n;

	secrets_random((unsigned char *)&n, sizeof n);
	return n;
}

static void
log_failure(const char *what, const struct err *e)
{
	log_line(LOG_ERROR, what, {"error", e->text});
}

/* Nothing of what is delivered, or of what they said. */
static void
tell(struct lane *l, const struct delivery *d, const struct delivery_note *n)
{
	enum log_level level = n->state == DELIVERY_DONE ? LOG_DEBUG : LOG_WARN;
	char id[64];

	metrics_add(l->courier->config.metrics, METRIC_DELIVERIES, n->state, 1);
	snprintf(id, sizeof id, "%.*s", (int)d->id.n, d->id.p);
	log_line(level, "delivery", {"id", id},
	    {"state", delivery_state_name(n->state)},
	    {"attempt", .number = d->attempts}, {"status", .number = n->status},
	    {"why", n->error.n > 0 ? n->error.p : ""});
}

/* Delivers the `n` that are taken, and notes what came of it. */
static int
deliver(struct lane *l, unsigned n, struct err *e)
{
	struct message_maker maker = {
	    .secret = l->courier->config.secret,
	    .hosts = l->courier->hosts,
	    .arena = &l->arena,
	    .now_ms = clock_unix_ms(),
	};
	struct http_order go[GROUP];
	unsigned at[GROUP], going = 0;

	for (unsigned i = 0; i < n; i++) {
		if (message_make(&maker, &l->taken[i], &l->messages[i],
			&l->orders[i]) != 0)
			continue;
		go[going] = l->orders[i];
		at[going++] = i;
	}
	http_client_perform(&l->courier->client, go, going);
	for (unsigned i = 0; i < going; i++)
		l->orders[at[i]] = go[i];
	for (unsigned i = 0; i < n; i++) {
		l->notes[i] = message_note(&l->taken[i], &l->orders[i],
		    clock_unix_ms(), random_number());
		tell(l, &l->taken[i], &l->notes[i]);
	}
	return store_note_deliveries(l->courier->config.store, l->notes, n, e);
}

static int
take_and_deliver(struct lane *l, struct err *e)
{
	struct delivery_take t = {
	    .lane = l->of,
	    .now_ms = clock_unix_ms(),
	    .lease_ms = LEASE_MS,
	    .arena = &l->arena,
	    .out = l->taken,
	    .most = GROUP,
	};

	arena_rewind(&l->arena, 0);
	if (store_take_deliveries(l->courier->config.store, &t, e) != 0)
		return -1;
	return t.n == 0 ? 0 : deliver(l, t.n, e);
}

static int
expire(struct lane *l, struct err *e)
{
	int64_t now_ms = clock_monotonic_ms();
	bool more = false;

	if (l->of != LANE_WORKING || now_ms < l->expire_at_ms)
		return 0;
	if (store_expire_deliveries(l->courier->config.store,
		clock_unix_ms() - kept_ms, &more, e) != 0)
		return -1;
	l->expire_at_ms = now_ms + (more ? 0 : EXPIRE_MS);
	return 0;
}

/* Does what is to be done now; returns how long to wait, in milliseconds. */
static int
work(struct lane *l)
{
	struct err e;
	int64_t due_ms;

	if (store_next_due(l->reader, l->of, &due_ms, &e) == 0 &&
	    (due_ms > clock_unix_ms() || take_and_deliver(l, &e) == 0) &&
	    expire(l, &e) == 0)
		return due_ms > clock_unix_ms() ? LOOK_MS : 0;
	log_failure("courier.failed", &e);
	return SORRY_MS;
}

static void
wait_ms(struct lane *l, int ms)
{
	struct courier *c = l->courier;
	int64_t end_ms = clock_monotonic_ms() + ms;
	struct timespec end = {
	    .tv_sec = end_ms / 1000, .tv_nsec = end_ms % 1000 * 1000000};

	pthread_mutex_lock(&c->lock);
	while (!l->looking && !atomic_load(&c->ending) &&
	       pthread_cond_timedwait(&c->awake, &c->lock, &end) == 0)
		continue;
	l->looking = false;
	pthread_mutex_unlock(&c->lock);
}

static void *
run(void *arg)
{
	struct lane *l = arg;
	int ms;

	while (!atomic_load(&l->courier->ending)) {
		ms = work(l);
		if (ms > 0)
			wait_ms(l, ms);
	}
	return NULL;
}

static int
lane_open(struct lane *l, struct err *e)
{
	void *block = malloc(ARENA_BYTES);

	if (block == NULL)
		return err_set(e, ERR_DOWN, "no memory for the courier");
	arena_init(&l->arena, block, ARENA_BYTES);
	l->reader = store_reader_open(l->courier->config.store, e);
	if (l->reader == NULL)
		return -1;
	if (pthread_create(&l->thread, NULL, run, l) != 0)
		return err_set(e, ERR_DOWN, "no thread for the courier");
	l->running = true;
	return 0;
}

/* Waits for its end until then, then cuts short what is under way. */
static void
lane_close(struct lane *l, const struct timespec *end)
{
	if (l->running && pthread_timedjoin_np(l->thread, NULL, end) != 0) {
		atomic_store(&l->courier->cut, true);
		pthread_join(l->thread, NULL);
	}
	store_reader_close(l->reader);
	free(l->arena.base);
}

static int
init(struct courier *c, const struct courier_config *config)
{
	const char *hosts = config->hosts == NULL ? "" : config->hosts;
	pthread_condattr_t monotonic;

	c->config = *config;
	c->hosts = strdup(hosts);
	c->ca_file = config->ca_file == NULL ? NULL : strdup(config->ca_file);
	c->client = (struct http_client){
	    .agent = config->agent,
	    .ca_file = c->ca_file,
	    .connect_ms = CONNECT_MS,
	    .whole_ms = config->whole_ms,
	    .stop = &c->cut,
	};
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->awake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&c->lock, NULL);
	return c->hosts == NULL || (config->ca_file != NULL && !c->ca_file);
}

struct courier *
courier_open(const struct courier_config *config, struct err *e)
{
	struct courier *c = calloc(1, sizeof *c);
	int failed = 0;

	if (c == NULL) {
		err_set(e, ERR_DOWN, "no memory for the courier");
		return NULL;
	}
	if (init(c, config) != 0)
		failed = err_set(e, ERR_DOWN, "no memory for the courier");
	for (int i = 0; i < LANES && !failed; i++) {
		c->lanes[i].courier = c;
		c->lanes[i].of = (enum delivery_lane)i;
		failed = lane_open(&c->lanes[i], e);
	}
	if (!failed)
		return c;
	courier_close(c);
	return NULL;
}

void
courier_wake(struct courier *c)
{
	pthread_mutex_lock(&c->lock);
	for (int i = 0; i < LANES; i++)
		c->lanes[i].looking = true;
	pthread_cond_broadcast(&c->awake);
	pthread_mutex_unlock(&c->lock);
}

const char *
courier_hosts(const struct courier *c)
{
	return c->hosts;
}

void
courier_close(struct courier *c)
{
	struct timespec end;

	if (c == NULL)
		return;
	atomic_store(&c->ending, true);
	courier_wake(c);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += END_MS / 1000;
	for (int i = 0; i < LANES; i++)
		lane_close(&c->lanes[i], &end);
	http_client_end();
	pthread_cond_destroy(&c->awake);
	pthread_mutex_destroy(&c->lock);
	free(c->hosts);
	free(c->ca_file);
	free(c);
}
