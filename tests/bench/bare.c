/*
 * The ceiling: libmicrohttpd as service/edge/http uses it, and nothing else.
 *
 *   bare THREADS BYTES [BUSY_US]
 *
 * Reads the body of every request and answers with BYTES bytes, after so much
 * CPU time of work for nothing. Prints its port, on 127.0.0.1, and serves until
 * it is killed.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum { THREADS_MAX = 64, CONNECTIONS = 4096, BACKLOG = 1024 };

static struct MHD_Response *response; /* the same for every request */
static long busy_ns;                  /* for each request */

static int64_t
thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
be_busy(void)
{
	int64_t end = thread_ns() + busy_ns;

	while (busy_ns > 0 && thread_ns() < end)
		;
}

static enum MHD_Result
bare_step(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **state)
{
	static char begun;

	(void)cls;
	(void)url;
	(void)method;
	(void)version;
	(void)data;
	if (*state == NULL) {
		*state = &begun;
		return MHD_YES;
	}
	if (*n > 0) {
		*n = 0;
		return MHD_YES;
	}
	be_busy();
	return MHD_queue_response(c, MHD_HTTP_OK, response);
}

/* With the port of the first one, 0 for that; NULL when it cannot be. */
static struct MHD_Daemon *
open_daemon(unsigned port)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
	    NULL, bare_step, NULL, MHD_OPTION_SOCK_ADDR, &a,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
	    MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)BACKLOG,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(16 * 1024),
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_END);
}

static void *
serve(void *arg)
{
	struct MHD_Daemon *d = arg;
	int library =
	    MHD_get_daemon_info(d, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	struct epoll_event event = {.events = EPOLLIN};
	int loop = epoll_create1(0);

	epoll_ctl(loop, EPOLL_CTL_ADD, library, &event);
	for (;;) {
		MHD_UNSIGNED_LONG_LONG ms;
		int wait = MHD_get_timeout(d, &ms) == MHD_YES ? (int)ms : -1;

		epoll_wait(loop, &event, 1, wait);
		MHD_run(d);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	bool enough = argc == 3 || argc == 4;
	long threads = enough ? strtol(argv[1], NULL, 10) : 0;
	long bytes = enough ? strtol(argv[2], NULL, 10) : -1;
	unsigned port = 0;
	pthread_t thread;

	if (threads < 1 || threads > THREADS_MAX || bytes < 0) {
		fprintf(stderr, "bare THREADS BYTES [BUSY_US]\n");
		return 1;
	}
	busy_ns = argc == 4 ? strtol(argv[3], NULL, 10) * 1000 : 0;
	response = MHD_create_response_from_buffer(
	    (size_t)bytes, calloc((size_t)bytes + 1, 1), MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(response, "Content-Type", "application/json");
	while (threads-- > 0) {
		struct MHD_Daemon *d = open_daemon(port);

		if (d == NULL || pthread_create(&thread, NULL, serve, d) != 0)
			return 1;
		port = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port;
	}
	printf("%u %s\n", port, MHD_get_version());
	fflush(stdout);
	pthread_join(thread, NULL);
	return 0;
}
