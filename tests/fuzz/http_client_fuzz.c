/*
 * Any bytes as what a server answers over HTTP, from a thread at the other
 * end of a Unix socket: the order ends with a status or with why there is
 * none, and its answer stays in its room. The first byte says how large that
 * is.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../service/edge/http/http_client.h"
#include "input.h"

enum { CONNECT_MS = 500, WHOLE_MS = 500, REPLY_MAX = 4096 };

static struct site {
	int listener;
	struct sockaddr_un at;
	pthread_mutex_t lock; /* of the reply: the thread may lag behind */
	char reply[REPLY_MAX];
	size_t n;
} site = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
set_reply(struct span reply)
{
	reply = take(&reply, REPLY_MAX);
	pthread_mutex_lock(&site.lock);
	memcpy(site.reply, reply.p, reply.n);
	site.n = reply.n;
	pthread_mutex_unlock(&site.lock);
}

static struct span
get_reply(char out[REPLY_MAX])
{
	struct span reply;

	pthread_mutex_lock(&site.lock);
	memcpy(out, site.reply, site.n);
	reply = (struct span){out, site.n};
	pthread_mutex_unlock(&site.lock);
	return reply;
}

static void
answer(int fd)
{
	char asked[2048], bytes[REPLY_MAX];
	struct span left = get_reply(bytes);
	ssize_t n = 1;

	(void)!recv(fd, asked, sizeof asked, 0);
	while (left.n > 0 && n > 0) {
		n = send(fd, left.p, left.n, MSG_NOSIGNAL);
		if (n > 0)
			take(&left, (size_t)n);
	}
}

static void *
serve(void *arg)
{
	(void)arg;
	for (;;) {
		int fd = accept(site.listener, NULL, NULL);

		require(fd >= 0);
		answer(fd);
		close(fd);
	}
	return NULL;
}

static void
remove_socket(void)
{
	unlink(site.at.sun_path);
}

static void
start(void)
{
	pthread_t thread;
	struct err e;

	site.at.sun_family = AF_UNIX;
	snprintf(site.at.sun_path, sizeof site.at.sun_path,
	    "/tmp/moderato-fuzz-%d.sock", getpid());
	site.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(site.at.sun_path);
	require(bind(site.listener, (struct sockaddr *)&site.at,
		    sizeof site.at) == 0);
	require(listen(site.listener, 4) == 0);
	require(http_client_init(&e) == 0);
	require(pthread_create(&thread, NULL, serve, NULL) == 0);
	atexit(remove_socket);
}

/* A guard that is never asked, for a Unix socket is no address. */
static bool
allows_none(void *arg, const struct address *to)
{
	(void)arg, (void)to;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const headers[] = {"X-Token: t", NULL};
	static const struct http_client client = {
	    .agent = "fuzz", .connect_ms = CONNECT_MS, .whole_ms = WHOLE_MS};
	struct span in = input_of(data, size);
	size_t room = take_byte(&in);
	struct http_order o = {
	    .method = "POST",
	    .url = "http://site.example/",
	    .socket = site.at.sun_path,
	    .body = span_of("{}"),
	    .answer = malloc(room + 1),
	    .answer_room = room,
	    .headers = room % 2 ? headers : NULL,
	    .allows = room == 7 ? allows_none : NULL,
	};

	if (site.listener == 0)
		start();
	set_reply(in);
	http_client_perform(&client, &o, 1);
	require(o.answer_n <= room && (!o.answer_cut || o.answer_n == room));
	require((o.status == 0) == (o.err.code != ERR_NONE));
	require(room != 7 || o.err.code == ERR_INPUT);
	require(o.retry_s >= 0 && o.took_ms >= 0);
	free(o.answer);
	return 0;
}
