/*
 * service/edge/state_redis: what only Redis can do, above all fail. Whatever
 * it does, every touch is done once and soon, and it is used again by itself
 * when it is well.
 */
#include "fake_redis.h"
#include "state_fixture.h"

#include <hiredis.h>

#define IN_2026 INT64_C(1795000000000)

enum {
	/* on a machine so busy that each may be late by seconds */
	SOON_MS = 2000,    /* a touch */
	HEALED_MS = 10000, /* from healing until it is used again */
	NOTICED_MS = 5000, /* from freezing until it counts as down */
	LATE_MAX = 20,     /* answers in a row that are late */
	FEW = 5,
	MANY = 200,
	TOO_MANY = 5000,
};

static struct redis_server server;
static struct sent sent[TOO_MANY];

/* Sends `n` comments by one author, each of a minute of its own. */
static void
send_some(struct fixture *f, int n)
{
	for (int i = 0; i < n; i++) {
		sent[i] = comment_of(1, IN_2026 + i);
		comment_add(&sent[i], SIGNAL_AUTHOR, 1);
	}
	send_all(f, sent, (size_t)n);
}

/* How many of the `n` sent were degraded; none may have taken long. */
static int
degraded(int n)
{
	int result = 0;

	for (int i = 0; i < n; i++) {
		int64_t took_ms = sent[i].done_ms - sent[i].sent_ms;

		if (took_ms > SOON_MS)
			fail_msg(
			    "comment %d took %lld ms", i, (long long)took_ms);
		assert_int_equal(sent[i].times_done, 1);
		result += sent[i].touch.degraded;
	}
	return result;
}

static int
degraded_of(struct fixture *f, int n)
{
	send_some(f, n);
	wait_all(f, sent, (size_t)n);
	return degraded(n);
}

static void
assert_up_within(struct fixture *f, int64_t ms)
{
	int late = 0;

	do
		assert_in_range(fixture_wait(f, true), 0, ms);
	while (degraded_of(f, 1) > 0 && late++ < LATE_MAX);
	assert_in_range(late, 0, LATE_MAX);
}

#define ID  "$15\r\n1795000000000-7\r\n"
#define ONE "*1\r\n*2\r\n" ID

/* Of comments that are counted: XADD, and XRANGE of all that is new. */
static const struct fault in_flight[] = {
    {"no memory", "XADD", "-OOM command not allowed\r\n", WHOLE},
    {"read only", "XADD", "-READONLY You can't write\r\n", WHOLE},
    {"loading", "XADD", "-LOADING dataset in memory\r\n", WHOLE},
    {"no login", "XADD", "-NOAUTH Authentication required\r\n", WHOLE},
    {"another node", "XADD", "-MOVED 1 127.0.0.1:1\r\n", WHOLE},
    {"wrong type", "XRANGE", "-WRONGTYPE Operation against a key\r\n", WHOLE},
    {"a number for an id", "XADD", ":1\r\n", WHOLE},
    {"status for an id", "XADD", "+1-1\r\n", WHOLE},
    {"no id", "XADD", "$-1\r\n", WHOLE},
    {"half an id", "XADD", "$2\r\n1-\r\n", WHOLE},
    {"an id of letters", "XADD", "$3\r\na-b\r\n", WHOLE},
    {"a huge id", "XADD", "$22\r\n99999999999999999999-1\r\n", WHOLE},
    {"an id that is not in the log", "XADD", "$3\r\n9-9\r\n", WHOLE},
    {"an entry of before", "XRANGE",
	"*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nc\r\n$0\r\n\r\n", WHOLE},
    {"no array", "XRANGE", "*-1\r\n", WHOLE},
    {"nothing in the log", "XRANGE", "*0\r\n", WHOLE},
    {"no entry", "XRANGE", "*1\r\n$-1\r\n", WHOLE},
    {"an entry without fields", "XRANGE", "*1\r\n*1\r\n" ID, WHOLE},
    {"an entry of no fields", "XRANGE", ONE "*0\r\n", WHOLE},
    {"an entry of more fields", "XRANGE",
	ONE "*4\r\n$1\r\nc\r\n$0\r\n\r\n$1\r\nd\r\n$0\r\n\r\n", WHOLE},
    {"another field", "XRANGE", ONE "*2\r\n$1\r\nd\r\n$0\r\n\r\n", WHOLE},
    {"a number for an entry", "XRANGE", ONE "*2\r\n$1\r\nc\r\n:1\r\n", WHOLE},
    {"half an entry", "XRANGE",
	ONE "*2\r\n$1\r\nc\r\n$9\r\n\x01\x01\x01\x01\x01\x01\x01\x01\x01\r\n",
	WHOLE},
    {"an entry of many keys", "XRANGE",
	ONE "*2\r\n$1\r\nc\r\n$9\r\n\xff\x01\x01\x01\x01\x01\x01\x01\x01\r\n",
	WHOLE},
    {"garbage", "XADD", "\x01\x02\xff\r\n", WHOLE},
    {"another protocol", "XADD", "HTTP/1.1 400 Bad\r\n\r\n", WHOLE},
    {"a huge length", "XADD", "$99999999999999\r\n", WHOLE},
    {"no answer", NULL, "", WHOLE},
    {"no end", "XRANGE", "*", WHOLE},
    {"one byte at a time", NULL, NULL, DRIBBLE},
    {"half an answer, then closed", "XRANGE", "*2\r\n$", THEN_CLOSE},
    {"closed", NULL, "", THEN_CLOSE},
    {"a reply without end", "XADD", "$9999999\r\n", THEN_FLOOD},
    {"an array of too many", "XRANGE", "*100000000\r\n", WHOLE},
};

static void
fails_in_flight(void **fault)
{
	struct fake_redis fake;
	struct fixture f;
	char uri[64];

	fake_redis_start(&fake);
	snprintf(uri, sizeof(uri), "redis://127.0.0.1:%u", fake.port);
	f = fixture_open(uri);
	assert_up_within(&f, HEALED_MS);
	atomic_store(&fake.fault, *fault);
	assert_int_equal(degraded_of(&f, FEW), FEW);
	/* the process's own table counted */
	for (int i = 0; i < FEW; i++)
		assert_int_equal(sent[i].keys.touches[0].count, i + 1);
	assert_false(state_up(f.state));
	atomic_store(&fake.fault, NULL);
	assert_up_within(&f, HEALED_MS);
	fixture_close(&f);
	fake_redis_stop(&fake);
}

static const struct fault at_hello[] = {
    {"hello: a login is needed", "SELECT", "-NOAUTH required\r\n", WHOLE},
    {"hello: no such database", "SELECT", "-ERR out of range\r\n", WHOLE},
    {"hello: no right to a name", "CLIENT", "-NOPERM no\r\n", WHOLE},
    {"hello: loading", "SET", "-LOADING dataset in memory\r\n", WHOLE},
    {"hello: read only", "SET", "-READONLY You can't write\r\n", WHOLE},
    {"hello: older than 6.2", "XTRIM", "-ERR syntax error\r\n", WHOLE},
    {"hello: silence", NULL, "", WHOLE},
    {"hello: closed", NULL, "", THEN_CLOSE},
    {"hello: garbage", NULL, "?\r\n", WHOLE},
};

static void
fails_at_hello(void **fault)
{
	int64_t end_ms = clock_monotonic_ms() + 400;
	struct fake_redis fake;
	struct fixture f;
	char uri[64];

	fake_redis_start(&fake);
	atomic_store(&fake.fault, *fault);
	snprintf(uri, sizeof(uri), "redis://127.0.0.1:%u", fake.port);
	f = fixture_open(uri);
	while (clock_monotonic_ms() < end_ms) {
		assert_int_equal(degraded_of(&f, FEW), FEW);
		assert_false(state_up(f.state));
		loop_turn(f.loop, 10);
	}
	atomic_store(&fake.fault, NULL);
	assert_up_within(&f, HEALED_MS);
	fixture_close(&f);
	fake_redis_stop(&fake);
}

static void
start(const char *password)
{
	if (!redis_server_start(&server, password))
		fail_msg("no Redis server: install redis-server");
}

static void
absent_at_start(void **unused)
{
	struct fixture f = fixture_open(server.tcp_uri);

	(void)unused;
	assert_int_equal(degraded_of(&f, FEW), FEW);
	for (int i = 0; i < 30; i++)
		loop_turn(f.loop, 10);
	assert_int_equal(degraded_of(&f, FEW), FEW);
	start("");
	assert_up_within(&f, HEALED_MS);
	fixture_close(&f);
}

static void
killed_in_mid_flight(void **unused)
{
	struct fixture f;

	(void)unused;
	start("");
	f = fixture_open(server.unix_uri);
	assert_up_within(&f, HEALED_MS);
	kill(server.pid, SIGSTOP); /* so that nothing is answered yet */
	send_some(&f, MANY);
	loop_turn(f.loop, 0);
	redis_server_stop(&server);
	wait_all(&f, sent, MANY);
	assert_int_equal(degraded(MANY), MANY);
	assert_int_equal(degraded_of(&f, FEW), FEW);
	start("");
	assert_up_within(&f, HEALED_MS);
	fixture_close(&f);
}

static void
frozen(void **unused)
{
	struct fixture f;

	(void)unused;
	start("");
	f = fixture_open(server.tcp_uri);
	assert_up_within(&f, HEALED_MS);
	kill(server.pid, SIGSTOP);
	assert_int_equal(degraded_of(&f, MANY), MANY);
	assert_false(state_up(f.state));
	kill(server.pid, SIGCONT);
	assert_up_within(&f, HEALED_MS);
	/* while there is nothing to count, too */
	kill(server.pid, SIGSTOP);
	assert_in_range(fixture_wait(&f, false), 0, NOTICED_MS);
	kill(server.pid, SIGCONT);
	assert_up_within(&f, HEALED_MS);
	fixture_close(&f);
}

static void
password(void **unused)
{
	char uri[96];
	struct fixture f;

	(void)unused;
	start("p@ss");
	f = fixture_open(server.tcp_uri);
	for (int i = 0; i < 20; i++)
		loop_turn(f.loop, 10);
	assert_false(state_up(f.state));
	assert_int_equal(degraded_of(&f, FEW), FEW);
	fixture_close(&f);
	snprintf(uri, sizeof(uri), "redis://default:p%%40ss@127.0.0.1:%u/3",
	    server.port);
	f = fixture_open(uri);
	assert_up_within(&f, HEALED_MS);
	fixture_close(&f);
}

/* A burst beyond what a link keeps in mind: some are counted locally. */
static void
too_many(void **unused)
{
	struct fixture f;
	int n = 0;

	(void)unused;
	start("");
	f = fixture_open(server.tcp_uri);
	f.shared->silence_ms = PATIENCE_MS;
	assert_true(fixture_wait(&f, true) >= 0);
	send_some(&f, TOO_MANY);
	wait_all(&f, sent, TOO_MANY);
	for (int i = 0; i < TOO_MANY; i++)
		n += sent[i].touch.degraded;
	assert_in_range(n, 1, TOO_MANY / 2);
	assert_true(state_up(f.state));
	fixture_close(&f);
}

/* Every key of ours has its time to live, and none a word of a comment. */
static void
everything_expires(void **unused)
{
	struct fixture f;
	redisContext *c;
	redisReply *keys;

	(void)unused;
	start("");
	f = fixture_open(server.tcp_uri);
	assert_up_within(&f, HEALED_MS);
	c = redisConnect("127.0.0.1", (int)server.port);
	keys = redisCommand(c, "KEYS *");
	assert_int_equal(keys->elements, 2); /* the log and the probe */
	for (size_t i = 0; i < keys->elements; i++) {
		const char *key = keys->element[i]->str;
		redisReply *ttl = redisCommand(c, "TTL %s", key);

		assert_in_range(ttl->integer, 1, 10800);
		assert_true(strcmp(key, "mo:probe") == 0 ||
			    (strncmp(key, "mo:log1:", 8) == 0 &&
				strlen(key) == 8 + 16));
		freeReplyObject(ttl);
	}
	freeReplyObject(keys);
	redisFree(c);
	fixture_close(&f);
}

static int
stop_server(void **unused)
{
	(void)unused;
	redis_server_stop(&server);
	return 0;
}

static int
remove_server(void **unused)
{
	(void)unused;
	redis_server_remove(&server);
	return 0;
}

#define WITH_REDIS(body) cmocka_unit_test_teardown(body, stop_server)

enum {
	IN_FLIGHT = sizeof(in_flight) / sizeof(in_flight[0]),
	AT_HELLO = sizeof(at_hello) / sizeof(at_hello[0]),
	OTHERS = 6,
};

static struct CMUnitTest
test_of(const struct fault *f, CMUnitTestFunction body)
{
	return (struct CMUnitTest){
	    .name = f->name, .test_func = body, .initial_state = (void *)f};
}

int
main(void)
{
	struct CMUnitTest all[OTHERS + IN_FLIGHT + AT_HELLO] = {
	    WITH_REDIS(absent_at_start),
	    WITH_REDIS(killed_in_mid_flight),
	    WITH_REDIS(frozen),
	    WITH_REDIS(password),
	    WITH_REDIS(too_many),
	    WITH_REDIS(everything_expires),
	};
	int n = OTHERS;

	signal(SIGPIPE, SIG_IGN);
	server = redis_server_place();
	for (int i = 0; i < IN_FLIGHT; i++)
		all[n++] = test_of(&in_flight[i], fails_in_flight);
	for (int i = 0; i < AT_HELLO; i++)
		all[n++] = test_of(&at_hello[i], fails_at_hello);
	return _cmocka_run_group_tests(
	    "state_redis", all, (size_t)n, NULL, remove_server);
}
