/*
 * Any bytes as what a server answers over HTTP: the order ends with a status
 * or with why there is none, and its answer stays in its room. The first byte
 * says how large that is. The server is the other end of a Unix socket, and
 * has its turn whenever the client would wait for libcurl, so that what
 * happens is the same each time.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../service/edge/http/http_client.h"
#include "../../service/edge/http/http_curl.h"
#include "input.h"

enum { CONNECT_MS = 500, WHOLE_MS = 500, REPLY_MAX = 4096 };

static struct site {
	int listener;
	struct sockaddr_un at;
	int asker; /* -1: nobody */
	struct span reply;
} site = {.asker = -1};

static void
hang_up(void)
{
	if (site.asker >= 0)
		close(site.asker);
	site.asker = -1;
}

/* Once it was asked, which a connection need not be when it is made. */
static void
answer(void)
{
	char asked[2048];

	if (recv(site.asker, asked, sizeof asked, MSG_DONTWAIT) < 0)
		return;
	(void)!send(site.asker, site.reply.p, site.reply.n, MSG_NOSIGNAL);
	hang_up();
}

static CURLMcode
turn(CURLM *multi, struct curl_waitfd *more, unsigned n, int ms, int *ready)
{
	(void)multi, (void)more, (void)n, (void)ms, (void)ready;
	if (site.asker < 0)
		site.asker = accept(site.listener, NULL, NULL);
	if (site.asker >= 0)
		answer();
	return CURLM_OK;
}

static void
remove_socket(void)
{
	unlink(site.at.sun_path);
}

static void
start(void)
{
	struct err e;

	require(http_curl_load(&e) == 0);
	http_curl.multi_poll = turn;
	site.at.sun_family = AF_UNIX;
	snprintf(site.at.sun_path, sizeof site.at.sun_path,
	    "/tmp/moderato-fuzz-%d.sock", getpid());
	site.listener =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(site.at.sun_path);
	require(bind(site.listener, (struct sockaddr *)&site.at,
		    sizeof site.at) == 0);
	require(listen(site.listener, 4) == 0);
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
	site.reply = take(&in, REPLY_MAX);
	http_client_perform(&client, &o, 1);
	hang_up();
	require(o.answer_n <= room && (!o.answer_cut || o.answer_n == room));
	require((o.status == 0) == (o.err.code != ERR_NONE));
	require(room != 7 || o.err.code == ERR_INPUT);
	require(o.retry_s >= 0 && o.took_ms >= 0);
	free(o.answer);
	return 0;
}
