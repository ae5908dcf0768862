#include "state_redis_wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 16 << 10 }; /* that hiredis reads at once */

static const char endless[] = "a reply without end";

static redisContext *
connect_context(const struct redis_uri *u)
{
	bool local = u->path[0] != '\0';
	redisContext *c = local ? redisConnectUnixNonBlock(u->path)
				: redisConnectNonBlock(u->host, (int)u->port);

	if (c == NULL)
		return NULL;
	/* without a copy of the name, it asked for that of this machine */
	if (!local && c->tcp.host == NULL) {
		redisFree(c);
		return NULL;
	}
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
	redisReader *reader;

	*w = (struct redis_wire){.c = connect_context(u), .bounds = bounds};
	if (w->c == NULL)
		return "out of memory";
	reader = w->c->reader;
	w->make = *reader->fn;
	w->make_array = w->make.createArray;
	w->make.createArray = make_array;
	reader->fn = &w->make;
	reader->privdata = w;
	return w->c->err != 0 ? w->c->errstr : NULL;
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
