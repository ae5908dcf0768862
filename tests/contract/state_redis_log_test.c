/*
 * service/edge/state/state_redis_log: two ends of one log in a real Redis,
 * each exchange whole before the next, at times that are said.
 */
#include "state_fixture.h"

#include <hiredis.h>

#include "../../service/edge/state/state_redis_log.h"
#include "redis_server.h"

#define IN_2026 INT64_C(1795000000000)
#define MINUTE  INT64_C(60000)
#define HOUR    (60 * MINUTE)

enum {
	MANY = 2000,   /* touches; more than an exchange takes */
	ENTRIES = 150, /* more than two pages */
};

static const unsigned char secret[STATE_SECRET_BYTES] = "a test's";
static struct redis_server server;
static struct sent sent[MANY];

struct side {
	struct redis_log log;
	redisContext *c;
	int64_t now_ms;
};

static struct side a, b;

static void
finish(struct side *s)
{
	int taken = 0;

	while (taken == 0) {
		redisReply *r;

		if (redisGetReply(s->c, (void **)&r) != REDIS_OK)
			fail_msg("%s", s->c->errstr);
		taken = redis_log_take(&s->log, s->c, r, s->now_ms);
		freeReplyObject(r);
	}
	assert_int_equal(taken, 1);
}

static void
greet(struct side *s)
{
	static const struct redis_uri server_uri = {.db = 0};

	s->c = redisConnect("127.0.0.1", (int)server.port);
	assert_int_equal(redis_log_hello(&s->log, s->c, &server_uri), 0);
	finish(s);
}

static void
open_side(struct side *s)
{
	struct err e;

	*s = (struct side){.now_ms = 7 * MINUTE};
	assert_int_equal(redis_log_open(&s->log, secret, 12, &e), 0);
	greet(s);
}

static void
close_side(struct side *s)
{
	redis_log_close(&s->log);
	redisFree(s->c);
}

/* Lets the `i`-th comment wait, all of one author and of the same hosts. */
static void
add(struct side *s, int i)
{
	struct sent *x = &sent[i];

	*x = comment_of(1, IN_2026 + i);
	comment_add(x, SIGNAL_AUTHOR, 1);
	comment_add(x, SIGNAL_TEXT, 1000 + (uint64_t)i);
	for (uint64_t host = 10; host < 20; host++)
		comment_add(x, SIGNAL_HOST, host);
	x->touch.keys = &x->keys;
	assert_true(redis_log_add(&s->log, &x->touch, s->now_ms));
}

static void
ask(struct side *s)
{
	assert_int_equal(redis_log_ask(&s->log, s->c, s->now_ms), 0);
	finish(s);
}

static uint32_t
count_of(int i)
{
	assert_int_equal(sent[i].times_done, 1);
	assert_int_equal(sent[i].keys.touches[1].count, 1);
	return sent[i].keys.touches[0].count;
}

static long long
tell(const char *command, const char *key)
{
	redisReply *r = redisCommand(a.c, command, key);
	long long n = r->integer;

	freeReplyObject(r);
	return n;
}

/* Both have written before either reads: the log says who came first. */
static void
in_one_order(void **unused)
{
	(void)unused;
	open_side(&b);
	for (int i = 0; i < 40; i += 2) {
		add(&a, i);
		add(&b, i + 1);
		assert_int_equal(redis_log_ask(&a.log, a.c, a.now_ms), 0);
		assert_int_equal(redis_log_ask(&b.log, b.c, b.now_ms), 0);
		finish(&b);
		finish(&a);
		assert_int_equal(count_of(i) + count_of(i + 1), 2 * i + 3);
	}
	close_side(&b);
}

/* More than fits into an exchange goes in several, in order. */
static void
many_at_once(void **unused)
{
	int asked = 0;

	(void)unused;
	for (int i = 0; i < MANY; i++)
		add(&a, i);
	for (; redis_log_since_ms(&a.log) >= 0; asked++)
		ask(&a);
	assert_in_range(asked, 2, 10);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(count_of(i), i + 1);
}

/* Who comes later reads it all, page by page. */
static void
read_again(void **unused)
{
	(void)unused;
	for (int i = 0; i < ENTRIES; i++) {
		add(&a, i);
		ask(&a);
	}
	assert_int_equal(tell("XLEN %s", a.log.name), ENTRIES);
	open_side(&b);
	add(&b, ENTRIES);
	ask(&b);
	assert_int_equal(count_of(ENTRIES), ENTRIES + 1);
	close_side(&b);
}

/* After a connection's end it goes on where it was, or begins anew. */
static void
known_again(void **unused)
{
	(void)unused;
	add(&a, 0);
	ask(&a);
	open_side(&b);
	add(&b, 1);
	ask(&b);
	redisFree(a.c);
	greet(&a);
	add(&a, 2);
	ask(&a);
	assert_int_equal(count_of(2), 3);
	close_side(&b);
	tell("FLUSHALL", NULL);
	redisFree(a.c);
	greet(&a);
	add(&a, 3);
	ask(&a);
	assert_int_equal(count_of(3), 1);
}

static void
wait_and_probe(struct side *s, int64_t ms)
{
	s->now_ms += ms;
	assert_int_equal(redis_log_probe(&s->log, s->c, s->now_ms), 0);
	finish(s);
}

/* Nothing stays for more than three hours and a minute, though nobody comes. */
static void
lets_go(void **unused)
{
	(void)unused;
	/* an entry without comments, of long ago by the server's clock */
	freeReplyObject(redisCommand(
	    a.c, "XADD %s 1000-1 c %b", a.log.name, "", (size_t)0));
	a.log.wanted = true; /* as it is once a touch came */
	wait_and_probe(&a, 0);
	wait_and_probe(&a, 3 * HOUR - MINUTE);
	assert_int_equal(tell("XLEN %s", a.log.name), 1);
	assert_in_range(tell("TTL %s", a.log.name), 1, 3 * 3600);
	tell("PERSIST %s", a.log.name);
	wait_and_probe(&a, 2 * MINUTE);
	assert_int_equal(tell("XLEN %s", a.log.name), 0);
	assert_true(tell("TTL %s", a.log.name) < 0); /* it did not grow */
}

/* Ids of a clock that was ahead keep its time, and are never old: what the log
 * holds is bounded all the same, by its size and by how long we know it. */
static void
clock_ahead(void **unused)
{
	long long kept;

	(void)unused;
	freeReplyObject(redisCommand(
	    a.c, "XADD %s 9000000000000-1 c %b", a.log.name, "", (size_t)0));
	for (int i = 0; i < MANY; i++) {
		add(&a, i);
		a.now_ms += MINUTE / 10;
		ask(&a);
	}
	assert_true(a.log.last.ms == UINT64_C(9000000000000));
	kept = tell("XLEN %s", a.log.name);
	/* each of 12 keys; those of 64 KiB at least, and the same once more */
	assert_in_range(kept, (64 << 10) / 137, 2 * (64 << 10) / 137 + 11);
	open_side(&b);
	add(&b, 0);
	ask(&b);
	assert_int_equal(count_of(0), kept + 1);
	close_side(&b);
	wait_and_probe(&a, 0);
	for (int i = 0; i < 2; i++) {
		wait_and_probe(&a, 3 * HOUR);
		add(&a, i);
		ask(&a);
	}
	assert_int_equal(tell("XLEN %s", a.log.name), 3); /* b's, and two */
}

/* As much as any table needs, told within hours, is kept for hours more:
 * that it was told does not make it old. */
static void
told_and_kept(void **unused)
{
	int n = (64 << 10) / 137 + 1; /* bytes that are told, of each */

	(void)unused;
	for (int i = 0; i < n; i++) {
		add(&a, i);
		ask(&a);
		a.now_ms += MINUTE / 3;
	}
	a.now_ms = 3 * HOUR;
	for (int i = 0; i < 2; i++)
		wait_and_probe(&a, 2 * MINUTE);
	assert_int_equal(tell("XLEN %s", a.log.name), n);
}

static int
open_a(void **unused)
{
	(void)unused;
	open_side(&a);
	return 0;
}

static int
close_a(void **unused)
{
	(void)unused;
	tell("FLUSHALL", NULL);
	close_side(&a);
	return 0;
}

static int
start_server(void **unused)
{
	(void)unused;
	if (redis_server_start(&server, ""))
		return 0;
	print_error("no Redis server: install redis-server\n");
	return -1;
}

static int
remove_server(void **unused)
{
	(void)unused;
	redis_server_remove(&server);
	return 0;
}

#define WITH_A(body) cmocka_unit_test_setup_teardown(body, open_a, close_a)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_A(in_one_order),
	    WITH_A(many_at_once),
	    WITH_A(read_again),
	    WITH_A(known_again),
	    WITH_A(lets_go),
	    WITH_A(clock_ahead),
	    WITH_A(told_and_kept),
	};

	signal(SIGPIPE, SIG_IGN);
	server = redis_server_place();
	return cmocka_run_group_tests(tests, start_server, remove_server);
}
