#include "command_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../edge/config/config.h"
#include "../edge/http/http_address.h"
#include "command.h"

enum { ANSWER_BYTES = 64, TIMEOUT_S = 3 };

static const char request[] = "GET /readyz HTTP/1.1\r\n"
			      "Host: localhost\r\n"
			      "Connection: close\r\n\r\n";

static int
ask(int fd, const struct http_address *a)
{
	static const char ready[] = "HTTP/1.1 200";
	struct timeval patience = {.tv_sec = TIMEOUT_S};
	char answer[ANSWER_BYTES];
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&a->socket,
		sizeof(a->socket)) != 0 ||
	    send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
		return -1;
	n = recv(fd, answer, sizeof(answer), MSG_WAITALL);
	return n >= (ssize_t)sizeof(ready) - 1 &&
		       memcmp(answer, ready, sizeof(ready) - 1) == 0
		   ? 0
		   : -1;
}

int
command_health(int argc, char **argv)
{
	struct config config;
	struct err e = {0};
	struct config_source *s = config_read(&config, argc, argv, &e);
	struct http_address address;
	int fd, failed = -1;

	if (s == NULL || http_address_read(config.listen, &address, &e) != 0) {
		fprintf(stderr, "moderatod health: %s\n", e.text);
		config_free(s);
		return EXIT_USAGE;
	}
	fd = socket(address.socket.ss_family, SOCK_STREAM, 0);
	if (fd >= 0) {
		failed = ask(fd, &address);
		close(fd);
	}
	config_free(s);
	puts(failed ? "not ready" : "ready");
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
