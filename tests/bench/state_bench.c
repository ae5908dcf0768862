/*
 * Touches a second through a state, and what they cost this process:
 *
 *   state_bench URI IN_FLIGHT [SECONDS]
 *
 * Each touch is a comment with 14 keys by one of 20,000 authors.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "../../service/edge/process/secrets.h"
#include "../../service/edge/state/state.h"

enum { IN_FLIGHT_MAX = 1024, KEYS = 14, AUTHORS = 20000 };

struct comment_in_flight {
	struct state_touch touch;
	struct signal_keys keys;
	int ready; /* to be touched again */
};

static struct comment_in_flight flights[IN_FLIGHT_MAX];
static uint64_t finished, dice = 1;

static uint64_t
roll(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	return dice ^= dice << 17;
}

static void
done(struct state_touch *t)
{
	((struct comment_in_flight *)t)->ready = 1;
	finished++;
}

static void
start(struct state *s, struct comment_in_flight *f)
{
	static const uint8_t kinds[KEYS] = {SIGNAL_AUTHOR, SIGNAL_EMAIL,
	    SIGNAL_IP, SIGNAL_NET, SIGNAL_THREAD, SIGNAL_AUTHOR_TEXT,
	    SIGNAL_IP_TEXT, SIGNAL_TEXT, SIGNAL_NEAR, SIGNAL_NEAR, SIGNAL_NEAR,
	    SIGNAL_NEAR, SIGNAL_HOST, SIGNAL_HOST};
	uint64_t author = roll() % AUTHORS;

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
	int in_flight;
} source;

/* Starts what is ready; added last, it runs before the state's own turn. */
static int
start_ready(struct loop_idle *i, int64_t now_ms)
{
	uint64_t before = finished;

	(void)i;
	(void)now_ms;
	for (int j = 0; j < source.in_flight; j++)
		if (flights[j].ready)
			start(source.state, &flights[j]);
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
run(struct loop *l, struct state *s, int in_flight, int64_t ms)
{
	int64_t begin_ms = clock_monotonic_ms(), end_ms = begin_ms + ms;
	double cpu = cpu_us();

	source.idle.turn = start_ready;
	source.state = s;
	source.in_flight = in_flight;
	for (int i = 0; i < in_flight; i++)
		flights[i].ready = 1;
	loop_add_idle(l, &source.idle);
	while (clock_monotonic_ms() < end_ms)
		loop_turn(l, 100);
	ms = clock_monotonic_ms() - begin_ms;
	cpu = cpu_us() - cpu;
	printf("%d in flight: %.0f touches/s, %.2f us of CPU each, "
	       "%llu degraded\n",
	    in_flight, (double)finished * 1e3 / (double)ms,
	    cpu / (double)finished, (unsigned long long)state_degraded(s));
}

int
main(int argc, char **argv)
{
	static const unsigned char secret[STATE_SECRET_BYTES] = "bench";
	struct err e = {.text = "state_bench URI IN_FLIGHT [SECONDS]"};
	struct state_shared *shared = NULL;
	struct state *s = NULL;
	struct loop *l = NULL;
	long in_flight = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	long seconds = argc > 3 ? strtol(argv[3], NULL, 10) : 3;

	signal(SIGPIPE, SIG_IGN);
	if (in_flight > 0 && in_flight <= IN_FLIGHT_MAX &&
	    secrets_init(&e) == 0 && (l = loop_open(&e)) != NULL &&
	    (shared = state_shared_open(argv[1], secret, &e)) != NULL)
		s = state_open(shared, l, &e);
	if (s == NULL) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	for (int i = 0; i < 1000 && !state_up(s); i++)
		loop_turn(l, 1);
	run(l, s, (int)in_flight, seconds * 1000);
	/* what is still in flight ends with the process */
	return 0;
}
