#include "daemon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../service/edge/http/http_client.h"
#include "../service/edge/http/http_local.h"
#include "memory.h"

enum { ANSWER_BYTES = 8 << 20, CONNECT_MS = 5000, WHOLE_MS = 120 * 1000 };

struct daemon {
	char *base; /* of URLs, without a slash at its end */
	char way[HTTP_LOCAL_BYTES];
	char authorisation[DAEMON_KEY_BYTES + sizeof("Authorization: Bearer ")];
	bool local;
	char *answer;
	size_t n;
};

static int
open_local(struct daemon *d, const char *var, struct err *e)
{
	size_t n = strlen(var) + sizeof("/moderatod.sock");
	char *path = memory_new(n, 1);
	snprintf(path, n, "%s/moderatod.sock", var);
	int failed = 0;
	if (!http_local_answers(path))
		failed = err_set(e, ERR_DOWN,
		    errno == EACCES
			? "%.300s: permission denied: ask as the user whom the "
			  "service runs as"
			: "%.300s: no service answers; is it running, is --var "
			  "its folder?",
		    path);
	else if (http_local_reach(path, d->way) != 0)
		failed = err_set(e, ERR_DOWN, "no way to %.300s", path);
	d->local = true;
	d->base = strdup("http://localhost");
	free(path);
	return failed;
}

static int
read_key(struct daemon *d, const char *path, struct err *e)
{
	char key[DAEMON_KEY_BYTES] = "";
	FILE *f = fopen(path, "r");
	bool read = f != NULL && fgets(key, sizeof(key), f) != NULL;
	if (f != NULL)
		fclose(f);
	key[strcspn(key, "\r\n")] = '\0';
	if (!read || key[0] == '\0')
		return err_set(e, ERR_MISSING, "%s: there is no key", path);
	snprintf(d->authorisation, sizeof(d->authorisation),
	    "Authorization: Bearer %s", key);
	return 0;
}

int
daemon_place_check(const struct daemon_place *p, struct err *e)
{
	if ((p->url == NULL) == (p->key_file == NULL))
		return 0;
	return err_set(e, ERR_INPUT, "--url and --key-file go together");
}

struct daemon *
daemon_open(const struct daemon_place *p, struct err *e)
{
	struct daemon *d = memory_new(1, sizeof(*d));
	int failed;
	d->answer = memory_new(ANSWER_BYTES, 1);
	if (p->url == NULL)
		failed = open_local(d, p->var != NULL ? p->var : "var", e);
	else
		failed = read_key(d, p->key_file, e);
	const char *base = p->url != NULL ? p->url : "";
	if (d->base == NULL) {
		d->base = memory_new(strlen(base) + 1, 1);
		memcpy(d->base, base, strlen(base));
	}
	size_t n = strlen(d->base);
	if (n > 0 && d->base[n - 1] == '/')
		d->base[n - 1] = '\0';
	if (!failed)
		return d;
	daemon_close(d);
	return NULL;
}

void
daemon_close(struct daemon *d)
{
	if (d == NULL)
		return;
	http_client_end();
	free(d->base);
	free(d->answer);
	free(d);
}

bool
daemon_is_local(const struct daemon *d)
{
	return d->local;
}

/* What a problem document says. */
static int
fail(const struct daemon *d, unsigned status, struct err *e)
{
	json_t *problem = json_loadb(d->answer, d->n, 0, NULL);
	const char *detail =
	    json_string_value(json_object_get(problem, "detail"));
	err_set(e, status == 409 ? ERR_TAKEN : ERR_DOWN,
	    "the service answers %u: %.400s", status,
	    detail != NULL ? detail : "");
	json_decref(problem);
	return -1;
}

static int
perform(
    struct daemon *d, struct http_order *order, const char *path, struct err *e)
{
	static const struct http_client client = {
	    .agent = "moderato-train",
	    .connect_ms = CONNECT_MS,
	    .whole_ms = WHOLE_MS,
	};
	const char *headers[] = {
	    "Content-Type: application/json", d->authorisation, NULL};
	size_t n = strlen(d->base) + strlen(path) + 1;
	char *url = memory_new(n, 1);
	snprintf(url, n, "%s%s", d->base, path);
	if (d->local)
		headers[1] = NULL;
	order->url = url;
	order->socket = d->local ? d->way : NULL;
	order->headers = headers;
	order->answer = d->answer;
	order->answer_room = ANSWER_BYTES;
	http_client_perform(&client, order, 1);
	free(url);
	d->n = order->answer_n;
	if (order->status == 0)
		return *e = order->err, -1;
	if (order->answer_cut)
		return err_set(e, ERR_TOO_LARGE, "the answer is too large");
	return order->status < 300 ? 0 : fail(d, order->status, e);
}

json_t *
daemon_ask(struct daemon *d, const char *method, const char *path, json_t *body,
    struct err *e)
{
	struct http_order order = {.method = method};
	bool asks = strcmp(method, "GET") == 0;
	if (body == NULL && !asks)
		body = json_object();
	char *text = asks ? NULL : json_dumps(body, JSON_COMPACT);
	if (text != NULL)
		order.body = span_of(text);
	int failed = perform(d, &order, path, e);
	json_t *answer = NULL;
	if (!failed) {
		answer = json_loadb(d->answer, d->n, 0, NULL);
		if (answer == NULL)
			err_set(e, ERR_DOWN, "the answer is not JSON");
	}
	free(text);
	json_decref(body);
	return answer;
}

struct span
daemon_get(struct daemon *d, const char *path, struct err *e)
{
	struct http_order order = {.method = "GET"};
	if (perform(d, &order, path, e) != 0)
		return (struct span){NULL, 0};
	return (struct span){d->answer, d->n};
}

char *
daemon_escape(struct span text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	char *out = memory_new(3 * text.n + 1, 1), *at = out;
	for (size_t i = 0; i < text.n; i++)
		if (strchr(plain, text.p[i]) != NULL && text.p[i] != '\0')
			*at++ = text.p[i];
		else
			at += snprintf(at, 4, "%%%02X", (uint8_t)text.p[i]);
	*at = '\0';
	return out;
}
