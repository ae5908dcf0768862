#include "http_stream.h"

#include "http_private.h"

ssize_t
http_stream_read(void *cls, uint64_t at, char *out, size_t room)
{
	struct http_connection *c = cls;
	ssize_t n = -1;

	(void)at;
	/* one that was cut has no clock any more */
	if (!c->http->draining && deadline_runs(&c->request_clock))
		n = c->stream->read(c->stream, out, room);
	if (n < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		c->pause = HTTP_SUSPENDED;
		MHD_suspend_connection(c->mhd);
	}
	return n;
}

void
http_stream_answer(struct http_request *r, const struct http_response *head,
    struct http_stream *s)
{
	struct http_connection *c = (struct http_connection *)r;

	s->connection = c;
	c->stream = s;
	http_answer(r, head);
}

bool
http_stream_left(const struct http_stream *s)
{
	return http_gone(&s->connection->request);
}

void
http_stream_wake(struct http_stream *s)
{
	struct http_connection *c = s->connection;

	if (c->stage != HTTP_STREAMING || c->pause != HTTP_SUSPENDED)
		return;
	c->pause = HTTP_RUNNING;
	MHD_resume_connection(c->mhd);
}

void
http_stream_close(struct http_connection *c)
{
	struct http_stream *s = c->stream;

	c->stream = NULL;
	c->pause = HTTP_RUNNING;
	if (s != NULL)
		s->closed(s);
}
