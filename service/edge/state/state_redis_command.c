#include "state_redis_command.h"

#include <assert.h>
#include <hiredis.h>
#include <inttypes.h>
#include <stdio.h>

#include "../process/secrets.h"

#define FIELD "c"

enum {
	COMMANDS_BYTES = LOG_ENTRY_BYTES + 1024,
	DECIMAL_BYTES = 20, /* of 2^64 - 1 */
};

/*
 * Commands as they go over the wire: RESP, every argument with its length in
 * front.
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

/* A number without printf, which would be most of a lone comment's cost. */
static struct span
decimal(char out[DECIMAL_BYTES], uint64_t n)
{
	size_t first = DECIMAL_BYTES;

	do
		out[--first] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return (struct span){out + first, DECIMAL_BYTES - first};
}

/* "*3\r\n" begins a command of 3 arguments, "$7\r\n" an argument of 7. */
static void
put_length(struct commands *m, char mark, size_t length)
{
	char digits[DECIMAL_BYTES];
	struct span number = decimal(digits, length);

	put(m, &mark, 1);
	put(m, number.p, number.n);
	put(m, "\r\n", 2);
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

static void
put_number(struct commands *m, uint64_t n)
{
	char digits[DECIMAL_BYTES];

	put_arg(m, decimal(digits, n));
}

/* Appends `n` commands: n, or -1. */
static int
append(redisContext *c, const struct commands *m, int n)
{
	int result = redisAppendFormattedCommand(c, m->bytes, m->n);

	return result == REDIS_OK ? n : -1;
}

void
redis_name_log(
    char out[REDIS_NAME_BYTES], const unsigned char secret[STATE_SECRET_BYTES])
{
	snprintf(out, REDIS_NAME_BYTES, "mo:log1:%016" PRIx64,
	    secrets_mac(secret, span_of("log")));
}

int
redis_append_entry(redisContext *c, const char *log, const struct log_entry *e)
{
	struct commands m;

	m.n = 0;
	put_command(&m, 5, "XADD");
	put_arg(&m, span_of(log));
	put_arg(&m, span_of("*")); /* the server names it */
	put_arg(&m, span_of(FIELD));
	put_arg(&m, (struct span){e->bytes, e->n});
	return append(c, &m, 1);
}

int
redis_append_read(redisContext *c, const char *log, struct log_id from)
{
	char id[LOG_ID_BYTES];
	struct commands m;

	m.n = 0;
	put_command(&m, 6, "XRANGE");
	put_arg(&m, span_of(log));
	put_arg(&m, log_id_write(id, from));
	put_arg(&m, span_of("+")); /* to the end */
	put_arg(&m, span_of("COUNT"));
	put_number(&m, REDIS_PAGE);
	return append(c, &m, 1);
}

int
redis_append_trim(redisContext *c, const char *log, struct log_id oldest)
{
	char id[LOG_ID_BYTES];
	struct commands m;

	m.n = 0;
	put_command(&m, 4, "XTRIM");
	put_arg(&m, span_of(log));
	put_arg(&m, span_of("MINID")); /* since Redis 6.2 */
	put_arg(&m, log_id_write(id, oldest));
	return append(c, &m, 1);
}

int
redis_append_expire(redisContext *c, const char *log)
{
	struct commands m;

	m.n = 0;
	put_command(&m, 3, "EXPIRE");
	put_arg(&m, span_of(log));
	put_number(&m, REDIS_USE_S);
	return append(c, &m, 1);
}

int
redis_append_hello(redisContext *c, const struct redis_uri *server)
{
	bool login = server->password[0] != '\0';
	bool user = server->user[0] != '\0';
	struct commands m;

	m.n = 0;
	if (login) {
		put_command(&m, user ? 3 : 2, "AUTH");
		if (user)
			put_arg(&m, span_of(server->user));
		put_arg(&m, span_of(server->password));
	}
	put_command(&m, 2, "SELECT");
	put_number(&m, server->db);
	put_command(&m, 3, "CLIENT");
	put_arg(&m, span_of("SETNAME"));
	put_arg(&m, span_of("moderatod"));
	return append(c, &m, login + 2);
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
	return append(c, &m, 1);
}

bool
redis_reply_is_good(const redisReply *r)
{
	return r->type == REDIS_REPLY_STATUS || r->type == REDIS_REPLY_INTEGER;
}

static bool
is_text(const redisReply *r, struct span *text)
{
	*text = (struct span){r->str, r->len};
	return r->type == REDIS_REPLY_STRING;
}

static bool
is_array(const redisReply *r, size_t elements)
{
	return r->type == REDIS_REPLY_ARRAY && r->elements == elements;
}

bool
redis_reply_id(struct log_id *id, const redisReply *r)
{
	struct span text;

	return is_text(r, &text) && log_id_read(id, text);
}

int
redis_reply_page(const redisReply *r)
{
	if (r->type != REDIS_REPLY_ARRAY || r->elements > REDIS_PAGE)
		return -1;
	return (int)r->elements;
}

bool
redis_reply_entry(
    const redisReply *page, int i, struct log_id *id, struct span *entry)
{
	const redisReply *r = page->element[i], *fields;
	struct span name;

	if (!is_array(r, 2) || !redis_reply_id(id, r->element[0]))
		return false;
	fields = r->element[1];
	return is_array(fields, 2) && is_text(fields->element[0], &name) &&
	       span_equal(name, span_of(FIELD)) &&
	       is_text(fields->element[1], entry);
}
