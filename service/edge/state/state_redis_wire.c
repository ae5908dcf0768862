#include "state_redis_wire.h"

#include <errno.h>
#include <hiredis.h>
#include <stdbool.h>
#include <unistd.h>

redisContext *
redis_connect(const struct redis_uri *u)
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

/* redisBufferWrite takes a new buffer each time, and does not look either. */
int
redis_write(redisContext *c)
{
	ssize_t n = 0;

	if (sdslen(c->obuf) > 0)
		n = write(c->fd, c->obuf, sdslen(c->obuf));
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n > 0)
		sdsrange(c->obuf, (int)n, -1);
	return sdslen(c->obuf) == 0;
}
