/*
 * Loaded into the daemon by tests/torture/test_ssrf.py: every connection that
 * it would make is written down instead, and refused. Names that end in
 * ".rebind" have another address each time they are asked for, and those in
 * ".both" have two.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const faces[] = {"9.9.9.9", "127.0.0.1"};

static void
write_down(const char *what)
{
	int fd = open(getenv("CONNECTS"), O_WRONLY | O_APPEND | O_CREAT, 0600);

	if (fd >= 0 && write(fd, what, strlen(what)) < 0)
		abort();
	close(fd);
}

/* There is IPv6, as far as the daemon knows: nothing is connected anyway. */
int
socket(int family, int type, int protocol)
{
	static int (*real)(int, int, int);
	int fd;

	if (real == NULL)
		real = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
	fd = real(family, type, protocol);
	if (fd < 0 && errno == EAFNOSUPPORT && family == AF_INET6)
		return real(AF_INET, type, protocol);
	return fd;
}

int
connect(int fd, const struct sockaddr *to, socklen_t n)
{
	static int (*real)(int, const struct sockaddr *, socklen_t);
	char text[INET6_ADDRSTRLEN] = "", line[INET6_ADDRSTRLEN + 2];
	const void *at =
	    to->sa_family == AF_INET
		? (const void *)&((const struct sockaddr_in *)to)->sin_addr
		: &((const struct sockaddr_in6 *)to)->sin6_addr;

	if (to->sa_family != AF_INET && to->sa_family != AF_INET6) {
		if (real == NULL)
			real = (int (*)(int, const struct sockaddr *,
			    socklen_t))dlsym(RTLD_NEXT, "connect");
		return real(fd, to, n);
	}
	inet_ntop(to->sa_family, at, text, sizeof text);
	snprintf(line, sizeof line, "%s\n", text);
	write_down(line);
	errno = ECONNREFUSED;
	return -1;
}

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	static int (*real)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);
	static atomic_uint asked;
	const char *end = name == NULL ? NULL : strrchr(name, '.');
	bool both = end != NULL && strcmp(end, ".both") == 0;

	if (real == NULL)
		real = (int (*)(const char *, const char *,
		    const struct addrinfo *,
		    struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");
	if (end == NULL || (!both && strcmp(end, ".rebind") != 0))
		return real(name, service, hints, out);
	if (!both)
		return real(faces[asked++ % 2], service, hints, out);
	if (real(faces[0], service, hints, out) != 0)
		return EAI_FAIL;
	for (struct addrinfo *a = *out;; a = a->ai_next)
		if (a->ai_next == NULL)
			return real(faces[1], service, hints, &a->ai_next);
}
