#include "uri.h"

#include <stdbool.h>
#include <stddef.h>

#include "../../core/escape.h"

enum {
	PORT_DEFAULT = 6379,
	PORT_MAX = 65535,
	DB_MAX = 65535,
	COUNTERS_MIN = 10,
	COUNTERS_MAX = 28,
};

#define TCP_PREFIX  "redis://"
#define UNIX_PREFIX "redis+unix:"

/*
 * Cuts `s` at the first `mark`, which belongs to neither part; without one,
 * all of it is `head` and `tail` is empty. Whether there was one.
 */
static bool
cut(struct span s, char mark, struct span *head, struct span *tail)
{
	const char *at = s.n > 0 ? memchr(s.p, mark, s.n) : NULL;
	size_t n = at != NULL ? (size_t)(at - s.p) : s.n;

	*head = (struct span){s.p, n};
	*tail = (struct span){NULL, 0};
	if (at != NULL)
		*tail = (struct span){at + 1, s.n - n - 1};
	return at != NULL;
}

/* Copies `s`, percent-decoded; whether it fits and has no control byte. */
static bool
decode(char *out, size_t size, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int c = (unsigned char)s.p[i];

		if (c == '%') {
			c = escape_percent(s, i); /* -1 is none, too */
			i += ESCAPE_PERCENT_BYTES - 1;
		}
		if (c < ' ' || c == 0x7f || n + 1 >= size)
			return false;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return true;
}

static bool
number(unsigned *out, struct span s, unsigned max)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (unsigned)(s.p[i] - '0');
		if (n > max)
			return false;
	}
	*out = n;
	return s.n > 0;
}

static int
refuse(struct err *e, const char *expected)
{
	return err_set(e, ERR_INPUT, "expected %s", expected);
}

static int
read_login(struct redis_uri *u, struct span s, struct err *e)
{
	struct span user, password;

	if (!cut(s, ':', &user, &password) || password.n == 0)
		return refuse(e, "user:password before the @");
	if (!decode(u->user, sizeof(u->user), user) ||
	    !decode(u->password, sizeof(u->password), password))
		return refuse(e, "a shorter or percent-encoded password");
	return 0;
}

static int
read_host(struct redis_uri *u, struct span s, struct err *e)
{
	struct span host, port;
	bool bracket = span_skip(&s, "["), has_port;

	if (bracket && (!cut(s, ']', &host, &s) || (s.n > 0 && s.p[0] != ':')))
		return refuse(e, "an IPv6 address in [ ]");
	if (bracket)
		has_port = cut(s, ':', &s, &port);
	else
		has_port = cut(s, ':', &host, &port);
	if (host.n == 0 || !decode(u->host, sizeof(u->host), host))
		return refuse(e, "a host name or address");
	if (has_port && (!number(&u->port, port, PORT_MAX) || u->port == 0))
		return refuse(e, "a port from 1 to 65535");
	return 0;
}

static bool
read_counters(struct redis_uri *u, struct span s)
{
	return number(&u->counters_log2, s, COUNTERS_MAX) &&
	       u->counters_log2 >= COUNTERS_MIN;
}

static int
read_tcp(struct redis_uri *u, struct span s, struct err *e)
{
	struct span place, db, login, host, query, *end;

	end = cut(s, '/', &place, &db) ? &db : &place;
	if (cut(place, '@', &login, &host)) {
		if (read_login(u, login, e) != 0)
			return -1;
		place = host;
	}
	if (cut(*end, '?', end, &query) &&
	    (!span_skip(&query, "counters=") || !read_counters(u, query)))
		return refuse(e, "nothing but counters=10 to 28 after the ?");
	if (db.n > 0 && !number(&u->db, db, DB_MAX))
		return refuse(e, "the number of a database after the /");
	return read_host(u, place, e);
}

static int
read_unix(struct redis_uri *u, struct span s, struct err *e)
{
	struct span path, query, one;
	bool more = cut(s, '?', &path, &query), good = true;

	if (path.n == 0 || path.p[0] != '/' ||
	    !decode(u->path, sizeof(u->path), path))
		return refuse(e, "an absolute path of at most 107 bytes");
	while (more && good) {
		more = cut(query, '&', &one, &query);
		if (span_skip(&one, "counters="))
			good = read_counters(u, one);
		else
			good = span_skip(&one, "db=") &&
			       number(&u->db, one, DB_MAX);
	}
	return good ? 0
		    : refuse(e, "db=NUMBER or counters=10 to 28 after the ?");
}

int
uri_read_redis(struct redis_uri *u, const char *uri, struct err *e)
{
	struct span s = span_of(uri);

	*u = (struct redis_uri){.port = PORT_DEFAULT};
	if (span_skip(&s, TCP_PREFIX))
		return read_tcp(u, s, e);
	if (span_skip(&s, UNIX_PREFIX))
		return read_unix(u, s, e);
	return refuse(e, TCP_PREFIX "host:port/db or " UNIX_PREFIX "/path");
}
