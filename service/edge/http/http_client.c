#include "http_client.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "http_address.h"
#include "http_curl.h"

enum { WAIT_MS = 1000 /* and again, while any is under way */ };

/* An order on its way. */
struct http_flight {
	struct http_flight *next;
	struct http_order *order;
	CURL *easy;
	struct curl_slist *headers;
	bool tried;   /* there was an address to connect to */
	bool refused; /* by the guard, one at least */
	char why[CURL_ERROR_SIZE];
};

void
http_client_end(void)
{
	http_curl_end();
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http_flight *f = arg;
	struct http_order *o = f->order;
	struct address a;

	(void)purpose;
	f->tried = true;
	if (o->allows != NULL &&
	    (!http_address_ip(&to->addr, &a) || !o->allows(o->arg, &a))) {
		f->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Taking less than there is ends the transfer: enough is known then. */
static size_t
take_answer(char *bytes, size_t size, size_t n, void *arg)
{
	struct http_order *o = ((struct http_flight *)arg)->order;
	size_t room = o->answer_room - o->answer_n;
	size_t take = size * n < room ? size * n : room;

	if (take > 0)
		memcpy(o->answer + o->answer_n, bytes, take);
	o->answer_n += take;
	o->answer_cut = take < size * n;
	return take;
}

/* An option is read as its number says: here the compiler sees to it. */
static CURLcode
set_number(struct http_flight *f, CURLoption option, long value)
{
	return http_curl.easy_setopt(f->easy, option, value);
}

static CURLcode
set_text(struct http_flight *f, CURLoption option, const char *value)
{
	return http_curl.easy_setopt(f->easy, option, value);
}

static CURLcode
set_data(struct http_flight *f, CURLoption option, void *value)
{
	return http_curl.easy_setopt(f->easy, option, value);
}

static int
add_header(struct http_flight *f, const char *line)
{
	struct curl_slist *longer = http_curl.slist_append(f->headers, line);

	if (longer == NULL)
		return -1;
	f->headers = longer;
	return 0;
}

/* What the order says; no waiting for a 100 before the body. 0, or not. */
static int
set_request(struct http_flight *f)
{
	const struct http_order *o = f->order;
	CURL *c = f->easy;

	if (add_header(f, "Expect:") != 0)
		return -1;
	for (size_t i = 0; o->headers != NULL && o->headers[i] != NULL; i++)
		if (add_header(f, o->headers[i]) != 0)
			return -1;
	if (o->body.p != NULL) {
		set_text(f, CURLOPT_POSTFIELDS, o->body.p);
		http_curl.easy_setopt(
		    c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)o->body.n);
	}
	set_data(f, CURLOPT_HTTPHEADER, f->headers);
	return set_text(f, CURLOPT_UNIX_SOCKET_PATH, o->socket) ||
	       set_text(f, CURLOPT_CUSTOMREQUEST, o->method) ||
	       set_text(f, CURLOPT_URL, o->url);
}

/*
 * Where it may go and how long it may take. 0, or not: what is a text needs
 * memory, and without a limit it must not go.
 */
static int
set_limits(struct http_flight *f, const struct http_client *client)
{
	set_number(f, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	set_number(f, CURLOPT_DISALLOW_USERNAME_IN_URL, 1);
	set_number(f, CURLOPT_FOLLOWLOCATION, 0);
	set_number(f, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	set_number(f, CURLOPT_NOSIGNAL, 1);
	/* what is found out for one order holds for no other */
	set_number(f, CURLOPT_FORBID_REUSE, 1);
	set_number(f, CURLOPT_DNS_CACHE_TIMEOUT, 0);
	/* a name server that does not answer holds up nobody */
	set_number(f, CURLOPT_QUICK_EXIT, 1);
	set_number(f, CURLOPT_CONNECTTIMEOUT_MS, client->connect_ms);
	set_number(f, CURLOPT_TIMEOUT_MS, client->whole_ms);
	if (client->ca_file != NULL &&
	    set_text(f, CURLOPT_CAINFO, client->ca_file))
		return -1;
	return set_text(f, CURLOPT_PROTOCOLS_STR, "http,https") ||
	       set_text(f, CURLOPT_PROXY, "") ||
	       set_text(f, CURLOPT_USERAGENT, client->agent);
}

static void
set_callbacks(struct http_flight *f)
{
	CURL *c = f->easy;

	set_data(f, CURLOPT_ERRORBUFFER, f->why);
	http_curl.easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	set_data(f, CURLOPT_OPENSOCKETDATA, f);
	http_curl.easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer);
	set_data(f, CURLOPT_WRITEDATA, f);
}

/* 0, or not. */
static int
take_off(struct http_flight *f, const struct http_calls *s)
{
	/* the first one starts libcurl, whatever threads there are */
	f->easy = http_curl.easy_init();
	if (f->easy == NULL)
		return -1;
	set_callbacks(f);
	return set_limits(f, s->client) != 0 || set_request(f) != 0 ||
	       http_curl.multi_add_handle(s->multi, f->easy) != CURLM_OK;
}

static void
release(struct http_flight *f, CURLM *multi)
{
	if (f->easy != NULL) {
		http_curl.multi_remove_handle(multi, f->easy);
		http_curl.easy_cleanup(f->easy);
	}
	http_curl.slist_free_all(f->headers);
	free(f);
}

static void
note_failure(const struct http_flight *f, CURLcode code)
{
	struct http_order *o = f->order;
	const char *why =
	    f->why[0] != '\0' ? f->why : http_curl.easy_strerror(code);

	if (f->refused)
		err_set(&o->err, ERR_INPUT, "the address is not allowed");
	else if (!f->tried &&
		 (code == CURLE_URL_MALFORMAT || code == CURLE_LOGIN_DENIED ||
		     code == CURLE_UNSUPPORTED_PROTOCOL))
		err_set(&o->err, ERR_INPUT, "the URL is not allowed: %s", why);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		err_set(&o->err, ERR_BUSY, "no answer in time");
	else
		err_set(&o->err, ERR_DOWN, "%s", why);
}

/* What came of it. */
static void
note_end(const struct http_flight *f, CURLcode code)
{
	struct http_order *o = f->order;
	long status = 0;
	curl_off_t retry_s = 0, took_us = 0;

	http_curl.easy_getinfo(f->easy, CURLINFO_TOTAL_TIME_T, &took_us);
	o->took_ms = took_us / 1000;
	if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && o->answer_cut)) {
		note_failure(f, code);
		return;
	}
	http_curl.easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 0) { /* "HTTP/20. 2", to libcurl an answer like others */
		err_set(&o->err, ERR_DOWN, "the answer has no status");
		return;
	}
	http_curl.easy_getinfo(f->easy, CURLINFO_RETRY_AFTER, &retry_s);
	o->status = (unsigned)status;
	o->retry_s = retry_s;
	o->err = (struct err){ERR_NONE, ""};
}

/* The flight whose easy handle that is, taken from those under way. */
static struct http_flight *
land(struct http_calls *s, CURL *easy)
{
	struct http_flight **at = &s->first, *f;

	while ((*at)->easy != easy) {
		at = &(*at)->next;
		assert(*at != NULL);
	}
	f = *at;
	*at = f->next;
	return f;
}

/* An order that has no answer yet, and why it has none if none comes. */
static void
expect_nothing(struct http_order *o, const struct err *why)
{
	o->answer_n = o->status = 0;
	o->retry_s = o->took_ms = 0;
	o->answer_cut = false;
	o->err = *why;
}

void
http_calls_init(struct http_calls *s, const struct http_client *c)
{
	*s = (struct http_calls){.client = c};
}

int
http_calls_add(struct http_calls *s, struct http_order *o)
{
	struct http_flight *f = calloc(1, sizeof *f);
	struct err why;
	bool loaded = http_curl_load(&why) == 0;

	if (loaded)
		err_set(&why, ERR_BUSY, "stopped before an answer");
	expect_nothing(o, &why);
	if (loaded && s->multi == NULL)
		s->multi = http_curl.multi_init();
	if (f == NULL || s->multi == NULL) {
		free(f);
		return -1;
	}
	f->order = o;
	if (take_off(f, s) != 0) {
		release(f, s->multi);
		return -1;
	}
	f->next = s->first;
	s->first = f;
	return 0;
}

int
http_calls_wait(struct http_calls *s, int ms)
{
	int running;

	if (s->first == NULL)
		return 0;
	return http_curl.multi_poll(s->multi, NULL, 0, ms, NULL) == CURLM_OK &&
		       http_curl.multi_perform(s->multi, &running) == CURLM_OK
		   ? 0
		   : -1;
}

struct http_order *
http_calls_over(struct http_calls *s)
{
	const struct CURLMsg *m;
	struct http_flight *f;
	struct http_order *o;
	int left;

	if (s->first == NULL)
		return NULL;
	m = http_curl.multi_info_read(s->multi, &left);
	if (m == NULL || m->msg != CURLMSG_DONE)
		return NULL;
	f = land(s, m->easy_handle);
	o = f->order;
	note_end(f, m->data.result);
	release(f, s->multi);
	return o;
}

void
http_calls_release(struct http_calls *s)
{
	struct http_flight *f;

	while ((f = s->first) != NULL) {
		s->first = f->next;
		release(f, s->multi);
	}
	if (s->multi != NULL)
		http_curl.multi_cleanup(s->multi);
	s->multi = NULL;
}

void
http_client_perform(
    const struct http_client *c, struct http_order *orders, size_t n)
{
	struct http_calls s;

	http_calls_init(&s, c);
	for (size_t i = 0; i < n; i++)
		http_calls_add(&s, &orders[i]);
	while (s.first != NULL && http_calls_wait(&s, WAIT_MS) == 0)
		while (http_calls_over(&s) != NULL)
			continue;
	http_calls_release(&s);
}
