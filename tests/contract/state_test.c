/*
 * service/edge/state: the same cases on every backend. Redis is a real one,
 * through TCP and through a Unix socket.
 */
#include "state_fixture.h"

#include <pthread.h>
#include <string.h>

#include "../dice.h"
#include "redis_server.h"

#define HOUR     INT64_C(3600000)
#define MINUTE   INT64_C(60000)
#define IN_2017  INT64_C(1509844200000) /* 2017-11-05T01:10Z */
#define IN_2026  INT64_C(1795000000000)
#define DAY      INT64_C(86400000)
#define MIDNIGHT (IN_2017 / DAY * DAY)

enum { STEPS_MAX = 5, MANY = 1000, RANDOM = 5000, OFTEN = 20000 };

static struct redis_server server;

/* Every test has two sites of its own: a server keeps what it was told. */
static uint64_t
new_sites(void)
{
	static uint64_t last = 0;

	return last += 2;
}

static const struct backend {
	const char *name;
	const char *uri;
} backends[] = {
    {"memory", "memory"},
    {"redis", server.tcp_uri},
    {"redis+unix", server.unix_uri},
};

/* Comments of a case in order, each with one key, and what they are told. */
static const struct {
	const char *name;
	struct step {
		uint64_t site, key;
		int64_t at_ms;
		uint32_t count;
		int64_t gap_ms;
	} steps[STEPS_MAX];
} cases[] = {
    {"the seed thread",
	{{0, 1, IN_2017, 1, -1}, {0, 1, IN_2017 + MINUTE, 2, MINUTE}}},
    {"keys apart", {{0, 1, IN_2017, 1, -1}, {0, 2, IN_2017, 1, -1}}},
    {"sites apart", {{0, 1, IN_2017, 1, -1}, {1, 1, IN_2017, 1, -1},
			{0, 1, IN_2017, 2, 0}}},
    {"over the border of a window",
	{{0, 1, IN_2017 / HOUR *HOUR, 1, -1},
	    {0, 1, IN_2017 / HOUR *HOUR + HOUR - 1, 2, HOUR - 1},
	    {0, 1, IN_2017 / HOUR *HOUR + HOUR, 3, 1},
	    {0, 1, IN_2017 / HOUR *HOUR + 2 * HOUR, 2, HOUR}}},
    {"two windows later",
	{{0, 1, IN_2017, 1, -1}, {0, 1, IN_2017 + 2 * HOUR, 1, -1}}},
    {"out of order",
	{{0, 1, IN_2017, 1, -1}, {0, 1, IN_2017 - MINUTE, 2, 0},
	    {0, 1, IN_2017 - HOUR, 1, -1}, {0, 1, IN_2017, 4, MINUTE}}},
    {"years apart", {{0, 1, IN_2026, 1, -1}, {0, 1, IN_2017, 1, -1},
			{0, 1, IN_2026 + 5, 2, 5}, {0, 1, IN_2017 + 7, 2, 7}}},
    {"over midnight",
	{{0, 1, MIDNIGHT - MINUTE, 1, -1}, {0, 1, MIDNIGHT, 2, MINUTE},
	    {0, 1, MIDNIGHT + MINUTE, 3, MINUTE},
	    {0, 1, MIDNIGHT + HOUR, 3, HOUR - MINUTE},
	    {0, 1, MIDNIGHT - 2 * HOUR, 1, -1}}},
    {"before 1970", {{0, 1, -1, 1, -1}, {0, 1, 0, 2, 1}}},
};

static struct fixture
open_up(const struct backend *b)
{
	struct fixture f = fixture_open(b->uri);

	/* what is asked here is what is counted, not how fast */
	f.shared->silence_ms = PATIENCE_MS;
	assert_true(fixture_wait(&f, true) >= 0);
	return f;
}

/* How many steps until this one count in its window. */
static uint32_t
in_window(const struct step *steps, int at)
{
	const struct step *one = &steps[at];
	uint32_t n = 0;

	for (int i = 0; i <= at; i++)
		n += steps[i].site == one->site && steps[i].key == one->key &&
		     counters_window(steps[i].at_ms) ==
			 counters_window(one->at_ms);
	return n;
}

static void
counts_and_gaps(void **backend)
{
	struct fixture f = open_up(*backend);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct step *s = cases[i].steps;
		uint64_t site = new_sites();

		for (int j = 0; j < STEPS_MAX && s[j].count > 0; j++) {
			struct sent x =
			    comment_of(site + s[j].site, s[j].at_ms);
			struct touch *t = &x.keys.touches[0];

			comment_add(&x, SIGNAL_AUTHOR, s[j].key);
			send_all(&f, &x, 1);
			wait_all(&f, &x, 1);
			assert_false(x.touch.degraded);
			if (t->count != s[j].count ||
			    t->now != in_window(s, j) ||
			    t->gap_ms != s[j].gap_ms)
				fail_msg("%s, step %d: %u, %lld", cases[i].name,
				    j, t->count, (long long)t->gap_ms);
		}
	}
	fixture_close(&f);
}

/* What leaves the process is called otherwise each day. */
static void
names_of_a_day(void **backend)
{
	struct fixture f = open_up(*backend);
	uint64_t site = new_sites();
	int64_t times[] = {MIDNIGHT + HOUR, MIDNIGHT + 20 * HOUR,
	    MIDNIGHT + DAY, MIDNIGHT + DAY + HOUR};
	uint64_t key[4], before[4];

	for (int i = 0; i < 4; i++) {
		struct sent x = comment_of(site, times[i]);

		comment_add(&x, SIGNAL_IP, 1);
		send_all(&f, &x, 1);
		wait_all(&f, &x, 1);
		key[i] = x.keys.touches[0].key;
		before[i] = x.keys.touches[0].before;
	}
	assert_true(key[0] == key[1]);
	assert_true(key[1] != key[2]);
	assert_true(key[2] == key[3]);
	assert_true(before[0] == 0 && before[1] == 0 && before[3] == 0);
	assert_true(before[2] == key[1]); /* the day's first hour knows both */
	fixture_close(&f);
}

/* A comment about which there is nothing to count, and one without gaps. */
static void
few_keys(void **backend)
{
	struct fixture f = open_up(*backend);
	uint64_t site = new_sites();
	struct sent x[3];

	for (int i = 0; i < 3; i++)
		x[i] = comment_of(site, IN_2017);
	comment_add(&x[1], SIGNAL_THREAD, 1);
	comment_add(&x[2], SIGNAL_THREAD, 1);
	send_all(&f, x, 3);
	wait_all(&f, x, 3);
	for (int i = 0; i < 3; i++)
		assert_false(x[i].touch.degraded);
	assert_int_equal(x[1].keys.touches[0].count, 1);
	assert_int_equal(x[2].keys.touches[0].count, 2);
	fixture_close(&f);
}

/* Many at once, in the order given. */
static void
many_in_flight(void **backend)
{
	struct fixture f = open_up(*backend);
	uint64_t site = new_sites();
	struct sent *x = calloc(MANY, sizeof(*x));

	assert_non_null(x);
	for (int i = 0; i < MANY; i++) {
		x[i] = comment_of(site, IN_2017 + i);
		comment_add(&x[i], SIGNAL_TEXT, 7);
		comment_add(&x[i], SIGNAL_AUTHOR, 1000 + (uint64_t)i);
	}
	sent_done = 0;
	send_all(&f, x, MANY);
	wait_all(&f, x, MANY);
	for (int i = 0; i < MANY; i++) {
		assert_false(x[i].touch.degraded);
		assert_int_equal(x[i].turn, i);
		assert_int_equal(x[i].keys.touches[0].count, i + 1);
		assert_int_equal(x[i].keys.touches[0].gap_ms, i > 0 ? 1 : -1);
		assert_int_equal(x[i].keys.touches[1].count, 1);
	}
	free(x);
	fixture_close(&f);
}

static void
assert_same(const struct sent *x, const struct sent *y, int which)
{
	struct signals a = signals_of(&x->keys), b = signals_of(&y->keys);

	assert_false(x->touch.degraded);
	for (int kind = 0; kind < SIGNALS; kind++)
		if (a.of[kind].count != b.of[kind].count ||
		    a.of[kind].gap_ms != b.of[kind].gap_ms)
			fail_msg("comment %d, kind %d: %u %lld and %u %lld",
			    which, kind, a.of[kind].count,
			    (long long)a.of[kind].gap_ms, b.of[kind].count,
			    (long long)b.of[kind].gap_ms);
}

/* A look tells what a touch would be told, and counts nothing. */
static void
peeks(void **backend)
{
	struct fixture f = open_up(*backend);
	uint64_t site = new_sites();
	int64_t times[] = {IN_2017, IN_2017 + MINUTE, IN_2017 + HOUR,
	    IN_2017 + HOUR + MINUTE, IN_2017 + 9 * HOUR};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct sent x[3];

		for (int j = 0; j < 3; j++) {
			x[j] = comment_of(site, times[i]);
			x[j].touch.peek = j < 2;
			comment_add(&x[j], SIGNAL_AUTHOR, 1);
			comment_add(&x[j], SIGNAL_NET, 2);
		}
		send_all(&f, x, 3);
		wait_all(&f, x, 3);
		assert_same(&x[0], &x[2], (int)i);
		assert_same(&x[1], &x[2], (int)i);
	}
	fixture_close(&f);
}

static struct {
	struct state *state;
	struct sent second;
} chain;

static void
touch_again(struct state_touch *t)
{
	sent_finished(t);
	chain.second.touch.keys = &chain.second.keys;
	state_touch(chain.state, &chain.second.touch);
}

/* The end of one touch may be the beginning of the next. */
static void
touches_from_done(void **backend)
{
	struct fixture f = open_up(*backend);
	uint64_t site = new_sites();
	struct sent x = comment_of(site, IN_2017);

	chain.state = f.state;
	chain.second = comment_of(site, IN_2017 + MINUTE);
	comment_add(&x, SIGNAL_AUTHOR, 1);
	comment_add(&chain.second, SIGNAL_AUTHOR, 1);
	x.touch.done = touch_again;
	send_all(&f, &x, 1);
	wait_all(&f, &chain.second, 1);
	assert_int_equal(x.times_done, 1);
	assert_int_equal(chain.second.keys.touches[0].count, 2);
	assert_int_equal(chain.second.keys.touches[0].gap_ms, MINUTE);
	fixture_close(&f);
}

/*
 * The `i`-th comment of one of a few dozen people, in one of two years whose
 * clocks advance side by side; some comments are an hour late.
 */
static struct sent
random_comment(uint64_t site, int i)
{
	int64_t at_ms = (roll(2) ? IN_2026 : IN_2017) + i * INT64_C(4000) -
			(int64_t)roll(HOUR);
	struct sent x = comment_of(site + roll(2), at_ms);

	x.touch.peek = roll(8) == 0;
	for (int kind = 0; kind < SIGNALS; kind++)
		if (roll(4) > 0)
			comment_add(&x, kind, (uint64_t)kind << 32 | roll(40));
	return x;
}

/* Any backend says what memory says. */
static void
equals_memory(void **backend)
{
	struct fixture f = open_up(*backend);
	uint64_t site = new_sites();
	struct fixture memory = fixture_open("memory");
	struct sent x[50], y[50];

	dice = 42;
	for (int i = 0; i < RANDOM; i += 50) {
		for (int j = 0; j < 50; j++)
			x[j] = y[j] = random_comment(site, i + j);
		send_all(&f, x, 50);
		send_all(&memory, y, 50);
		wait_all(&f, x, 50);
		wait_all(&memory, y, 50);
		for (int j = 0; j < 50; j++)
			assert_same(&x[j], &y[j], i + j);
	}
	fixture_close(&memory);
	fixture_close(&f);
}

static void
ignore(struct state_touch *t)
{
	(void)t;
}

/* A loop of its own in a thread of its own. */
static void *
touch_often(void *shared)
{
	struct err e;
	struct loop *l = loop_open(&e);
	struct state *s = state_open(shared, l, STATE_OFTEN, &e);

	for (int i = 0; i < OFTEN; i++) {
		struct sent x = comment_of(1, IN_2017);

		comment_add(&x, SIGNAL_AUTHOR, 1);
		x.touch.keys = &x.keys;
		x.touch.done = ignore;
		state_touch(s, &x.touch);
	}
	state_close(s);
	loop_close(l);
	return NULL;
}

/* Loops share the memory of the process, and lose nothing. */
static void
memory_is_shared(void **unused)
{
	struct fixture f = fixture_open("memory");
	struct sent x = comment_of(1, IN_2017);
	pthread_t threads[3];

	(void)unused;
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, touch_often, f.shared),
		    0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	comment_add(&x, SIGNAL_AUTHOR, 1);
	send_all(&f, &x, 1);
	assert_int_equal(x.keys.touches[0].count, 3 * OFTEN + 1);
	fixture_close(&f);
}

static const char *const bad_uris[] = {"", "memory:", "memory:9", "memory:99",
    "memory:1x", "memory:200", "memoryx", "redis", "redis:", "redis://",
    "redis://host:", "redis://host:0", "redis://host:65536", "redis://host:1x",
    "redis://host/x", "redis://user@host", "redis://user:@host",
    "redis://:pass%2@host", "redis://:pass%00@host", "redis://[::1",
    "redis://[::1]x", "redis+unix:", "redis+unix:socket", "redis+unix:/a?x=1",
    "redis+unix:/a?db=", "redis+unix:/a?", "redis+unix:/a?db=1&",
    "redis+unix:/a?counters=9", "redis://host?", "redis://host?db=1",
    "redis://host/?counters=29", "redis://host?counters=18&counters=18",
    "unix:/a", "postgres://host"};

static void
refuses_bad_uris(void **unused)
{
	static const unsigned char secret[STATE_SECRET_BYTES];
	struct err e;

	(void)unused;
	for (size_t i = 0; i < sizeof(bad_uris) / sizeof(bad_uris[0]); i++) {
		if (state_shared_open(bad_uris[i], secret, &e) != NULL)
			fail_msg("took %s", bad_uris[i]);
		assert_int_equal(e.code, ERR_INPUT);
		assert_null(strstr(e.text, "pass%"));
	}
}

static void
reads_good_uris(void **unused)
{
	struct redis_uri u;
	struct err e;

	(void)unused;
	assert_int_equal(
	    uri_read_redis(&u, "redis://me:a%40b@[::1]:7/3", &e), 0);
	assert_string_equal(u.user, "me");
	assert_string_equal(u.password, "a@b");
	assert_string_equal(u.host, "::1");
	assert_int_equal(u.port, 7);
	assert_int_equal(u.db, 3);
	assert_int_equal(uri_read_redis(&u, "redis://redis", &e), 0);
	assert_string_equal(u.host, "redis");
	assert_string_equal(u.password, "");
	assert_int_equal(u.port, 6379);
	assert_int_equal(uri_read_redis(&u, "redis+unix:/a%20b?db=2", &e), 0);
	assert_string_equal(u.path, "/a b");
	assert_int_equal(u.db, 2);
	assert_int_equal(u.counters_log2, 0);
	assert_int_equal(
	    uri_read_redis(&u, "redis+unix:/a?counters=10&db=2", &e), 0);
	assert_int_equal(u.db, 2);
	assert_int_equal(u.counters_log2, 10);
	assert_int_equal(uri_read_redis(&u, "redis://a/3?counters=28", &e), 0);
	assert_int_equal(u.db, 3);
	assert_int_equal(u.counters_log2, 28);
}

typedef void test_body(void **);

static const struct {
	const char *name;
	test_body *body;
} tests[] = {
    {"counts and gaps", counts_and_gaps},
    {"names of a day", names_of_a_day},
    {"few keys", few_keys},
    {"many in flight", many_in_flight},
    {"peeks", peeks},
    {"touches from done", touches_from_done},
    {"equals memory", equals_memory},
};

enum {
	TESTS = sizeof(tests) / sizeof(tests[0]),
	BACKENDS = sizeof(backends) / sizeof(backends[0]),
};

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

int
main(void)
{
	static char names[BACKENDS][TESTS][64];
	struct CMUnitTest all[BACKENDS * TESTS + 3] = {
	    cmocka_unit_test(memory_is_shared),
	    cmocka_unit_test(refuses_bad_uris),
	    cmocka_unit_test(reads_good_uris),
	};
	int n = 3;

	signal(SIGPIPE, SIG_IGN);
	server = redis_server_place();
	for (int b = 0; b < BACKENDS; b++) {
		for (int t = 0; t < TESTS; t++) {
			snprintf(names[b][t], sizeof(names[b][t]), "%s: %s",
			    backends[b].name, tests[t].name);
			all[n++] = (struct CMUnitTest){.name = names[b][t],
			    .test_func = tests[t].body,
			    .initial_state = (void *)&backends[b]};
		}
	}
	return cmocka_run_group_tests(all, start_server, remove_server);
}
