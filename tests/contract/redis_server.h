/*
 * A Redis server of a test's own, in a folder of its own: on a free port of
 * 127.0.0.1 and on a Unix socket. $REDIS_SERVER names the program.
 */
#ifndef TESTS_REDIS_SERVER_H
#define TESTS_REDIS_SERVER_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct redis_server {
	pid_t pid; /* 0: not running */
	unsigned port;
	char folder[64];
	char tcp_uri[64], unix_uri[96];
};

static inline int
redis_listen(unsigned *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)*port)};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
		perror("listen");
		abort();
	}
	*port = ntohs(a.sin_port);
	return fd;
}

/*
 * A port that stays free while nobody listens there: others are given out by
 * the kernel from 32768 on, to connections of other tests, too.
 */
static inline unsigned
redis_port(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned port = 10000 + (unsigned)getpid() % 20000;
	int fd, taken;

	do {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		a.sin_port = htons((uint16_t)++port);
		taken = bind(fd, (struct sockaddr *)&a, sizeof(a));
		close(fd);
	} while (taken != 0);
	return port;
}

/* Finds a port and a folder; starts nothing. */
static inline struct redis_server
redis_server_place(void)
{
	struct redis_server r = {.folder = "/tmp/moderato-redis-XXXXXX"};

	if (mkdtemp(r.folder) == NULL)
		abort();
	r.port = redis_port();
	snprintf(
	    r.tcp_uri, sizeof(r.tcp_uri), "redis://127.0.0.1:%u/0", r.port);
	snprintf(r.unix_uri, sizeof(r.unix_uri), "redis+unix:%s/socket?db=0",
	    r.folder);
	return r;
}

static inline bool
redis_server_answers(const struct redis_server *r)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)r->port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool yes = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	close(fd);
	return yes;
}

/* Starts it and waits until it listens; false: there is no Redis here. */
static inline bool
redis_server_start(struct redis_server *r, const char *password)
{
	const char *program = getenv("REDIS_SERVER");
	char port[8], log[96];
	int status;

	if (program == NULL)
		program = "redis-server";
	snprintf(port, sizeof(port), "%u", r->port);
	snprintf(log, sizeof(log), "%s/log", r->folder);
	r->pid = fork();
	if (r->pid == 0) {
		execlp(program, "redis-server", "--port", port, "--bind",
		    "127.0.0.1", "--dir", r->folder, "--unixsocket", "socket",
		    "--save", "", "--appendonly", "no", "--logfile", log,
		    password[0] != '\0' ? "--requirepass" : NULL, password,
		    NULL);
		_exit(127);
	}
	for (int i = 0; i < 6000; i++) {
		if (waitpid(r->pid, &status, WNOHANG) != 0)
			break;
		if (redis_server_answers(r))
			return true;
		usleep(10000);
	}
	r->pid = 0;
	return false;
}

static inline void
redis_server_stop(struct redis_server *r)
{
	if (r->pid == 0)
		return;
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	r->pid = 0;
}

/* Stops it and removes its folder. */
static inline void
redis_server_remove(struct redis_server *r)
{
	static const char *const files[] = {"socket", "log"};
	char path[96];

	redis_server_stop(r);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", r->folder, files[i]);
		unlink(path);
	}
	rmdir(r->folder);
}

#endif
