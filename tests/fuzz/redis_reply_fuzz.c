/*
 * Any bytes as what Redis answers to a touch, through hiredis' reader, cut in
 * two anywhere: counts and gaps stay in their bounds. And what we ask: a
 * reader takes it for whole commands, each an array of strings.
 */
#include <hiredis.h>

#include "../../service/edge/state/state_redis_command.h"
#include "input.h"

enum {
	REPLIES_MAX = 2 * SIGNAL_KEYS_MAX + 8,
	ELEMENTS_MAX = 2 * SIGNAL_KEYS_MAX,
	WINDOWS_MS = 2 * 3600 * 1000,
};

static void
fill_keys(struct signal_keys *k, struct span *in)
{
	k->n = take_byte(in) % (SIGNAL_KEYS_MAX + 1);
	for (uint32_t i = 0; i < k->n; i++) {
		k->kinds[i] = take_byte(in) % SIGNALS;
		k->touches[i].key = i;
	}
}

static void
check_touch(const struct state_touch *t)
{
	for (uint32_t i = 0; i < t->keys->n; i++) {
		const struct touch *one = &t->keys->touches[i];

		require(one->count >= 1);
		require(one->gap_ms >= -1 && one->gap_ms <= WINDOWS_MS);
	}
}

/* Takes replies until the touch is done, or one is no good. */
static void
take_replies(struct state_touch *t, redisReader *r, unsigned *i)
{
	void *reply;

	while (*i < REPLIES_MAX && redisReaderGetReply(r, &reply) == REDIS_OK &&
	       reply != NULL) {
		int taken = redis_take_reply(t, *i, reply);

		(void)redis_reply_is_good(reply);
		freeReplyObject(reply);
		++*i;
		if (taken == 1)
			check_touch(t);
		if (taken != 0)
			*i = REPLIES_MAX;
	}
}

/* Arrays as hiredis makes them, but none that claims more than we bound. */
static void *(*make_array)(const redisReadTask *task, int n);

static void *
make_small_array(const redisReadTask *task, int n)
{
	return n <= ELEMENTS_MAX ? make_array(task, n) : NULL;
}

static void
check_replies(struct state_touch *t, struct span bytes)
{
	redisReader *r = redisReaderCreate();
	redisReplyObjectFunctions make;
	struct span head = take(&bytes, take_byte(&bytes));
	unsigned i = 0;

	require(r != NULL);
	make = *r->fn;
	make_array = make.createArray;
	make.createArray = make_small_array;
	r->fn = &make;
	redisReaderFeed(r, head.p, head.n);
	take_replies(t, r, &i);
	redisReaderFeed(r, bytes.p, bytes.n);
	take_replies(t, r, &i);
	redisReaderFree(r);
}

/* The commands in `text`: how many; all of it must be commands. */
static int
count_commands(const char *text, size_t n)
{
	redisReader *r = redisReaderCreate();
	redisReply *command;
	int commands = 0;

	require(r != NULL);
	redisReaderFeed(r, text, n);
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

static void
check_commands(const struct state_touch *t, struct span in)
{
	redisContext *c = redisConnectUnixNonBlock("/nowhere");
	char *text = text_of(take(&in, 64));
	struct redis_uri server = {.db = take_byte(&in)};
	int wanted;

	require(c != NULL && redis_append_touch(c, t) == 0);
	wanted = t->peek ? 2 : (int)t->keys->n + 1;
	for (uint32_t i = 0; !t->peek && i < t->keys->n; i++)
		if (signal_keeps_gap(t->keys->kinds[i])) {
			wanted += 2;
			break;
		}
	memcpy(server.password, text, strlen(text));
	if (t->site % 2 == 0)
		memcpy(server.user, text, strlen(text) / 2);
	wanted += redis_append_hello(c, &server);
	wanted += redis_append_expire(c, t) + redis_append_probe(c);
	require(count_commands(c->obuf, sdslen(c->obuf)) == wanted);
	free(text);
	redisFree(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	uint8_t flags = take_byte(&in);
	struct signal_keys keys = {0};
	struct state_touch t = {
	    .keys = &keys,
	    .peek = flags & 1,
	    .site = flags >> 2,
	    .at_ms = (int64_t)(take_number(&in) >> 20),
	};

	fill_keys(&keys, &in);
	if (flags & 2)
		check_commands(&t, in);
	check_replies(&t, in);
	return 0;
}
