#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "memory.h"

/* Jobs being done. */
struct crew {
	int (*job)(void *work, size_t i, unsigned hand, struct err *e);
	void *work;
	atomic_size_t next;
	atomic_size_t end; /* no job from here on is begun */
	pthread_mutex_t lock;
	struct err *e; /* of the job `end`; under the lock */
};

struct hand {
	struct crew *crew;
	unsigned number;
	pthread_t thread;
};

static pthread_once_t counted = PTHREAD_ONCE_INIT;
static unsigned hands_there;

static void
count_hands(void)
{
	cpu_set_t set;
	bool known = sched_getaffinity(0, sizeof(set), &set) == 0;
	/* one, where there are more than fit into a set */
	hands_there = known ? (unsigned)CPU_COUNT(&set) : 1;
}

unsigned
crew_hands(void)
{
	pthread_once(&counted, count_hands);
	return hands_there;
}

/* Lower jobs were begun before, so the first to fail is found. */
static void
fail(struct crew *c, size_t i, const struct err *e)
{
	pthread_mutex_lock(&c->lock);
	if (i < c->end) {
		c->end = i;
		*c->e = *e;
	}
	pthread_mutex_unlock(&c->lock);
}

static void *
work(void *of)
{
	const struct hand *h = of;
	struct crew *c = h->crew;
	for (;;) {
		struct err e = {0};
		size_t i = c->next++;
		if (i >= c->end)
			return NULL;
		if (c->job(c->work, i, h->number, &e) != 0)
			fail(c, i, &e);
	}
}

int
crew_do(size_t n,
    int (*job)(void *work, size_t i, unsigned hand, struct err *e), void *of,
    struct err *e)
{
	struct crew crew = {.job = job,
	    .work = of,
	    .end = n,
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .e = e};
	size_t hands = crew_hands() < n ? crew_hands() : n, begun = 1;
	if (n == 0)
		return 0;
	struct hand *h = memory_new(hands, sizeof(*h));
	for (unsigned i = 0; i < hands; i++)
		h[i] = (struct hand){.crew = &crew, .number = i};
	/* where no thread is to be had, fewer hands do the same */
	while (begun < hands &&
	       pthread_create(&h[begun].thread, NULL, work, &h[begun]) == 0)
		begun++;
	work(&h[0]);
	while (begun > 1)
		pthread_join(h[--begun].thread, NULL);
	free(h);
	return crew.end < n ? -1 : 0;
}
