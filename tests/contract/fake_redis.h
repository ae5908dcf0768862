/*
 * A server in a thread that speaks enough of Redis's protocol to be taken
 * for one, until it is told to go wrong.
 */
#ifndef TESTS_FAKE_REDIS_H
#define TESTS_FAKE_REDIS_H

#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "../../service/core/span.h"
#include "redis_server.h"

/* What goes wrong: the reply to a command, or how replies are sent. */
struct fault {
	const char *name;
	const char *verb;  /* NULL: every command */
	const char *reply; /* NULL: the right one */
	enum { WHOLE, DRIBBLE, THEN_CLOSE, THEN_FLOOD } how;
};

enum {
	FAKE_BYTES = 64 << 10,
	FAKE_POLL_MS = 10,
	FAKE_DRIBBLE_US = 2000,
	FAKE_ARG_BYTES = 4096,
};

struct fake_redis {
	int listener;
	unsigned port;
	pthread_t thread;
	_Atomic(const struct fault *) fault; /* NULL: all is well */
	atomic_bool stop;
	/* the entries that were added since the log was read, as a reply to
	 * that; it forgets what was read */
	char page[FAKE_BYTES];
	size_t page_bytes;
	int entries, ids;
};

struct fake_command {
	char verb[16];
	char last[FAKE_ARG_BYTES]; /* argument */
	size_t last_bytes;
};

struct fake_reply {
	char bytes[FAKE_BYTES];
	size_t n;
};

/* Cuts "*3\r\n" or "$7\r\n" off; its number, or -1: it is not whole. */
static inline long
fake_number(const char **p, const char *end)
{
	const char *line = memchr(*p, '\n', (size_t)(end - *p));
	long n;

	if (line == NULL)
		return -1;
	n = strtol(*p + 1, NULL, 10);
	*p = line + 1;
	return n;
}

/* Cuts a command off; false: it is not whole, nothing was cut. */
static inline bool
fake_read(struct fake_command *c, const char **at, const char *end)
{
	const char *p = *at;
	long args = fake_number(&p, end);

	for (long i = 0; i < args; i++) {
		long n = fake_number(&p, end);

		if (n < 0 || end - p < n + 2)
			return false;
		if (i == 0)
			snprintf(c->verb, sizeof(c->verb), "%.*s", (int)n, p);
		if (n > FAKE_ARG_BYTES)
			abort();
		memcpy(c->last, p, (size_t)n);
		c->last_bytes = (size_t)n;
		p += n + 2;
	}
	if (args < 0)
		return false;
	*at = p;
	return true;
}

static inline void
fake_put(struct fake_reply *r, const char *p, size_t n)
{
	if (n > sizeof(r->bytes) - r->n)
		abort();
	memcpy(r->bytes + r->n, p, n);
	r->n += n;
}

/* Keeps what is added to the log for the page that is asked for next. */
static inline void
fake_add(struct fake_redis *r, const struct fake_command *c, char id[32])
{
	size_t room = sizeof(r->page) - r->page_bytes;
	int n = snprintf(id, 32, "1795000000000-%d", ++r->ids);

	if (room < c->last_bytes + 128)
		abort();
	r->page_bytes += (size_t)snprintf(r->page + r->page_bytes, room,
	    "*2\r\n$%d\r\n%s\r\n*2\r\n$1\r\nc\r\n$%zu\r\n", n, id,
	    c->last_bytes);
	memcpy(r->page + r->page_bytes, c->last, c->last_bytes);
	r->page_bytes += c->last_bytes;
	memcpy(r->page + r->page_bytes, "\r\n", 2);
	r->page_bytes += 2;
	r->entries++;
}

/* What a server would reply that keeps nothing. */
static inline void
fake_right_reply(
    struct fake_redis *r, const struct fake_command *c, struct fake_reply *out)
{
	char text[64], id[32];
	bool number = c->verb[0] == 'E' || c->verb[1] == 'T';
	int n;

	if (strcmp(c->verb, "XADD") == 0) {
		fake_add(r, c, id);
		n = snprintf(
		    text, sizeof(text), "$%zu\r\n%s\r\n", strlen(id), id);
	} else if (strcmp(c->verb, "XRANGE") == 0) {
		n = snprintf(text, sizeof(text), "*%d\r\n", r->entries);
	} else {
		n = snprintf(text, sizeof(text), number ? ":1\r\n" : "+OK\r\n");
	}
	out->n = 0;
	fake_put(out, text, (size_t)n);
	if (strcmp(c->verb, "XRANGE") == 0) {
		fake_put(out, r->page, r->page_bytes);
		r->page_bytes = 0;
		r->entries = 0;
	}
}

/* Sends a reply; false: the connection is of no more use. */
static inline bool
fake_send(int fd, struct span reply, int how)
{
	static const char flood[4096] = {[0 ... 4095] = 'x'};
	size_t step = how == DRIBBLE ? 1 : reply.n;

	for (size_t i = 0; i < reply.n; i += step) {
		if (send(fd, reply.p + i, step, MSG_NOSIGNAL) < 0)
			return false;
		if (how == DRIBBLE)
			usleep(FAKE_DRIBBLE_US);
	}
	while (how == THEN_FLOOD)
		if (send(fd, flood, sizeof(flood), MSG_NOSIGNAL) < 0)
			return false;
	return how != THEN_CLOSE;
}

static inline bool
fake_answer(struct fake_redis *r, int fd, const struct fake_command *c)
{
	static struct fake_reply right;
	const struct fault *f = atomic_load(&r->fault);
	struct span all;

	fake_right_reply(r, c, &right);
	all = (struct span){right.bytes, right.n};
	if (f == NULL || (f->verb != NULL && strcmp(f->verb, c->verb) != 0))
		return fake_send(fd, all, WHOLE);
	return fake_send(
	    fd, f->reply != NULL ? span_of(f->reply) : all, f->how);
}

/* Waits for input; false: the test is over. */
static inline bool
fake_wait(struct fake_redis *r, int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (!atomic_load(&r->stop))
		if (poll(&p, 1, FAKE_POLL_MS) > 0)
			return true;
	return false;
}

static inline void
fake_serve(struct fake_redis *r, int fd)
{
	static char bytes[FAKE_BYTES];
	static struct fake_command c;
	size_t n = 0;

	while (fake_wait(r, fd)) {
		ssize_t got = recv(fd, bytes + n, sizeof(bytes) - n, 0);
		const char *p = bytes, *end = bytes + n + got;

		if (got <= 0)
			return;
		while (fake_read(&c, &p, end))
			if (!fake_answer(r, fd, &c))
				return;
		n = (size_t)(end - p);
		memmove(bytes, p, n);
	}
}

static inline void *
fake_run(void *arg)
{
	struct fake_redis *r = arg;

	while (fake_wait(r, r->listener)) {
		int fd = accept(r->listener, NULL, NULL), on = 1;

		/* or else the second reply waits for the peer to confirm */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		fake_serve(r, fd);
		close(fd);
	}
	return NULL;
}

static inline void
fake_redis_start(struct fake_redis *r)
{
	*r = (struct fake_redis){.port = 0};
	r->listener = redis_listen(&r->port);
	if (pthread_create(&r->thread, NULL, fake_run, r) != 0)
		abort();
}

static inline void
fake_redis_stop(struct fake_redis *r)
{
	atomic_store(&r->stop, true);
	pthread_join(r->thread, NULL);
	close(r->listener);
}

#endif
