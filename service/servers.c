#include "servers.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "edge/api.h"
#include "edge/process/container.h"
#include "edge/process/log.h"

enum {
	THREADS_MAX = 64,
	/* unless told: with Redis each has a table of its own */
	THREADS_WANTED = 8,
	/* moderators each hold a stream of events and a few requests more */
	CONNECTIONS_ADMIN = 2048,
	/* memory of bodies that are not whole, and again of answers that are
	 * not taken: shared by the API's loops, but each has some, as the other
	 * listeners have. Those who mean well have a few such at once, of 1 MiB
	 * at most by default */
	HELD_BYTES = 64 << 20,
	HELD_LOOP_BYTES = 8 << 20,
	/* descriptors besides connections: 31 and 6 a loop when idle; then
	 * there are webhooks, the trainer, clients that are read on for a while
	 */
	FILES_OWN = 64,
	FILES_LOOP = 8,
	FILES_ROOM_LEAST = 16,
};

struct server {
	struct worker worker;
	struct http *http;
	pthread_t thread;
	bool running;
	struct loop_post drain;
	int64_t patience_ms; /* of the drain */
};

/* The API's come first, then the admin's, last the operators'. */
struct servers {
	uint32_t n, apis;
	char local[PATH_MAX]; /* address of the operators' socket */
	struct server of[THREADS_MAX + 2];
};

static void *
turn(void *arg)
{
	loop_run(arg);
	return NULL;
}

static int
server_open(struct server *s, const struct http_config *http,
    struct state_shared *state, struct err *e)
{
	struct http_config c = *http;
	struct worker *w = &s->worker;
	enum state_use use;

	w->loop = loop_open(e);
	if (w->loop == NULL)
		return -1;
	use = w->is_admins || w->is_operators ? STATE_SELDOM : STATE_OFTEN;
	w->state = state_open(state, w->loop, use, e);
	if (w->state == NULL)
		return -1;
	w->reader = store_reader_open(w->service->store, e);
	if (w->reader == NULL)
		return -1;
	w->watch = watch_open(w->service->events, w->loop);
	if (w->watch == NULL)
		return err_set(e, ERR_DOWN, "no memory for a listener");
	c.context = w;
	s->http = http_open(&c, w->loop, e);
	return s->http == NULL ? -1 : 0;
}

static int
server_start(struct server *s, struct err *e)
{
	if (pthread_create(&s->thread, NULL, turn, s->worker.loop) != 0)
		return err_set(e, ERR_DOWN, "no thread for a listener");
	s->running = true;
	return 0;
}

static void
server_stop(struct server *s)
{
	if (!s->running)
		return;
	loop_stop(s->worker.loop);
	pthread_join(s->thread, NULL);
}

static void
server_close(struct server *s)
{
	watch_close(s->worker.watch);
	store_reader_close(s->worker.reader);
	state_close(s->worker.state);
	loop_close(s->worker.loop);
}

static uint32_t
api_threads(const struct config *c)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (c->threads > 0)
		return (uint32_t)c->threads;
	if (processors < 1)
		return 1;
	return processors > THREADS_WANTED ? THREADS_WANTED
					   : (uint32_t)processors;
}

static struct http_config
http_settings(const struct config *c)
{
	return (struct http_config){
	    .address = c->listen,
	    .connections_max = (unsigned)c->connections,
	    /* of a proxy there are many: it has limits of its own */
	    .connections_per_ip = c->trusted_proxies != NULL
				      ? 0
				      : (unsigned)c->connections_per_ip,
	    .idle_s = (unsigned)c->idle_s,
	    .head_s = (unsigned)c->head_s,
	    .request_s = (unsigned)c->request_s,
	    .handle = api_handle,
	    .budget = api_budget,
	    .refuse = api_refuse,
	    .answered = api_answered,
	    .arena_pooled = api_arena_bytes((size_t)c->body_bytes),
	    .held_bytes = HELD_LOOP_BYTES,
	};
}

/* Files besides connections. */
static unsigned
own_files(uint32_t apis)
{
	return FILES_OWN + FILES_LOOP * (apis + 2);
}

struct servers_files
servers_files(const struct config *c)
{
	unsigned own = own_files(api_threads(c));
	unsigned api = (unsigned)c->connections + 2 * CONNECTIONS_ADMIN;

	return (struct servers_files){
	    .least = own + FILES_ROOM_LEAST,
	    /* a quarter of the room goes to each of the admins' listeners */
	    .all = own +
		   (api > 4 * CONNECTIONS_ADMIN ? api : 4 * CONNECTIONS_ADMIN),
	};
}

/* A listen address with another port, behind `scheme`. */
static void
put_address(char *out, size_t size, const char *scheme, const char *address,
    unsigned port)
{
	const char *colon = strrchr(address, ':');
	int host = colon == NULL ? 0 : (int)(colon - address);

	snprintf(out, size, "%s%.*s:%u", scheme, host, address, port);
}

/* What opens servers one after the other. */
struct opening {
	struct servers *servers;
	struct service *service;
	struct state_shared *state;
	struct http_config http; /* of the next one */
	unsigned admins;         /* connections of each of their listeners */
	char address[256];       /* that the API's share */
};

static int
open_next(struct opening *o, struct err *e)
{
	struct server *s = &o->servers->of[o->servers->n++];

	s->worker.service = o->service;
	return server_open(s, &o->http, o->state, e);
}

static unsigned
least(rlim_t a, unsigned b)
{
	return a < b ? (unsigned)a : b;
}

/*
 * As many connections as there can be files: one that cannot be accepted waits
 * for one that ends, and nobody would make room for it.
 */
static int
fit_files(struct opening *o, struct err *e)
{
	rlim_t own = own_files(o->servers->apis), room;
	unsigned wanted = o->http.connections_max;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 0;
	if (files.rlim_cur < own + FILES_ROOM_LEAST)
		return err_set(e, ERR_INPUT,
		    "this process may open %d files only, and needs %d: raise "
		    "that limit (ulimit -n, LimitNOFILE)",
		    (int)files.rlim_cur, (int)own + FILES_ROOM_LEAST);
	room = files.rlim_cur - own;
	o->admins = least(room / 4, CONNECTIONS_ADMIN);
	o->http.connections_max = least(room - 2 * o->admins, wanted);
	if (o->admins < CONNECTIONS_ADMIN || o->http.connections_max < wanted)
		log_line(LOG_WARN, "connections.few",
		    {"connections", .number = o->http.connections_max},
		    {"admin", .number = o->admins},
		    {"files", .number = (int64_t)files.rlim_cur},
		    {"until", "this process may open more files (ulimit -n, "
			      "LimitNOFILE)"});
	return 0;
}

/* What each of the API's loops may have. The kernel deals connections out. */
static void
share(struct http_config *http, uint32_t loops)
{
	http->connections_max = (http->connections_max + loops - 1) / loops;
	http->held_bytes = HELD_BYTES / loops;
	if (http->held_bytes < HELD_LOOP_BYTES)
		http->held_bytes = HELD_LOOP_BYTES;
}

static int
open_apis(struct opening *o, const struct config *c, struct err *e)
{
	o->servers->apis = api_threads(c);
	if (fit_files(o, e) != 0)
		return -1;
	share(&o->http, o->servers->apis);
	for (uint32_t i = 0; i < o->servers->apis; i++) {
		if (i == 1) { /* of …:0 the port that the first one got */
			put_address(o->address, sizeof(o->address), "",
			    c->listen, servers_port(o->servers));
			o->http.address = o->address;
			o->http.joins = true;
		}
		if (open_next(o, e) != 0)
			return -1;
	}
	o->http.address = c->listen_admin;
	o->http.joins = false;
	o->http.connections_max = o->admins;
	o->http.held_bytes = HELD_LOOP_BYTES;
	o->servers->of[o->servers->n].worker.is_admins = true;
	return open_next(o, e);
}

static int
open_operators(struct opening *o, const struct config *c, struct err *e)
{
	struct servers *s = o->servers;

	servers_local(c, s->local, sizeof(s->local));
	o->http.address = s->local;
	o->http.connections_max = o->admins;
	o->http.connections_per_ip = 0;
	s->of[s->n].worker.is_operators = true;
	return open_next(o, e);
}

void
servers_local(const struct config *c, char *out, size_t size)
{
	snprintf(out, size, "unix:%s/moderatod.sock", c->var);
}

/* Gauges of all loops together. */
static void
set_gauges(void *arg, struct metrics *m)
{
	const struct servers *s = arg;
	int64_t connections = 0, in_flight = 0, cut = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		connections += http_connections(s->of[i].http);
		in_flight += http_in_flight(s->of[i].http);
		cut += (int64_t)http_cut(s->of[i].http);
	}
	metrics_set(m, METRIC_HTTP_CONNECTIONS, 0, connections);
	metrics_set(m, METRIC_HTTP_IN_FLIGHT, 0, in_flight);
	metrics_set(m, METRIC_HTTP_CUT, 0, cut);
}

/* Where a person on this machine finds the page; port 0: as it is set. */
static void
name_page(struct service *s, const struct config *c, unsigned port)
{
	const char *address = c->listen_admin;
	const char *colon = strrchr(address, ':');

	if (port == 0 && colon != NULL)
		port = (unsigned)strtoul(colon + 1, NULL, 10);
	if (strncmp(address, "0.0.0.0:", 8) == 0 ||
	    strncmp(address, "[::]:", 5) == 0)
		address = "127.0.0.1:";
	put_address(s->page, sizeof(s->page), "http://", address, port);
}

struct servers *
servers_open(const struct config *c, struct service *service,
    struct state_shared *state, enum servers_which which, struct err *e)
{
	struct servers *s = calloc(1, sizeof(*s));
	struct opening o = {
	    s, service, state, http_settings(c), CONNECTIONS_ADMIN};

	if (s == NULL) {
		err_set(e, ERR_DOWN, "no memory for the listeners");
		return NULL;
	}
	metrics_set_source(
	    service->metrics, (struct metrics_source){set_gauges, s});
	if ((which == SERVERS_ALL && open_apis(&o, c, e) != 0) ||
	    open_operators(&o, c, e) != 0) {
		servers_close(s);
		return NULL;
	}
	name_page(service, c,
	    which == SERVERS_ALL ? http_port(s->of[s->apis].http) : 0);
	return s;
}

int
servers_start(struct servers *s, struct err *e)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (server_start(&s->of[i], e) != 0)
			return -1;
	return 0;
}

void
servers_tell(const struct servers *s, const struct config *c)
{
	log_line(LOG_INFO, "listening", {"api", c->listen},
	    {"port", .number = servers_port(s)}, {"admin", c->listen_admin},
	    {"admin_port", .number = http_port(s->of[s->apis].http)},
	    {"operators", s->local}, {"threads", .number = s->apis});
}

unsigned
servers_port(const struct servers *s)
{
	return http_port(s->of[0].http);
}

static void
on_drain(struct loop_post *p)
{
	struct server *s = container_of(p, struct server, drain);

	http_drain(s->http, s->patience_ms);
}

void
servers_drain(struct servers *s, int64_t patience_ms)
{
	for (uint32_t i = 0; i < s->n; i++) {
		s->of[i].patience_ms = patience_ms;
		s->of[i].drain.deliver = on_drain;
		loop_send(s->of[i].worker.loop, &s->of[i].drain);
	}
}

bool
servers_drained(const struct servers *s)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (!http_drained(s->of[i].http))
			return false;
	return true;
}

unsigned
servers_in_flight(const struct servers *s)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < s->n; i++)
		n += http_in_flight(s->of[i].http);
	return n;
}

void
servers_close(struct servers *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = s->n; i-- > 0;)
		server_stop(&s->of[i]);
	/* whose stream ends here is told on all loops to have left */
	for (uint32_t i = s->n; i-- > 0;)
		http_close(s->of[i].http);
	for (uint32_t i = s->n; i-- > 0;)
		server_close(&s->of[i]);
	free(s);
}
