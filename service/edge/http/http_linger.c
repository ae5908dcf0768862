#include "http_linger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../process/container.h"

enum {
	LINGER_MS = 3000,
	LINGER_BYTES = 16 << 20,
	PIECE_BYTES = 64 << 10,
	PIECES_PER_TURN = 16, /* so that one client cannot hold the loop */
};

static void
end(struct http_linger *one)
{
	if (one->source.fd < 0)
		return;
	deadline_stop(&one->deadline);
	loop_forget(one->all->loop, &one->source);
	close(one->source.fd);
	one->source.fd = -1;
}

/* Reads and forgets; the client's end, or ours, ends it. */
static void
ready(struct loop_source *s, uint32_t events)
{
	struct http_linger *one = container_of(s, struct http_linger, source);
	char piece[PIECE_BYTES];
	ssize_t n = 1;

	(void)events;
	for (int i = 0; i < PIECES_PER_TURN && n > 0; i++) {
		n = recv(s->fd, piece, sizeof(piece), MSG_DONTWAIT);
		one->received += n > 0 ? (size_t)n : 0;
	}
	if (n == 0 || one->received > LINGER_BYTES ||
	    (n < 0 && errno != EAGAIN && errno != EINTR))
		end(one);
}

void
http_lingers_init(struct http_lingers *l, struct loop *loop)
{
	l->loop = loop;
	deadlines_init(&l->deadlines, LINGER_MS);
	for (int i = 0; i < HTTP_LINGERS_MAX; i++)
		l->slots[i] = (struct http_linger){
		    .all = l,
		    .source = {.fd = -1, .ready = ready},
		};
}

static struct http_linger *
free_slot(struct http_lingers *l)
{
	for (int i = 0; i < HTTP_LINGERS_MAX; i++)
		if (l->slots[i].source.fd < 0)
			return &l->slots[i];
	return NULL;
}

void
http_linger(struct http_lingers *l, int fd)
{
	struct http_linger *one = free_slot(l);

	if (one == NULL)
		return;
	one->source.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (one->source.fd < 0)
		return;
	shutdown(one->source.fd, SHUT_WR);
	one->received = 0;
	deadline_start(&l->deadlines, &one->deadline, clock_monotonic_ms());
	if (loop_watch(l->loop, &one->source, EPOLLIN) != 0)
		end(one);
}

int
http_lingers_turn(struct http_lingers *l, int64_t now_ms)
{
	struct deadline *d;

	while ((d = deadlines_expired(&l->deadlines, now_ms)) != NULL)
		end(container_of(d, struct http_linger, deadline));
	return deadlines_wait(&l->deadlines, now_ms);
}

void
http_lingers_close(struct http_lingers *l)
{
	for (int i = 0; i < HTTP_LINGERS_MAX; i++)
		end(&l->slots[i]);
}
