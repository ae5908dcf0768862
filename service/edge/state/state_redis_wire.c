#include "state_redis_wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_BYTES = 16 << 10 }; /* that hiredis reads at once */

static const char endless[] = "a reply without end";

/* Begins to connect a socket, which is returned; or -1 and errno. */
static int
connect_to(const struct sockaddr *to, socklen_t bytes)
{
	int kind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	int fd = socket(to->sa_family, kind, 0), why;

	if (fd < 0)
		return -1;
	if (to->sa_family != AF_UNIX)
		setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	if (connect(fd, to, bytes) == 0 || errno == EINPROGRESS)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

/* The same by an address or a path. */
static int
connect_server(const struct redis_uri *u)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *at;
	char port[sizeof("65535")];
	int fd;

	if (u->path[0] != '\0') {
		memcpy(local.sun_path, u->path, sizeof(u->path));
		return connect_to((struct sockaddr *)&local, sizeof(local));
	}
	hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	snprintf(port, sizeof(port), "%hu", (unsigned short)u->port);
	/* an address is no question to anybody: all it may lack is memory */
	if (getaddrinfo(u->host, port, &hints, &at) != 0) {
		errno = ENOMEM;
		return -1;
	}
	fd = connect_to(at->ai_addr, at->ai_addrlen);
	freeaddrinfo(at);
	return fd;
}

/*
 * hiredis's own ways to connect end the process where there is no memory for a
 * copy of the address (hi_strdup of 0.14). Takes the socket over; NULL: no
 * memory.
 */
static redisContext *
context_of(int fd)
{
	redisContext *c = redisConnectFd(fd);

	if (c == NULL) {
		close(fd);
		return NULL;
	}
	c->flags &= ~REDIS_BLOCK;
	/* it would take a smaller buffer for a large one, and not look */
	c->reader->maxbuf = 0;
	return c;
}

/*
 * hiredis would make room for any number of elements that is announced, and
 * walk through all of it again to let it go.
 */
static void *
make_array(const redisReadTask *task, int n)
{
	struct redis_wire *w = task->privdata;

	w->endless = n > w->bounds.elements;
	return w->endless ? NULL : w->make_array(task, n);
}

const char *
redis_wire_open(
    struct redis_wire *w, const struct redis_uri *u, struct redis_bounds bounds)
{
	int fd = connect_server(u);
	redisReader *reader;

	*w = (struct redis_wire){.bounds = bounds};
	if (fd < 0) {
		snprintf(w->why, sizeof(w->why), "%s", strerror(errno));
		return w->why;
	}
	w->c = context_of(fd);
	if (w->c == NULL)
		return "out of memory";
	reader = w->c->reader;
	w->make = *reader->fn;
	w->make_array = w->make.createArray;
	w->make.createArray = make_array;
	reader->fn = &w->make;
	reader->privdata = w;
	return NULL;
}

void
redis_wire_close(struct redis_wire *w)
{
	redisFree(w->c);
	w->c = NULL;
}

/* redisBufferWrite takes a new buffer each time, and does not look either. */
int
redis_wire_write(struct redis_wire *w)
{
	redisContext *c = w->c;
	ssize_t n = 0;

	if (sdslen(c->obuf) > 0)
		n = write(c->fd, c->obuf, sdslen(c->obuf));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0) {
		snprintf(w->why, sizeof(w->why), "%s", strerror(errno));
		return -1;
	}
	if (n > 0)
		sdsrange(c->obuf, (int)n, -1);
	return sdslen(c->obuf) == 0;
}

/* Has all replies taken that are whole; NULL, or what is wrong. */
static const char *
take_replies(
    struct redis_wire *w, int (*take)(void *, const redisReply *), void *arg)
{
	void *reply;
	redisReply *r;

	for (;;) {
		if (redisGetReplyFromReader(w->c, &reply) != REDIS_OK)
			return w->endless ? endless : w->c->errstr;
		r = reply;
		if (r == NULL)
			return NULL;
		if (take(arg, r) != 0)
			break;
		freeReplyObject(r);
		w->unread = w->c->reader->len - w->c->reader->pos;
	}
	snprintf(w->why, sizeof(w->why), "%s",
	    r->type == REDIS_REPLY_ERROR ? r->str : "an odd reply");
	freeReplyObject(r);
	return w->why;
}

const char *
redis_wire_read(
    struct redis_wire *w, int (*take)(void *, const redisReply *), void *arg)
{
	const redisReader *reader = w->c->reader;
	const char *why = NULL;
	size_t before, got;

	do {
		before = reader->len;
		if (redisBufferRead(w->c) != REDIS_OK)
			return w->c->errstr;
		got = reader->len - before;
		w->unread += got;
		why = take_replies(w, take, arg);
		if (why == NULL && w->unread > w->bounds.unread)
			why = endless;
	} while (why == NULL && got == READ_BYTES);
	return why;
}
