#include "state_redis_command.h"

#include <assert.h>
#include <endian.h>
#include <hiredis.h>
#include <inttypes.h>
#include <stdio.h>

/* Two windows count; the third is for clocks that differ and late comments. */
#define EXPIRE_S "10800"

enum {
	WINDOW_MS = COUNTERS_WINDOW_S * 1000,
	NAME_BYTES = 64,
	FIELD_BYTES = 1 + 8,
	/* more than a touch of SIGNAL_KEYS_MAX keys takes */
	COMMANDS_BYTES = 8192,
};

/*
 * Commands as they go over the wire (RESP, every argument with its length in
 * front), made here because hiredis takes three times as long for a touch.
 */
struct commands {
	char bytes[COMMANDS_BYTES];
	size_t n;
};

static void
put(struct commands *m, const void *p, size_t n)
{
	assert(n <= sizeof(m->bytes) - m->n);
	memcpy(m->bytes + m->n, p, n);
	m->n += n;
}

/* "*3\r\n" begins a command of 3 arguments, "$7\r\n" an argument of 7. */
static void
put_length(struct commands *m, char mark, size_t length)
{
	char text[8] = {mark}, *p = text + 1;

	assert(length < 1000);
	if (length >= 100)
		*p++ = (char)('0' + length / 100);
	if (length >= 10)
		*p++ = (char)('0' + length / 10 % 10);
	*p++ = (char)('0' + length % 10);
	*p++ = '\r';
	*p++ = '\n';
	put(m, text, (size_t)(p - text));
}

static void
put_arg(struct commands *m, struct span arg)
{
	put_length(m, '$', arg.n);
	put(m, arg.p, arg.n);
	put(m, "\r\n", 2);
}

static void
put_command(struct commands *m, size_t args, const char *verb)
{
	put_length(m, '*', args);
	put_arg(m, span_of(verb));
}

static int
append(redisContext *c, const struct commands *m)
{
	return redisAppendFormattedCommand(c, m->bytes, m->n) == REDIS_OK ? 0
									  : -1;
}

/* The name of the hash of a site and window, in `out`. */
static struct span
name_hash(char out[NAME_BYTES], uint64_t site, int64_t window)
{
	int n = snprintf(
	    out, NAME_BYTES, "mo:{%" PRIu64 "}:%" PRId64, site, window);

	return (struct span){out, (size_t)n};
}

static void
put_field(struct commands *m, char what, uint64_t named)
{
	uint64_t key = htole64(named);
	char field[FIELD_BYTES] = {what};

	memcpy(field + 1, &key, sizeof(key));
	put_arg(m, (struct span){field, sizeof(field)});
}

static unsigned
count_timed(const struct signal_keys *k)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < k->n; i++)
		n += signal_keeps_gap(k->kinds[i]);
	return n;
}

/* Which fields of a comment a command is about, and of which window. */
enum fields { TIMES, COUNTS_AND_TIMES };
enum when { NOW, BEFORE };

/* The hash of one of them. */
struct window {
	struct span name;
	enum when when;
};

static uint64_t
key_of(const struct touch *t, enum when when)
{
	return when == BEFORE && t->before != 0 ? t->before : t->key;
}

static void
put_times(struct commands *m, const struct signal_keys *k, enum when when,
    struct span value)
{
	for (uint32_t i = 0; i < k->n; i++) {
		if (!signal_keeps_gap(k->kinds[i]))
			continue;
		put_field(m, 't', key_of(&k->touches[i], when));
		if (value.n > 0)
			put_arg(m, value);
	}
}

static void
put_hmget(struct commands *m, const struct signal_keys *k, enum fields fields,
    const struct window *w)
{
	uint32_t counts = fields == COUNTS_AND_TIMES ? k->n : 0;

	put_command(m, 2 + counts + count_timed(k), "HMGET");
	put_arg(m, w->name);
	for (uint32_t i = 0; i < counts; i++)
		put_field(m, 'c', key_of(&k->touches[i], w->when));
	put_times(m, k, w->when, (struct span){NULL, 0});
}

static void
put_increments(
    struct commands *m, const struct signal_keys *k, struct span name)
{
	for (uint32_t i = 0; i < k->n; i++) {
		put_command(m, 4, "HINCRBY");
		put_arg(m, name);
		put_field(m, 'c', k->touches[i].key);
		put_arg(m, span_of("1"));
	}
}

static void
put_hset(struct commands *m, const struct signal_keys *k, uint32_t at,
    struct span name)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, at);
	put_command(m, 2 + 2 * count_timed(k), "HSET");
	put_arg(m, name);
	put_times(m, k, NOW, span_of(text));
}

int
redis_append_touch(redisContext *c, const struct state_touch *t)
{
	const struct signal_keys *k = t->keys;
	int64_t window = counters_window(t->at_ms);
	char now_name[NAME_BYTES], before_name[NAME_BYTES];
	struct window now = {name_hash(now_name, t->site, window), NOW};
	struct window before = {
	    name_hash(before_name, t->site, window - 1), BEFORE};
	struct commands m;

	m.n = 0;
	if (t->peek) {
		put_hmget(&m, k, COUNTS_AND_TIMES, &before);
		put_hmget(&m, k, COUNTS_AND_TIMES, &now);
		return append(c, &m);
	}
	put_increments(&m, k, now.name);
	put_hmget(&m, k, COUNTS_AND_TIMES, &before);
	if (count_timed(k) > 0) {
		put_hmget(&m, k, TIMES, &now);
		put_hset(&m, k, counters_into_window(t->at_ms), now.name);
	}
	return append(c, &m);
}

int
redis_append_expire(redisContext *c, const struct state_touch *t)
{
	char name[NAME_BYTES];
	struct commands m;

	m.n = 0;
	put_command(&m, 3, "EXPIRE");
	put_arg(&m, name_hash(name, t->site, counters_window(t->at_ms)));
	put_arg(&m, span_of(EXPIRE_S));
	return append(c, &m) == 0 ? 1 : -1;
}

int
redis_append_hello(redisContext *c, const struct redis_uri *server)
{
	bool login = server->password[0] != '\0';
	bool user = server->user[0] != '\0';
	struct commands m;
	char db[16];

	m.n = 0;
	if (login) {
		put_command(&m, user ? 3 : 2, "AUTH");
		if (user)
			put_arg(&m, span_of(server->user));
		put_arg(&m, span_of(server->password));
	}
	snprintf(db, sizeof(db), "%u", server->db);
	put_command(&m, 2, "SELECT");
	put_arg(&m, span_of(db));
	put_command(&m, 3, "CLIENT");
	put_arg(&m, span_of("SETNAME"));
	put_arg(&m, span_of("moderatod"));
	return append(c, &m) == 0 ? login + 2 : -1;
}

int
redis_append_probe(redisContext *c)
{
	static const char *const args[] = {"mo:probe", "1", "EX", "60"};
	struct commands m;

	m.n = 0;
	put_command(&m, 1 + sizeof(args) / sizeof(args[0]), "SET");
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		put_arg(&m, span_of(args[i]));
	return append(c, &m) == 0 ? 1 : -1;
}

bool
redis_reply_is_good(const redisReply *r)
{
	return r->type == REDIS_REPLY_STATUS || r->type == REDIS_REPLY_INTEGER;
}

/* Reads a decimal number of 1 to 10 digits, at most `max`; whether it is. */
static bool
number(uint32_t *out, const redisReply *r, uint32_t max)
{
	uint64_t n = 0;

	if (r->type != REDIS_REPLY_STRING || r->len < 1 || r->len > 10)
		return false;
	for (size_t i = 0; i < r->len; i++) {
		if (r->str[i] < '0' || r->str[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(r->str[i] - '0');
	}
	*out = (uint32_t)n;
	return n <= max;
}

static int
take_count(struct touch *t, const redisReply *r)
{
	if (r->type != REDIS_REPLY_INTEGER || r->integer < 1)
		return -1;
	t->count = r->integer < UINT32_MAX ? (uint32_t)r->integer : UINT32_MAX;
	t->gap_ms = -1;
	return 0;
}

static int
add_counts(struct signal_keys *k, redisReply *const *r)
{
	uint32_t n;

	for (uint32_t i = 0; i < k->n; i++) {
		struct touch *t = &k->touches[i];

		if (r[i]->type == REDIS_REPLY_NIL)
			continue;
		if (!number(&n, r[i], UINT32_MAX))
			return -1;
		t->count =
		    t->count > UINT32_MAX - n ? UINT32_MAX : t->count + n;
	}
	return 0;
}

/* Takes the times from element `next` on; those in the later window come
 * last. */
static int
take_times(
    struct signal_keys *k, const redisReply *r, uint32_t next, int64_t into_ms)
{
	uint32_t at;

	for (uint32_t i = 0; i < k->n; i++) {
		const redisReply *time;

		if (!signal_keeps_gap(k->kinds[i]))
			continue;
		time = r->element[next++];
		if (time->type == REDIS_REPLY_NIL)
			continue;
		if (!number(&at, time, WINDOW_MS - 1))
			return -1;
		k->touches[i].gap_ms = into_ms > at ? into_ms - at : 0;
	}
	return 0;
}

/* Takes an HMGET of a window that began `into_ms` before the comment. */
static int
take_hmget(struct signal_keys *k, const redisReply *r, enum fields fields,
    int64_t into_ms)
{
	uint32_t counts = fields == COUNTS_AND_TIMES ? k->n : 0;

	if (r->type != REDIS_REPLY_ARRAY ||
	    r->elements != counts + count_timed(k))
		return -1;
	if (counts > 0 && add_counts(k, r->element) != 0)
		return -1;
	return take_times(k, r, counts, into_ms);
}

static int
take_peek(
    struct signal_keys *k, unsigned i, const redisReply *r, int64_t into_ms)
{
	if (i == 1)
		return take_hmget(k, r, COUNTS_AND_TIMES, into_ms) == 0 ? 1
									: -1;
	for (uint32_t j = 0; j < k->n; j++) {
		k->touches[j].count = 1;
		k->touches[j].gap_ms = -1;
	}
	return take_hmget(k, r, COUNTS_AND_TIMES, into_ms + WINDOW_MS);
}

int
redis_take_reply(struct state_touch *t, unsigned i, const redisReply *r)
{
	struct signal_keys *k = t->keys;
	int64_t into_ms = counters_into_window(t->at_ms);

	if (t->peek)
		return take_peek(k, i, r, into_ms);
	if (i < k->n)
		return take_count(&k->touches[i], r);
	switch (i - k->n) {
	case 0:
		if (take_hmget(k, r, COUNTS_AND_TIMES, into_ms + WINDOW_MS) !=
		    0)
			return -1;
		return count_timed(k) == 0;
	case 1:
		return take_hmget(k, r, TIMES, into_ms);
	default:
		return r->type == REDIS_REPLY_INTEGER ? 1 : -1;
	}
}
