#include "courier.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../process/container.h"
#include "../process/log.h"
#include "../process/loop.h"
#include "../process/secrets_seal.h"
#include "courier_message.h"
#include "courier_retry.h"

enum {
	GROUP = 16,            /* taken at once */
	UNDER_WAY = 128,       /* more than a site's webhooks have, 4 each */
	CONNECT_MS = 3000,     /* for a delivery */
	LEASE_MS = 60000,      /* more than one takes, or twice that */
	LOOK_MS = 250,         /* between looks at the outbox */
	SORRY_MS = 5000,       /* after the store failed */
	END_MS = 2000,         /* what is under way at the end may take */
	EXPIRE_MS = 60 * 1000, /* between looks for what is old */
	ARENA_BYTES = 1 << 20,
	PARCEL_BYTES = 1 << 20, /* of which few are touched */
	BUSY_BYTES = UNDER_WAY * DELIVERY_PLACE_BYTES,
};

/* How long a delivery is kept, and how long it may wait (courier_retry.h). */
enum { KEPT_DAYS = 30, PATIENCE_DAYS = 4 };

/* A delivery under way, and after it what all of that points to. */
struct parcel {
	struct parcel *next;
	struct delivery delivery;
	struct message message;
	struct http_order order;
	struct arena arena;
};

/*
 * A thread, so that who does not answer is tried beside others like him. Who
 * takes his time holds up nobody: a place has what was taken there under way,
 * and the next when all of that is over.
 */
struct lane {
	struct courier *courier;
	enum delivery_lane of;
	struct store_reader *reader;
	struct arena arena;
	pthread_t thread;
	bool running;
	bool looking;         /* there is something to do; under the lock */
	int64_t expire_at_ms; /* monotonic */
	struct http_calls calls;
	struct parcel *flying, *over; /* over: to be noted */
	unsigned parcels;             /* in both; <= UNDER_WAY */
	struct delivery taken[GROUP];
	struct delivery_note notes[UNDER_WAY];
};

struct courier {
	struct courier_config config;
	char *hosts, *ca_file; /* copies */
	struct http_client client;
	pthread_mutex_t lock;
	pthread_cond_t awake;
	atomic_bool ending;
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
	span_copy(id, sizeof id, d->id);
	log_line(level, "delivery", {"id", id},
	    {"state", delivery_state_name(n->state)},
	    {"attempt", .number = d->attempts}, {"status", .number = n->status},
	    {"why", n->error.n > 0 ? n->error.p : ""});
}

static void
tell_given_up(struct lane *l, unsigned n)
{
	metrics_add(
	    l->courier->config.metrics, METRIC_DELIVERIES, DELIVERY_FAILED, n);
	log_line(LOG_WARN, "delivery.given_up", {"deliveries", .number = n},
	    {"why", "they waited too long for who does not answer or "
		    "is not active"});
}

/* What is made of `d`, or NULL: there is no memory, and it comes again. */
static struct parcel *
parcel_of(const struct delivery *d)
{
	struct parcel *p = malloc(sizeof *p + PARCEL_BYTES);

	if (p == NULL)
		return NULL;
	p->delivery = *d;
	arena_init(&p->arena, p + 1, PARCEL_BYTES);
	if (delivery_keep(&p->delivery, &p->arena) == 0)
		return p;
	free(p);
	return NULL;
}

/* What cannot be sent is over at once. */
static void
send_off(struct lane *l, const struct delivery *d)
{
	struct parcel *p = parcel_of(d);
	struct message_maker maker = {
	    .secret = l->courier->config.secret,
	    .is_others = l->courier->config.is_others,
	    .hosts = l->courier->hosts,
	    .now_ms = clock_unix_ms(),
	};

	if (p == NULL)
		return;
	maker.arena = &p->arena;
	if (message_make(&maker, &p->delivery, &p->message, &p->order) == 0 &&
	    http_calls_add(&l->calls, &p->order) == 0) {
		p->next = l->flying;
		l->flying = p;
	} else {
		p->next = l->over;
		l->over = p;
	}
	l->parcels++;
}

/* Where something is under way, as the store wants to be told. */
static struct span
busy_places(const struct lane *l, char out[BUSY_BYTES])
{
	size_t n = (size_t)snprintf(out, BUSY_BYTES, "\n");

	for (const struct parcel *p = l->flying; p != NULL; p = p->next)
		n += (size_t)snprintf(
		    out + n, BUSY_BYTES - n, "%s\n", p->delivery.facts.place.p);
	return (struct span){out, n};
}

/* Takes what is due and there is room for; `more`: there may be more. */
static int
take(struct lane *l, bool *more, struct err *e)
{
	char busy[BUSY_BYTES];
	struct delivery_take t = {
	    .lane = l->of,
	    .busy = busy_places(l, busy),
	    .now_ms = clock_unix_ms(),
	    .lease_ms = LEASE_MS,
	    .arena = &l->arena,
	    .out = l->taken,
	    .most = GROUP,
	};
	int64_t due_ms;

	if (l->parcels > UNDER_WAY - GROUP)
		return 0;
	if (store_next_due(l->reader, l->of, t.busy, &due_ms, e) != 0)
		return -1;
	if (due_ms > t.now_ms)
		return 0;
	arena_rewind(&l->arena, 0);
	if (store_take_deliveries(l->courier->config.store, &t, e) != 0)
		return -1;
	for (unsigned i = 0; i < t.n; i++)
		send_off(l, &t.out[i]);
	*more = t.n > 0;
	return 0;
}

static void
move_over(struct lane *l, struct parcel *p)
{
	struct parcel **at = &l->flying;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->next = l->over;
	l->over = p;
}

static void
collect(struct lane *l)
{
	struct http_order *o;

	while ((o = http_calls_over(&l->calls)) != NULL)
		move_over(l, container_of(o, struct parcel, order));
}

/* Notes what came of those that are over. */
static int
note_over(struct lane *l, struct err *e)
{
	struct parcel *p, *next;
	unsigned n = 0;
	int failed = 0;

	for (p = l->over; p != NULL; p = p->next, n++) {
		l->notes[n] = message_note(
		    &p->delivery, &p->order, clock_unix_ms(), random_number());
		tell(l, &p->delivery, &l->notes[n]);
	}
	if (n > 0)
		failed = store_note_deliveries(
		    l->courier->config.store, l->notes, n, e);
	for (p = l->over; p != NULL; p = next) {
		next = p->next;
		free(p);
	}
	l->over = NULL;
	l->parcels -= n;
	return failed;
}

static int
expire(struct lane *l, struct err *e)
{
	int64_t now_ms = clock_monotonic_ms(), today_ms = clock_unix_ms();
	struct delivery_expiry x = {
	    .now_ms = today_ms,
	    .made_ms = today_ms - KEPT_DAYS * DAY_MS,
	    .waiting_ms = today_ms - PATIENCE_DAYS * DAY_MS,
	    .failures = COURIER_SLOW_FAILURES,
	    .attempts = COURIER_SLOW_ATTEMPTS,
	};

	if (l->of != LANE_WORKING || now_ms < l->expire_at_ms)
		return 0;
	if (store_expire_deliveries(l->courier->config.store, &x, e) != 0)
		return -1;
	if (x.given_up > 0)
		tell_given_up(l, x.given_up);
	l->expire_at_ms = now_ms + (x.more ? 0 : EXPIRE_MS);
	return 0;
}

/* Does what is to be done now; returns how long to wait, in milliseconds. */
static int
work(struct lane *l)
{
	struct err e;
	bool more = false;
	int wait_ms;

	collect(l);
	if (note_over(l, &e) != 0 || take(l, &more, &e) != 0 ||
	    expire(l, &e) != 0) {
		log_failure("courier.failed", &e);
		return SORRY_MS;
	}
	wait_ms = more ? 0 : LOOK_MS;
	if (l->flying == NULL)
		return wait_ms;
	return http_calls_wait(&l->calls, wait_ms) == 0 ? 0 : LOOK_MS;
}

/* Lets what is under way end for a while, then cuts it short. */
static void
finish(struct lane *l)
{
	int64_t end_ms = clock_monotonic_ms() + END_MS;
	struct err e;

	while (l->flying != NULL && clock_monotonic_ms() < end_ms &&
	       http_calls_wait(&l->calls, LOOK_MS) == 0)
		collect(l);
	http_calls_release(&l->calls);
	while (l->flying != NULL)
		move_over(l, l->flying);
	if (note_over(l, &e) != 0)
		log_failure("courier.failed", &e);
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

/* Gives the store time, while what is under way goes on. */
static void
be_sorry(struct lane *l)
{
	int64_t end_ms = clock_monotonic_ms() + SORRY_MS;

	while (
	    !atomic_load(&l->courier->ending) && clock_monotonic_ms() < end_ms)
		if (l->flying == NULL ||
		    http_calls_wait(&l->calls, LOOK_MS) != 0)
			wait_ms(l, LOOK_MS);
}

static void *
run(void *arg)
{
	struct lane *l = arg;
	int ms;

	while (!atomic_load(&l->courier->ending)) {
		ms = work(l);
		if (ms == SORRY_MS)
			be_sorry(l);
		else if (ms > 0)
			wait_ms(l, ms);
	}
	finish(l);
	return NULL;
}

static int
lane_open(struct lane *l, struct err *e)
{
	void *block = malloc(ARENA_BYTES);

	if (block == NULL)
		return err_set(e, ERR_DOWN, "no memory for the courier");
	arena_init(&l->arena, block, ARENA_BYTES);
	http_calls_init(&l->calls, &l->courier->client);
	l->reader = store_reader_open(l->courier->config.store, e);
	if (l->reader == NULL)
		return -1;
	if (pthread_create(&l->thread, NULL, run, l) != 0)
		return err_set(e, ERR_DOWN, "no thread for the courier");
	l->running = true;
	return 0;
}

static void
lane_close(struct lane *l)
{
	if (l->running)
		pthread_join(l->thread, NULL);
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
		/* after days without us, who fails is tried once before */
		c->lanes[i].expire_at_ms =
		    clock_monotonic_ms() + 2 * config->whole_ms;
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
	if (c == NULL)
		return;
	atomic_store(&c->ending, true);
	courier_wake(c);
	for (int i = 0; i < LANES; i++)
		lane_close(&c->lanes[i]);
	http_client_end();
	pthread_cond_destroy(&c->awake);
	pthread_mutex_destroy(&c->lock);
	free(c->hosts);
	free(c->ca_file);
	free(c);
}
