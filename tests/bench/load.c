/*
 * Requests over connections that are kept, as long as the server keeps them:
 *
 *   load PORT CONNECTIONS SECONDS FIRST REQUESTS [RATE]
 *
 * REQUESTS is a file of whole HTTP requests, each behind a line with its
 * bytes; FIRST is the number of the one to begin with. The first fifth of
 * the time warms up. Prints one JSON object; `total` counts the warm-up too.
 *
 * Without RATE a closed loop: every connection sends its next request when
 * it has its answer. With it an open one: so many a second, whatever the
 * server does, and an answer's time counts from when its request was due,
 * though no connection was free then (coordinated omission, Tene 2013).
 * `behind` is how many were due and had no answer in the end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 4096,
	EVENTS = 256,
	HEAD_BYTES_MAX = 4096,
	READ_BYTES = 64 * 1024,
	SAMPLES_MAX = 1 << 24,
	STALL_MS = 30000, /* a server silent for so long has failed */
};

struct request {
	const char *p;
	size_t n;
};

struct connection {
	int fd;
	struct request request; /* NULL, 0: it rests */
	size_t sent;
	int64_t start_ns;
	char head[HEAD_BYTES_MAX]; /* of the answer, while it is incomplete */
	size_t head_bytes;
	size_t body_left;        /* of the answer, once its head is there */
	bool closes;             /* the server, after this answer */
	struct connection *next; /* of those without a request */
};

static struct {
	unsigned port;
	struct request *requests;
	size_t n, next;
	double period_ns; /* of an open loop; 0: a closed one */
	uint64_t due;     /* how many of its requests began */
	int64_t start_ns;
	struct connection *idle;
	int epoll_fd;
	uint32_t *samples_us; /* of the answers after the warm-up */
	size_t n_samples;
	int64_t counted_from_ns, end_ns;
	uint64_t total, failed, answer_bytes;
} load;

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Finds the requests in the bytes of the file. */
static void
read_requests(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size == 0)
		fail(path);
	const char *p = mmap(NULL, (size_t)st.st_size + 1, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		fail(path);
	for (const char *end = p + st.st_size; p < end;) {
		char *bytes;
		size_t n = strtoul(p, &bytes, 10);

		load.requests = reallocarray(
		    load.requests, load.n + 1, sizeof(*load.requests));
		if (load.requests == NULL || *bytes != '\n' ||
		    n > (size_t)(end - bytes - 1))
			fail(path);
		load.requests[load.n++] = (struct request){bytes + 1, n};
		p = bytes + 1 + n;
	}
	close(fd);
}

static void
watch(struct connection *c, int operation, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = c};

	if (epoll_ctl(load.epoll_fd, operation, c->fd, &e) != 0)
		fail("epoll_ctl");
}

static void
send_rest(struct connection *c)
{
	ssize_t n = send(c->fd, c->request.p + c->sent, c->request.n - c->sent,
	    MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		fail("send");
	c->sent += n > 0 ? (size_t)n : 0;
}

static void
begin(struct connection *c, int64_t start_ns)
{
	c->request = load.requests[load.next++ % load.n];
	c->sent = c->head_bytes = 0;
	c->start_ns = start_ns;
	send_rest(c);
	if (c->sent < c->request.n)
		watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

/* When the next request of an open loop is due. */
static int64_t
due_ns(void)
{
	return load.start_ns + (int64_t)((double)load.due * load.period_ns);
}

/* It has no request: a closed loop sends the next one. */
static void
rest(struct connection *c)
{
	c->request = (struct request){NULL, 0};
	if (load.period_ns == 0) {
		begin(c, clock_ns());
		return;
	}
	c->next = load.idle;
	load.idle = c;
}

/* Sends what is due, as far as connections are free. */
static void
begin_due(int64_t now)
{
	while (load.idle != NULL && due_ns() <= now) {
		struct connection *c = load.idle;

		load.idle = c->next;
		begin(c, due_ns());
		load.due++;
	}
}

static void
connect_to_server(struct connection *c)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)load.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		fail("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

static void
connect_anew(struct connection *c)
{
	close(c->fd);
	connect_to_server(c);
}

/* An answer is whole: counts it and goes on. */
static void
finish(struct connection *c)
{
	int64_t now = clock_ns();

	load.total++;
	load.failed += memcmp(c->head, "HTTP/1.1 200", 12) != 0;
	if (now >= load.counted_from_ns && load.n_samples < SAMPLES_MAX)
		load.samples_us[load.n_samples++] =
		    (uint32_t)((now - c->start_ns) / 1000);
	if (c->closes)
		connect_anew(c);
	rest(c);
}

/* Takes in a piece of the head; the bytes of `p` that belong to it. */
static size_t
read_head(struct connection *c, const char *p, size_t n)
{
	static const char name[] = "\r\nContent-Length:";
	size_t before = c->head_bytes, room = HEAD_BYTES_MAX - 1 - before;
	const char *end, *length;

	if (n > room)
		n = room;
	memcpy(c->head + before, p, n);
	c->head_bytes += n;
	c->head[c->head_bytes] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	length = end == NULL ? NULL : strcasestr(c->head, name);
	if (length == NULL) {
		if (end != NULL || c->head_bytes == HEAD_BYTES_MAX - 1)
			fail("an answer without length");
		return n;
	}
	c->closes = strcasestr(c->head, "\r\nConnection: close") != NULL;
	c->head_bytes = (size_t)(end + 4 - c->head);
	c->body_left = strtoul(length + sizeof(name) - 1, NULL, 10);
	load.answer_bytes += c->body_left;
	if (c->body_left == 0)
		fail("an answer without body");
	return c->head_bytes - before;
}

static void
read_answer(struct connection *c)
{
	static char bytes[READ_BYTES];
	ssize_t got = recv(c->fd, bytes, sizeof(bytes), 0);
	size_t n = got > 0 ? (size_t)got : 0, head = 0;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0 && c->request.p != NULL)
		fail("the server closed a connection");
	if (got <= 0) { /* it rested for too long */
		connect_anew(c);
		return;
	}
	if (c->body_left == 0)
		head = read_head(c, bytes, n);
	if (c->body_left == 0)
		return;
	if (n - head > c->body_left)
		fail("more answer than announced");
	c->body_left -= n - head;
	if (c->body_left == 0)
		finish(c);
}

static void
ready(struct connection *c, uint32_t events)
{
	if (events & EPOLLOUT) {
		send_rest(c);
		if (c->sent == c->request.n)
			watch(c, EPOLL_CTL_MOD, EPOLLIN);
	}
	if (events & ~(uint32_t)EPOLLOUT)
		read_answer(c);
}

/* Until something happens, or the next request is due. */
static int
wait_for(struct epoll_event *events, int64_t now)
{
	struct timespec t = {.tv_sec = STALL_MS / 1000};
	bool open = load.period_ns > 0 && load.idle != NULL;

	if (open) {
		int64_t left = due_ns() - now;

		t = (struct timespec){left / 1000000000, left % 1000000000};
	}
	int n = epoll_pwait2(load.epoll_fd, events, EVENTS, &t, NULL);
	if (n == 0 && !open)
		errno = ETIMEDOUT;
	if (n < 0 || (n == 0 && !open))
		fail("epoll_pwait2");
	return n;
}

static void
run(void)
{
	struct epoll_event events[EVENTS];
	int64_t now;

	while ((now = clock_ns()) < load.end_ns) {
		begin_due(now);
		int n = wait_for(events, now);
		for (int i = 0; i < n; i++)
			ready(events[i].data.ptr, events[i].events);
	}
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t
quantile(double share)
{
	size_t n = load.n_samples;

	return n == 0 ? 0 : load.samples_us[(size_t)(share * (double)(n - 1))];
}

static void
print(int64_t now_ns)
{
	double seconds = (double)(now_ns - load.counted_from_ns) / 1e9;
	uint64_t due = load.period_ns == 0
			   ? load.total
			   : (uint64_t)((double)(load.end_ns - load.start_ns) /
					load.period_ns);

	qsort(load.samples_us, load.n_samples, sizeof(uint32_t), by_value);
	printf("{\"per_s\":%.1f,\"p50_us\":%u,\"p99_us\":%u,\"p999_us\":%u,"
	       "\"max_us\":%u,\"total\":%" PRIu64 ",\"failed\":%" PRIu64
	       ",\"answer_bytes\":%.0f,\"behind\":%" PRIu64 "}\n",
	    (double)load.n_samples / seconds, quantile(0.5), quantile(0.99),
	    quantile(0.999), quantile(1), load.total, load.failed,
	    (double)load.answer_bytes / (double)(load.total + !load.total),
	    due > load.total ? due - load.total : 0);
}

/* Fills in `load`; the number of connections. */
static unsigned long
read_arguments(int argc, char **argv)
{
	bool enough = argc == 6 || argc == 7;
	unsigned long n = enough ? strtoul(argv[2], NULL, 10) : 0;
	double seconds = enough ? strtod(argv[3], NULL) : 0;
	double rate = argc == 7 ? strtod(argv[6], NULL) : 0;

	if (n == 0 || n > CONNECTIONS_MAX || seconds <= 0 || rate < 0) {
		fprintf(stderr, "load PORT CONNECTIONS SECONDS FIRST REQUESTS"
				" [RATE]\n");
		exit(1);
	}
	load.port = (unsigned)strtoul(argv[1], NULL, 10);
	load.next = strtoul(argv[4], NULL, 10);
	load.period_ns = rate > 0 ? 1e9 / rate : 0;
	read_requests(argv[5]);
	load.start_ns = clock_ns();
	load.counted_from_ns = load.start_ns + (int64_t)(seconds * 0.2e9);
	load.end_ns = load.start_ns + (int64_t)(seconds * 1e9);
	return n;
}

int
main(int argc, char **argv)
{
	unsigned long n = read_arguments(argc, argv);
	struct connection *all = calloc(n, sizeof(*all));

	load.samples_us = malloc(SAMPLES_MAX * sizeof(uint32_t));
	load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (all == NULL || load.samples_us == NULL || load.epoll_fd < 0)
		fail("start");
	for (unsigned long i = 0; i < n; i++) {
		connect_to_server(&all[i]);
		rest(&all[i]);
	}
	run();
	print(clock_ns());
	return 0;
}
