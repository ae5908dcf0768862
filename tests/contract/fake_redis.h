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

#include "redis_server.h"

/* What goes wrong: the reply to a command, or how replies are sent. */
struct fault {
	const char *name;
	const char *verb;  /* NULL: every command */
	const char *reply; /* NULL: the right one */
	enum { WHOLE, DRIBBLE, THEN_CLOSE, THEN_FLOOD } how;
};

struct fake_redis {
	int listener;
	unsigned port;
	pthread_t thread;
	_Atomic(const struct fault *) fault; /* NULL: all is well */
	atomic_bool stop;
};

enum { FAKE_BYTES = 64 << 10, FAKE_POLL_MS = 10, FAKE_DRIBBLE_US = 2000 };

struct fake_command {
	char verb[16];
	long args;
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

	c->args = fake_number(&p, end);
	for (long i = 0; i < c->args; i++) {
		long n = fake_number(&p, end);

		if (n < 0 || end - p < n + 2)
			return false;
		if (i == 0)
			snprintf(c->verb, sizeof(c->verb), "%.*s", (int)n, p);
		p += n + 2;
	}
	if (c->args < 0)
		return false;
	*at = p;
	return true;
}

/* What a server that knows nothing would reply. */
static inline void
fake_right_reply(const struct fake_command *c, char out[512])
{
	if (strcmp(c->verb, "HMGET") == 0) {
		out += snprintf(out, 16, "*%ld\r\n", c->args - 2);
		for (long i = 2; i < c->args; i++)
			out += snprintf(out, 8, "$-1\r\n");
	} else {
		bool number = c->verb[0] == 'H' || c->verb[0] == 'E';

		snprintf(out, 8, number ? ":1\r\n" : "+OK\r\n");
	}
}

/* Sends a reply; false: the connection is of no more use. */
static inline bool
fake_send(int fd, const char *reply, int how)
{
	static const char flood[4096] = {[0 ... 4095] = 'x'};
	size_t step = how == DRIBBLE ? 1 : strlen(reply);

	for (size_t i = 0; reply[i] != '\0'; i += step) {
		if (send(fd, reply + i, step, MSG_NOSIGNAL) < 0)
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
	const struct fault *f = atomic_load(&r->fault);
	char right[512];

	fake_right_reply(c, right);
	if (f == NULL || (f->verb != NULL && strcmp(f->verb, c->verb) != 0))
		return fake_send(fd, right, WHOLE);
	return fake_send(fd, f->reply != NULL ? f->reply : right, f->how);
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
	struct fake_command c;
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
