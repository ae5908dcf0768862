/*
 * service/edge/state: a Redis that goes by a name, which is unknown, answers
 * late, or changes. What names mean is said here, in the place of libc.
 */
#include "state_fixture.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>

#include "redis_server.h"

#define IN_2026 INT64_C(1795000000000)
#define NAME    "redis.test"

enum {
	SOON_MS = 1000,    /* a touch, and to close, on a busy machine */
	START_MS = 3000,   /* to open, an address being waited for */
	HEALED_MS = 10000, /* from healing until it is used again */
};

static struct redis_server server;

static struct {
	pthread_mutex_t lock;
	pthread_cond_t opened;
	const char *address; /* NULL: there is none */
	bool hangs;
	unsigned asked, answered;
	pthread_t loop; /* whoever turns it must not ask */
} names = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER};

static const char *
address_of_name(void)
{
	const char *address;

	pthread_mutex_lock(&names.lock);
	if (pthread_equal(pthread_self(), names.loop))
		abort();
	names.asked++;
	while (names.hangs)
		pthread_cond_wait(&names.opened, &names.lock);
	names.answered++;
	address = names.address;
	pthread_mutex_unlock(&names.lock);
	return address;
}

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");

	if (strcmp(name, NAME) == 0 && !(hints->ai_flags & AI_NUMERICHOST)) {
		name = address_of_name();
		if (name == NULL)
			return EAI_NONAME;
	}
	return real(name, service, hints, out);
}

static void
name_is(const char *address, bool hangs)
{
	pthread_mutex_lock(&names.lock);
	names.address = address;
	names.hangs = hangs;
	pthread_cond_broadcast(&names.opened);
	pthread_mutex_unlock(&names.lock);
}

/* How often names were asked for and not answered. */
static unsigned
hanging(void)
{
	unsigned n;

	pthread_mutex_lock(&names.lock);
	n = names.asked - names.answered;
	pthread_mutex_unlock(&names.lock);
	return n;
}

static struct fixture
open_named(void)
{
	int64_t begun_ms = clock_monotonic_ms();
	struct fixture f;
	char uri[64];

	names.loop = pthread_self();
	snprintf(uri, sizeof(uri), "redis://" NAME ":%u", server.port);
	f = fixture_open(uri);
	assert_in_range(clock_monotonic_ms() - begun_ms, 0, START_MS);
	return f;
}

/* Whether a comment, which may not take long, was counted locally. */
static bool
is_degraded(struct fixture *f)
{
	struct sent x = comment_of(1, IN_2026);

	comment_add(&x, SIGNAL_AUTHOR, 1);
	send_all(f, &x, 1);
	wait_all(f, &x, 1);
	assert_in_range(x.done_ms - x.sent_ms, 0, SOON_MS);
	return x.touch.degraded;
}

static void
assert_away(struct fixture *f)
{
	for (int i = 0; i < 40; i++) {
		assert_true(is_degraded(f));
		loop_turn(f->loop, 10);
	}
}

static void
assert_back(struct fixture *f)
{
	assert_in_range(fixture_wait(f, true), 0, HEALED_MS);
}

static void
start(void)
{
	if (!redis_server_start(&server, ""))
		fail_msg("no Redis server: install redis-server");
}

/* At the start, and for a while. */
static void
unknown(void **unused)
{
	struct fixture f;

	(void)unused;
	start();
	name_is(NULL, false);
	f = open_named();
	assert_away(&f);
	name_is("127.0.0.1", false);
	assert_back(&f);
	fixture_close(&f);
}

/* Who knows an address goes on with it. */
static void
unknown_once_it_was_known(void **unused)
{
	struct fixture f;

	(void)unused;
	start();
	name_is("127.0.0.1", false);
	f = open_named();
	assert_back(&f);
	name_is(NULL, false);
	redis_server_stop(&server);
	assert_in_range(fixture_wait(&f, false), 0, HEALED_MS);
	assert_away(&f);
	start();
	assert_back(&f);
	fixture_close(&f);
}

/* Another address has nobody there; then the name is set right. */
static void
moved(void **unused)
{
	struct fixture f;

	(void)unused;
	start();
	name_is("127.0.0.2", false);
	f = open_named();
	assert_away(&f);
	name_is("127.0.0.1", false);
	assert_back(&f);
	fixture_close(&f);
}

/* Nothing waits for an answer that does not come, neither a start nor an end;
 * the last address has to do. */
static void
hangs(void **unused)
{
	struct fixture f;

	(void)unused;
	start();
	name_is("127.0.0.1", true);
	f = open_named();
	assert_away(&f);
	name_is("127.0.0.1", false);
	assert_back(&f);
	name_is("127.0.0.1", true);
	redis_server_stop(&server);
	assert_in_range(fixture_wait(&f, false), 0, HEALED_MS);
	start();
	assert_back(&f);
	fixture_close(&f);
}

/* Without a comment that waits for it, and with the thread left alone. */
static void
ends_meanwhile(void **unused)
{
	int64_t begun_ms;
	struct fixture f;

	(void)unused;
	name_is("127.0.0.1", true);
	f = open_named();
	begun_ms = clock_monotonic_ms();
	assert_true(hanging() > 0);
	fixture_close(&f);
	assert_in_range(clock_monotonic_ms() - begun_ms, 0, SOON_MS);
	name_is(NULL, false);
	while (hanging() > 0)
		usleep(1000);
}

static int
stop_server(void **unused)
{
	(void)unused;
	redis_server_stop(&server);
	name_is(NULL, false);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REDIS(unknown),
	    WITH_REDIS(unknown_once_it_was_known),
	    WITH_REDIS(moved),
	    WITH_REDIS(hangs),
	    WITH_REDIS(ends_meanwhile),
	};

	signal(SIGPIPE, SIG_IGN);
	server = redis_server_place();
	return cmocka_run_group_tests(tests, NULL, remove_server);
}
