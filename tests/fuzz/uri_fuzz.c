/*
 * Any text as the URI of a Redis server: what is read, written again with all
 * of it percent-encoded, is read as the same; and no error repeats what may
 * be a password.
 */
#include <stdio.h>

#include "../../service/edge/format/uri.h"
#include "input.h"

enum { WRITTEN = 4096 };

/* `s` in escapes, at `out`: where that ends. */
static char *
encode(char *out, const char *s)
{
	for (; *s != '\0'; s++)
		out += snprintf(out, 4, "%%%02X", (unsigned char)*s);
	return out;
}

static void
write_uri(const struct redis_uri *u, char out[WRITTEN])
{
	char *at = stpcpy(out, u->path[0] ? "redis+unix:/" : "redis://");

	if (u->path[0] != '\0') {
		at = encode(at, u->path + 1);
		at += snprintf(at, 24, "?db=%u", u->db);
		if (u->counters_log2 > 0)
			snprintf(at, 24, "&counters=%u", u->counters_log2);
		return;
	}
	if (u->password[0] != '\0') {
		at = encode(at, u->user);
		*at++ = ':';
		at = encode(at, u->password);
		*at++ = '@';
	}
	at = encode(at, u->host);
	at += snprintf(at, 32, ":%u/%u", u->port, u->db);
	if (u->counters_log2 > 0)
		snprintf(at, 24, "?counters=%u", u->counters_log2);
}

static void
check(const struct redis_uri *u)
{
	char text[WRITTEN];
	struct redis_uri again;
	struct err e;

	require((u->path[0] != '\0') != (u->host[0] != '\0'));
	require(u->port >= 1 && u->port <= 65535 && u->db <= 65535);
	require(u->user[0] == '\0' || u->password[0] != '\0');
	write_uri(u, text);
	require(uri_read_redis(&again, text, &e) == 0);
	require(strcmp(u->user, again.user) == 0);
	require(strcmp(u->password, again.password) == 0);
	require(strcmp(u->host, again.host) == 0);
	require(strcmp(u->path, again.path) == 0);
	require(u->port == again.port && u->db == again.db);
	require(u->counters_log2 == again.counters_log2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(input_of(data, size));
	struct redis_uri u;
	struct err e;

	if (uri_read_redis(&u, text, &e) == 0)
		check(&u);
	else
		require(e.code == ERR_INPUT &&
			(strlen(text) < 16 || strstr(e.text, text) == NULL));
	free(text);
	return 0;
}
