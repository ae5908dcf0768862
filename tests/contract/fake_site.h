/*
 * A web server in a thread, one connection after the other: it answers with
 * the bytes it was given, keeps what it was asked, and counts who called.
 */
#ifndef TESTS_FAKE_SITE_H
#define TESTS_FAKE_SITE_H

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct fake_site {
	const char *reply;  /* NULL: never one */
	bool endless;       /* goes on sending after it */
	const char *socket; /* a path to listen at; NULL: a port */
	int listener;
	unsigned port;
	pthread_t thread;
	atomic_bool stop;
	atomic_uint calls;
	char asked[4096]; /* the last request, head and body */
};

static inline bool
fake_site_readable(const struct fake_site *s, int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	while (!atomic_load(&s->stop))
		if (poll(&p, 1, 10) > 0)
			return true;
	return false;
}

/* Whether `text` holds a head and as much body as that says. */
static inline bool
fake_site_whole(const char *text)
{
	const char *body = strstr(text, "\r\n\r\n");
	const char *length = strstr(text, "Content-Length: ");

	return body != NULL &&
	       (length == NULL ||
		   strlen(body + 4) >= strtoul(length + 16, NULL, 10));
}

static inline void
fake_site_read(struct fake_site *s, int fd)
{
	size_t n = 0;
	ssize_t got = 1;

	s->asked[0] = '\0';
	while (got > 0 && !fake_site_whole(s->asked) &&
	       fake_site_readable(s, fd)) {
		got = recv(fd, s->asked + n, sizeof s->asked - 1 - n, 0);
		n += got > 0 ? (size_t)got : 0;
		s->asked[n] = '\0';
	}
}

static inline void
fake_site_answer(struct fake_site *s, int fd)
{
	static const char more[4096] = {0};
	ssize_t sent = 1;

	if (s->reply == NULL) {
		fake_site_readable(s, fd); /* until the other side gives up */
		return;
	}
	sent = send(fd, s->reply, strlen(s->reply), MSG_NOSIGNAL);
	while (s->endless && sent > 0 && !atomic_load(&s->stop))
		sent = send(fd, more, sizeof more, MSG_NOSIGNAL);
}

static inline void *
fake_site_run(void *arg)
{
	struct fake_site *s = arg;
	int fd;

	while (fake_site_readable(s, s->listener)) {
		fd = accept(s->listener, NULL, NULL);
		atomic_fetch_add(&s->calls, 1);
		fake_site_read(s, fd);
		fake_site_answer(s, fd);
		close(fd);
	}
	return NULL;
}

static inline void
fake_site_bind_path(struct fake_site *s)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	snprintf(at.sun_path, sizeof at.sun_path, "%s", s->socket);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
}

static inline void
fake_site_bind_port(struct fake_site *s)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(
	    getsockname(s->listener, (struct sockaddr *)&at, &size), 0);
	s->port = ntohs(at.sin_port);
}

/* Starts what `s` describes. */
static inline void
fake_site_start(struct fake_site *s)
{
	if (s->socket != NULL)
		fake_site_bind_path(s);
	else
		fake_site_bind_port(s);
	assert_int_equal(listen(s->listener, 16), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, fake_site_run, s), 0);
}

static inline void
fake_site_stop(struct fake_site *s)
{
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
	close(s->listener);
	if (s->socket != NULL)
		unlink(s->socket);
}

#endif
