/*
 * Any bytes as what Redis answers to an exchange and to another one behind a
 * line of its own, through hiredis' reader, cut in two anywhere: touches are
 * done once at most, counts and gaps stay in their bounds. And what we ask: a
 * reader takes it for whole commands, each an array of strings.
 */
#include <hiredis.h>

#include "../../service/edge/state/state_backend.h"
#include "../../service/edge/state/state_redis_log.h"
#include "input.h"

enum { TOUCHES_MAX = 8, WINDOWS_MS = 2 * 3600 * 1000, TABLE_LOG2 = 10 };

enum { EXCHANGES = 2, TOLD_MOST = 64 /* bytes, which a few entries have */ };

static const unsigned char secret[STATE_SECRET_BYTES] = "a fuzzer's";
static const char next_one[] = "again\r\n";

struct asked {
	struct state_touch touch;
	struct signal_keys keys;
	unsigned done;
};

static struct redis_log log_end;
static struct asked asked[EXCHANGES * TOUCHES_MAX];
static unsigned n_asked;

static void
check_touch(struct state_touch *t)
{
	struct asked *a = (struct asked *)t;

	require(++a->done == 1);
	for (uint32_t i = 0; i < t->keys->n; i++) {
		const struct touch *one = &t->keys->touches[i];

		require(one->count >= 1);
		require(one->gap_ms >= -1 && one->gap_ms <= WINDOWS_MS);
	}
}

static void
count(void *arg, struct state_touch *t)
{
	state_table_count(((struct redis_log *)arg)->table, t, NULL);
}

/* Lets a few touches wait. */
static void
fill(struct span *in)
{
	unsigned n = take_byte(in) % (TOUCHES_MAX + 1);

	for (unsigned i = 0; i < n; i++) {
		struct asked *a = &asked[n_asked++];

		*a = (struct asked){
		    .touch = {.keys = &a->keys,
			.peek = take_byte(in) & 1,
			.at_ms = (int64_t)(take_number(in) >> 20),
			.done = check_touch}};
		a->keys.n = 1 + take_byte(in) % SIGNAL_KEYS_MAX;
		for (uint32_t j = 0; j < a->keys.n; j++)
			a->keys.touches[j].key = j;
		require(redis_log_add(&log_end, &a->touch, i));
	}
}

/* The commands in what `c` would write: how many; all of it is commands. */
static int
count_commands(redisContext *c)
{
	redisReader *r = redisReaderCreate();
	redisReply *command;
	int commands = 0;

	require(r != NULL);
	redisReaderFeed(r, c->obuf, sdslen(c->obuf));
	for (;;) {
		require(redisReaderGetReply(r, (void **)&command) == REDIS_OK);
		if (command == NULL)
			break;
		require(command->type == REDIS_REPLY_ARRAY);
		for (size_t i = 0; i < command->elements; i++)
			require(
			    command->element[i]->type == REDIS_REPLY_STRING);
		freeReplyObject(command);
		commands++;
	}
	require(r->pos == r->len);
	redisReaderFree(r);
	return commands;
}

static int
expected(const struct redis_log *g)
{
	const struct exchange *x = &g->exchange;

	return (int)(x->n - x->named + x->simple) + x->page;
}

/* Begins an exchange: a greeting, a question or a probe, either of which may
 * come so late that the log is tidied. */
static void
begin(redisContext *c, struct span *in)
{
	struct redis_uri server = {.db = take_byte(in)};
	char *text = text_of(take(in, take_byte(in) % 64));
	unsigned which = take_byte(in);
	int64_t now_ms = (int64_t)(which >> 3) % 3 * WINDOWS_MS;

	memcpy(server.password, text, strlen(text));
	if (which & 4)
		memcpy(server.user, text, strlen(text) / 2);
	free(text);
	if (which % 3 == 0)
		require(redis_log_hello(&log_end, c, &server) == 0);
	else if (which % 3 == 1)
		require(redis_log_ask(&log_end, c, now_ms) == 0);
	else
		require(redis_log_probe(&log_end, c, now_ms) == 0);
	require(count_commands(c) == expected(&log_end));
}

/* Arrays as hiredis makes them, but none that claims more than we bound. */
static void *(*make_array)(const redisReadTask *task, int n);

static void *
make_small_array(const redisReadTask *task, int n)
{
	return n <= REDIS_PAGE ? make_array(task, n) : NULL;
}

/* Takes replies until there are no more, or one is no good. */
static bool
take_replies(redisContext *c, redisReader *r)
{
	void *reply;
	int taken = 0;

	while (taken == 0 && redisReaderGetReply(r, &reply) == REDIS_OK &&
	       reply != NULL) {
		taken = redis_log_take(&log_end, c, reply, 1);
		freeReplyObject(reply);
	}
	return taken == 0;
}

static void
check_replies(redisContext *c, struct span bytes)
{
	redisReader *r = redisReaderCreate();
	redisReplyObjectFunctions make;
	struct span head = take(&bytes, take_byte(&bytes));

	require(r != NULL);
	make = *r->fn;
	make_array = make.createArray;
	make.createArray = make_small_array;
	r->fn = &make;
	redisReaderFeed(r, head.p, head.n);
	if (take_replies(c, r)) {
		redisReaderFeed(r, bytes.p, bytes.n);
		take_replies(c, r);
	}
	redisReaderFree(r);
}

/* On a connection of its own; what it leaves waiting is given up. */
static void
exchange(struct span in)
{
	redisContext *c = redisConnectUnixNonBlock("/nowhere");

	require(c != NULL);
	fill(&in);
	begin(c, &in);
	check_replies(c, in);
	redis_log_give_up(&log_end, count, &log_end);
	for (unsigned i = 0; i < n_asked; i++)
		require(asked[i].done == 1);
	redisFree(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size), first;
	const char *end = memmem(in.p, in.n, next_one, strlen(next_one));
	struct err e;

	log_end = (struct redis_log){0};
	n_asked = 0;
	require(redis_log_open(&log_end, secret, TABLE_LOG2, &e) == 0);
	log_end.told_most = TOLD_MOST;
	first = take(&in, end != NULL ? (size_t)(end - in.p) : in.n);
	exchange(first);
	if (take(&in, strlen(next_one)).n > 0)
		exchange(in);
	redis_log_close(&log_end);
	return 0;
}
