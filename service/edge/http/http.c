#include "http.h"

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../process/container.h"
#include "../process/log.h"
#include "http_address.h"
#include "http_library.h"
#include "http_local.h"
#include "http_private.h"

enum {
	CONNECTION_MEMORY = 16 * 1024,
	BACKLOG = 1024,
	/* a resumed connection needs one run to queue, one to send */
	RUNS_PER_TURN = 4,
	ACCEPTS_MAX = 1000, /* while draining, ten connections each */
	/* while draining: how long clients that were quick so far get for
	 * their next request, and how often we look */
	QUIET_MS = 300,
	LOOK_MS = 10,
	/* while the library looks for answers, which it always has to do */
	ANSWER_LOOK_MS = 1,
};

static void
panic(void *cls, const char *file, unsigned line, const char *reason)
{
	(void)cls;
	log_line(LOG_ERROR, "http_panic", {"file", .text = file},
	    {"line", .number = line},
	    {"reason", .text = reason != NULL ? reason : ""});
	abort();
}

/*
 * How long the library may be left alone; its epoll is edge-triggered. That it
 * looks for answers is no reason to run it again at once.
 */
static int
library_wait(struct http *h)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(h->daemon, &ms) != MHD_YES)
		return -1;
	if (ms == 0 && h->looked_at > 0 && !h->moved)
		return ANSWER_LOOK_MS;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

/*
 * Runs the library until it has nothing to do. When a connection closed it
 * must run again: only then it listens again, if it was at a limit.
 */
static int
run_library(struct http *h)
{
	unsigned connections;
	int wait_ms;
	int runs = 0;

	do {
		connections = h->connections;
		h->moved = false;
		MHD_run(h->daemon);
		wait_ms = h->connections < connections ? 0 : library_wait(h);
	} while (wait_ms == 0 && ++runs < RUNS_PER_TURN);
	return wait_ms;
}

/* Whether a request is in flight or, to the `patient`, on its way. */
static bool
is_busy(const struct http *h, bool patient)
{
	for (unsigned i = 0; i < h->slots_used; i++) {
		enum http_stage stage = h->slots[i].stage;

		if (stage == HTTP_HANDLING || stage == HTTP_ANSWERED ||
		    (patient && stage != HTTP_IDLE))
			return true;
	}
	return false;
}

/* Sees whether the end has come. */
static void
look_at_drain(struct http *h, int64_t now_ms)
{
	bool patient = now_ms < h->patient_until_ms;

	if (is_busy(h, patient))
		h->busy_ms = now_ms;
	else if (!patient || now_ms - h->busy_ms >= QUIET_MS)
		h->drained = true;
}

static int
turn(struct loop_idle *i, int64_t now_ms)
{
	struct http *h = container_of(i, struct http, idle);
	int wait_ms, deadline_ms;

	http_connections_cut(h, now_ms);
	wait_ms = run_library(h);
	deadline_ms = deadlines_sooner(http_connections_wait(h, now_ms),
	    http_lingers_turn(&h->lingers, now_ms));
	deadline_ms =
	    deadlines_sooner(deadline_ms, blocks_turn(&h->blocks, now_ms));
	if (h->draining) {
		look_at_drain(h, now_ms);
		deadline_ms = LOOK_MS;
	}
	return deadlines_sooner(deadline_ms, wait_ms);
}

/* The loop only wakes up for it: all is done in the turn. */
static void
ready(struct loop_source *s, uint32_t events)
{
	(void)s;
	(void)events;
}

/* `where` says what to listen on. */
static struct MHD_Daemon *
start_daemon(
    struct http *h, unsigned more_flags, const struct MHD_OptionItem *where)
{
	const struct http_config *c = &h->config;
	unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO |
			 MHD_ALLOW_SUSPEND_RESUME | more_flags;

	return MHD_start_daemon(flags, 0, NULL, NULL, http_exchange_step, h,
	    MHD_OPTION_ARRAY, where, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
	    MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)BACKLOG,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
	    MHD_OPTION_CONNECTION_LIMIT,
	    c->connections_max + HTTP_CONNECTIONS_SPARE,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, c->connections_per_ip,
	    MHD_OPTION_CONNECTION_TIMEOUT, c->idle_s,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK,
	    http_exchange_target, h, MHD_OPTION_NOTIFY_COMPLETED,
	    http_exchange_completed, h, MHD_OPTION_NOTIFY_CONNECTION,
	    http_connection_notify, h, MHD_OPTION_END);
}

/*
 * Listeners of one address share it, ours as well as those of another process
 * of this user, which would then take half of the requests: see whether one
 * can be alone there.
 */
static int
claim(const struct http_address *a)
{
	int fd = socket(a->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1, result;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a->socket.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	result =
	    bind(fd, (const struct sockaddr *)&a->socket, sizeof a->socket);
	close(fd);
	return result;
}

static int
listen_failed(const struct http *h, struct err *e)
{
	return err_set(e, ERR_DOWN, "cannot listen on %.100s: %s",
	    h->config.address, strerror(errno));
}

static int
listen_on_network(struct http *h, struct err *e)
{
	struct http_address a;
	struct MHD_OptionItem where[] = {
	    {MHD_OPTION_SOCK_ADDR, 0, &a.socket}, {MHD_OPTION_END, 0, NULL}};

	if (http_address_read(h->config.address, &a, e) != 0)
		return -1;
	if (h->config.joins || claim(&a) == 0)
		h->daemon = start_daemon(h,
		    a.socket.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0, where);
	return h->daemon == NULL ? listen_failed(h, e) : 0;
}

static int
listen_locally(struct http *h, const char *path, struct err *e)
{
	struct MHD_OptionItem where[] = {
	    {MHD_OPTION_LISTEN_SOCKET, http_local_listen(path, BACKLOG, e),
		NULL},
	    {MHD_OPTION_END, 0, NULL}};

	if (where[0].value < 0)
		return -1;
	h->local_path = path;
	h->daemon = start_daemon(h, 0, where);
	if (h->daemon != NULL)
		return 0;
	close((int)where[0].value);
	return listen_failed(h, e);
}

/* Once: what follows is another's. */
static void
forget_path(struct http *h)
{
	if (h->local_path != NULL)
		http_local_forget(h->local_path);
	h->local_path = NULL;
}

static int
start(struct http *h, struct err *e)
{
	const char *path = http_local_path(h->config.address);

	h->slots = calloc(h->config.connections_max + HTTP_CONNECTIONS_SPARE,
	    sizeof *h->slots);
	if (h->slots == NULL)
		return err_set(e, ERR_DOWN, "no memory for connections");
	MHD_set_panic_func(panic, NULL);
	if (path == NULL ? listen_on_network(h, e) != 0
			 : listen_locally(h, path, e) != 0)
		return -1;
	h->source.fd =
	    MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	h->source.ready = ready;
	if (loop_watch(h->loop, &h->source, EPOLLIN) != 0)
		return err_set(e, ERR_DOWN, "event loop: %s", strerror(errno));
	h->idle.turn = turn;
	loop_add_idle(h->loop, &h->idle);
	return 0;
}

struct http *
http_open(const struct http_config *c, struct loop *loop, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);

	if (h == NULL) {
		err_set(e, ERR_DOWN, "no memory for a server");
		return NULL;
	}
	h->config = *c;
	h->loop = loop;
	h->gaps = http_library_cuts_in_place();
	deadlines_init(&h->heads, (int64_t)c->head_s * 1000);
	deadlines_init(&h->requests, (int64_t)c->request_s * 1000);
	deadlines_init(&h->answers, (int64_t)c->request_s * 1000);
	deadlines_init(&h->coming, 0);
	deadlines_init(&h->streams, 0);
	blocks_init(&h->blocks, c->arena_pooled);
	http_lingers_init(&h->lingers, loop);
	if (start(h, e) != 0) {
		http_close(h);
		return NULL;
	}
	return h;
}

unsigned
http_port(const struct http *h)
{
	return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

unsigned
http_in_flight(const struct http *h)
{
	return h->in_flight;
}

unsigned
http_connections(const struct http *h)
{
	return h->connections;
}

uint64_t
http_cut(const struct http *h)
{
	return h->cut;
}

/*
 * Closing a listener resets the connections that nobody accepted yet. So let
 * no packet through to it any more, then accept what is queued: who comes
 * later tries again in a second, and then nobody listens here.
 */
static void
accept_queued(struct http *h)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog filter = {.len = 1, .filter = &nothing};
	struct pollfd p = {
	    .fd = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_LISTEN_FD)
		      ->listen_fd,
	    .events = POLLIN,
	};
	int n;

	setsockopt(p.fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
	for (n = 0; n < ACCEPTS_MAX && poll(&p, 1, 0) == 1; n++)
		MHD_run(h->daemon);
}

static void
end_streams(struct http *h)
{
	for (unsigned i = 0; i < h->slots_used; i++)
		if (h->slots[i].stage == HTTP_STREAMING)
			http_stream_wake(h->slots[i].stream);
}

void
http_drain(struct http *h, int64_t patience_ms)
{
	int fd;

	if (h->draining)
		return;
	h->busy_ms = clock_monotonic_ms();
	h->patient_until_ms = h->busy_ms + patience_ms;
	h->draining = true;
	end_streams(h);
	forget_path(h);
	accept_queued(h);
	fd = MHD_quiesce_daemon(h->daemon);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
}

bool
http_drained(const struct http *h)
{
	return h->drained;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	forget_path(h);
	if (h->daemon != NULL) {
		h->draining = true;
		end_streams(h);
		loop_remove_idle(h->loop, &h->idle);
		loop_forget(h->loop, &h->source);
		MHD_stop_daemon(h->daemon);
	}
	http_lingers_close(&h->lingers);
	blocks_release(&h->blocks);
	free(h->slots);
	free(h);
}
