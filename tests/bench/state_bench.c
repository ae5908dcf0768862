/*
 * Touches a second through a state, and what they cost this process:
 *
 *   state_bench URI IN_FLIGHT [TOUCHES [AUTHORS]]
 *
 * Each touch is a comment with 14 keys by one of 20,000 authors. So many
 * touches, not seconds: that instructions and commands can be counted.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "../../service/edge/process/secrets.h"
#include "../../service/edge/state/state_backend.h"
#include "../dice.h"

enum {
	IN_FLIGHT_MAX = 1024,
	KEYS = 14,
	TOUCHES = 200000,
	AUTHORS = 20000,
	PATIENCE_MS = 60000, /* under callgrind a server is slow */
};

struct comment_in_flight {
	struct state_touch touch;
	struct signal_keys keys;
	int ready; /* to be touched again */
};

static struct comment_in_flight flights[IN_FLIGHT_MAX];
static uint64_t started, finished, degraded;

static void
done(struct state_touch *t)
{
	((struct comment_in_flight *)t)->ready = 1;
	finished++;
	degraded += t->degraded;
}

static void
start(struct state *s, struct comment_in_flight *f, uint64_t authors)
{
	static const uint8_t kinds[KEYS] = {SIGNAL_AUTHOR, SIGNAL_EMAIL,
	    SIGNAL_IP, SIGNAL_NET, SIGNAL_THREAD, SIGNAL_AUTHOR_TEXT,
	    SIGNAL_IP_TEXT, SIGNAL_TEXT, SIGNAL_NEAR, SIGNAL_NEAR, SIGNAL_NEAR,
	    SIGNAL_NEAR, SIGNAL_HOST, SIGNAL_HOST};
	uint64_t author = roll(authors);

	f->ready = 0;
	f->keys.n = KEYS;
	for (int i = 0; i < KEYS; i++) {
		f->keys.kinds[i] = kinds[i];
		f->keys.touches[i].key = author << 8 | (unsigned)i;
	}
	f->touch = (struct state_touch){.site = 1,
	    .at_ms = clock_unix_ms(),
	    .keys = &f->keys,
	    .done = done};
	state_touch(s, &f->touch);
}

static struct {
	struct loop_idle idle;
	struct state *state;
	uint64_t in_flight, touches, authors;
} source;

/* Starts what is ready; added last, it runs before the state's own turn. */
static int
start_ready(struct loop_idle *i, int64_t now_ms)
{
	uint64_t before = finished;

	(void)i;
	(void)now_ms;
	for (uint64_t j = 0; j < source.in_flight; j++)
		if (flights[j].ready && started++ < source.touches)
			start(source.state, &flights[j], source.authors);
	return finished == before ? -1 : 0;
}

static double
cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void
run(struct loop *l)
{
	int64_t ms = clock_monotonic_ms();
	double cpu = cpu_us();

	source.idle.turn = start_ready;
	for (uint64_t i = 0; i < source.in_flight; i++)
		flights[i].ready = 1;
	loop_add_idle(l, &source.idle);
	while (finished < source.touches)
		loop_turn(l, 100);
	ms = clock_monotonic_ms() - ms + 1;
	cpu = cpu_us() - cpu;
	printf("%" PRIu64 " in flight: %.0f touches/s, %.2f us of CPU each, "
	       "%" PRIu64 " degraded\n",
	    source.in_flight, (double)finished * 1e3 / (double)ms,
	    cpu / (double)finished, degraded);
}

/* The number in an argument, or `otherwise`. */
static uint64_t
number(const char *arg, uint64_t otherwise)
{
	return arg != NULL ? strtoul(arg, NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	static const unsigned char secret[STATE_SECRET_BYTES] = "bench";
	struct err e = {
	    .text = "state_bench URI IN_FLIGHT [TOUCHES [AUTHORS]]"};
	struct state_shared *shared = NULL;
	struct state *s = NULL;
	struct loop *l = NULL;

	signal(SIGPIPE, SIG_IGN);
	source.in_flight = argc > 2 ? number(argv[2], 0) : 0;
	source.touches = number(argc > 3 ? argv[3] : NULL, TOUCHES);
	source.authors = number(argc > 4 ? argv[4] : NULL, AUTHORS);
	if (source.in_flight > 0 && source.in_flight <= IN_FLIGHT_MAX &&
	    source.authors > 0 && secrets_init(&e) == 0 &&
	    (l = loop_open(&e)) != NULL &&
	    (shared = state_shared_open(argv[1], secret, &e)) != NULL) {
		shared->silence_ms = PATIENCE_MS;
		s = state_open(shared, l, STATE_OFTEN, &e);
	}
	if (s == NULL) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	for (int i = 0; i < 1000 && !state_up(s); i++)
		loop_turn(l, 1);
	source.state = s;
	run(l);
	state_close(s);
	state_shared_close(shared);
	loop_close(l);
	return 0;
}
