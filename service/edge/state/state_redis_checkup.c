#include <hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../process/loop.h"
#include "state_backend.h"
#include "state_redis_command.h"

enum { PATIENCE_S = 1, ROUNDS = 5 };

static const struct timeval patience = {.tv_sec = PATIENCE_S};

static redisContext *
connect_server(const struct redis_uri *u)
{
	return u->path[0] != '\0'
		   ? redisConnectUnixWithTimeout(u->path, patience)
		   : redisConnectWithTimeout(u->host, (int)u->port, patience);
}

/* The next reply, the caller's; NULL and `e`: there is none. */
static redisReply *
next_reply(redisContext *c, struct err *e)
{
	void *reply = NULL;

	if (redisGetReply(c, &reply) == REDIS_OK)
		return reply;
	err_set(e, ERR_DOWN, "Redis: %s",
	    c->err == REDIS_ERR_IO ? "no answer in time" : c->errstr);
	return NULL;
}

/* Name, password and number of the database. 0 or -1. */
static int
greet(redisContext *c, const struct redis_uri *u, struct err *e)
{
	int n = redis_append_hello(c, u), failed = 0;

	if (n < 0)
		return err_set(e, ERR_DOWN, "no memory to ask Redis");
	while (!failed && n-- > 0) {
		redisReply *r = next_reply(c, e);

		failed = r == NULL;
		if (!failed && !redis_reply_is_good(r))
			failed = err_set(e, ERR_DOWN, "Redis refuses us: %s",
			    r->type == REDIS_REPLY_ERROR ? r->str
							 : "an odd reply");
		freeReplyObject(r);
	}
	return failed ? -1 : 0;
}

/* The value of "name:value" in a text of such lines; "": it is not there. */
static void
find_line(char *out, size_t size, const char *text, const char *name)
{
	size_t n = strlen(name);

	*out = '\0';
	for (; *text != '\0'; text += strcspn(text, "\n")) {
		text += *text == '\n';
		if (strncmp(text, name, n) != 0 || text[n] != ':')
			continue;
		snprintf(out, size, "%.*s", (int)strcspn(text + n + 1, "\r\n"),
		    text + n + 1);
		return;
	}
}

/* What it says of itself; a user of few rights is told nothing. 0 or -1. */
static int
ask_info(
    redisContext *c, const char *part, struct state_checkup *out, struct err *e)
{
	char most[24];
	redisReply *r;

	if (redisAppendCommand(c, "INFO %s", part) != REDIS_OK)
		return err_set(e, ERR_DOWN, "no memory to ask Redis");
	r = next_reply(c, e);
	if (r == NULL)
		return -1;
	if (r->type == REDIS_REPLY_STRING && out->version[0] == '\0')
		find_line(out->version, sizeof(out->version), r->str,
		    "redis_version");
	if (r->type == REDIS_REPLY_STRING && out->policy[0] == '\0') {
		find_line(out->policy, sizeof(out->policy), r->str,
		    "maxmemory_policy");
		find_line(most, sizeof(most), r->str, "maxmemory");
		out->most_bytes = strtoll(most, NULL, 10);
	}
	freeReplyObject(r);
	return 0;
}

/* A refusal has made the way there and back, too. */
static int
measure(redisContext *c, struct state_checkup *out, struct err *e)
{
	for (int i = 0; i < ROUNDS; i++) {
		int64_t began_us = clock_monotonic_us(), took_us;
		redisReply *r;

		if (redisAppendCommand(c, "PING") != REDIS_OK)
			return err_set(e, ERR_DOWN, "no memory to ask Redis");
		r = next_reply(c, e);
		if (r == NULL)
			return -1;
		freeReplyObject(r);
		took_us = clock_monotonic_us() - began_us;
		if (i == 0 || took_us < out->round_us)
			out->round_us = took_us;
	}
	return 0;
}

static int
ask(redisContext *c, const struct redis_uri *u, struct state_checkup *out,
    struct err *e)
{
	if (c == NULL)
		return err_set(e, ERR_DOWN, "no memory to ask Redis");
	if (c->err != 0)
		return err_set(e, ERR_DOWN, "Redis: %s", c->errstr);
	redisSetTimeout(c, patience);
	return greet(c, u, e) != 0 || measure(c, out, e) != 0 ||
		       ask_info(c, "server", out, e) != 0 ||
		       ask_info(c, "memory", out, e) != 0
		   ? -1
		   : 0;
}

int
state_redis_check_up(
    const struct redis_uri *server, struct state_checkup *out, struct err *e)
{
	redisContext *c = connect_server(server);
	int result = ask(c, server, out, e);

	out->remote = true;
	redisFree(c);
	return result;
}
