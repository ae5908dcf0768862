#include "store_put_queue.h"

#include <errno.h>

enum {
	WINDOW_US = 1150, /* from group to group: with those of checkpoints
			   * there are some 1,000 syncs a second */
	/* After a group so large, those who sent it are worth waiting for: a
	 * sync takes 80 us of CPU. With fewer about, time counts more. */
	MANY = 32,
	MANY_WINDOW_US = 2000,
	PORTION = 16, /* puts that are worth writing before the others come */
	/* A group so large ends, whatever comes in time for a portion: none of
	 * it is answered before, and all else that is to be done waits, too.
	 * So many clients are one group; for more a sync costs little each. */
	GROUP = 512,
};

void
put_queue_init(struct put_queue *q)
{
	pthread_condattr_t monotonic;

	*q = (struct put_queue){.last = &q->first, .wanted = 1};
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&q->enough, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

void
put_queue_add(struct put_queue *q, struct store_put *p)
{
	p->next = NULL;
	pthread_mutex_lock(&q->lock);
	*q->last = p;
	q->last = &p->next;
	if (++q->n == q->wanted)
		pthread_cond_signal(&q->enough);
	pthread_mutex_unlock(&q->lock);
}

unsigned
put_queue_count(struct put_queue *q)
{
	unsigned n;

	pthread_mutex_lock(&q->lock);
	n = q->n;
	pthread_mutex_unlock(&q->lock);
	return n;
}

void
put_queue_stop(struct put_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->stopping = true;
	pthread_cond_signal(&q->enough);
	pthread_mutex_unlock(&q->lock);
}

void
put_queue_release(struct put_queue *q)
{
	pthread_cond_destroy(&q->enough);
	pthread_mutex_destroy(&q->lock);
}

static struct timespec
later(struct timespec t, int64_t us)
{
	int64_t ns = t.tv_nsec + us % 1000000 * 1000;

	return (struct timespec){
	    .tv_sec = t.tv_sec + us / 1000000 + ns / 1000000000,
	    .tv_nsec = ns % 1000000000,
	};
}

/* Waits for `wanted` puts, the end or `until`; with the queue locked. */
static void
await(struct put_queue *q, unsigned wanted, struct timespec until)
{
	q->wanted = wanted;
	while (q->n < wanted && !q->stopping) {
		if (pthread_cond_timedwait(&q->enough, &q->lock, &until) ==
		    ETIMEDOUT)
			break;
	}
	q->wanted = 1;
}

/* Waits for a portion, or for the last puts of the group, as far as that is
 * worth it. */
static void
gather(struct put_queue *q)
{
	await(q, PORTION, q->due);
	if (q->n < PORTION && q->before >= MANY &&
	    q->taken + q->n < q->before) {
		unsigned missing = q->before - q->taken;

		await(q, missing < PORTION ? missing : PORTION, q->late);
	}
	q->complete = q->n < PORTION || q->taken + q->n >= GROUP;
}

/* All that waits. */
static struct store_put *
take(struct put_queue *q)
{
	struct store_put *puts = q->first;

	q->taken += q->n;
	clock_gettime(CLOCK_MONOTONIC, &q->taken_at);
	q->first = NULL;
	q->last = &q->first;
	q->n = 0;
	return puts;
}

struct store_put *
put_queue_take(struct put_queue *q, int64_t patience_ms, bool *stop)
{
	struct store_put *puts;
	struct timespec now;

	pthread_mutex_lock(&q->lock);
	clock_gettime(CLOCK_MONOTONIC, &now);
	q->before = q->taken;
	q->taken = 0;
	q->due = later(q->taken_at, WINDOW_US);
	q->late = later(q->taken_at, MANY_WINDOW_US);
	q->complete = true;
	if (q->n > 0 || q->before > 1)
		gather(q);
	await(q, 1, later(now, patience_ms * 1000));
	puts = take(q);
	*stop = q->stopping && puts == NULL;
	pthread_mutex_unlock(&q->lock);
	return puts;
}

struct store_put *
put_queue_more(struct put_queue *q)
{
	struct store_put *puts = NULL;

	pthread_mutex_lock(&q->lock);
	if (!q->complete) {
		gather(q);
		puts = take(q);
	}
	pthread_mutex_unlock(&q->lock);
	return puts;
}
