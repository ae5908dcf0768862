#include "limiter.h"

#include <pthread.h>
#include <stdlib.h>

enum { RUN_SLOTS = 8, SECOND_US = 1000000 };

/*
 * How full a bucket is follows from when it will be full again (GCRA, the
 * virtual scheduling of ITU-T I.371): nothing to refill, one number to keep.
 */
struct slot {
	uint64_t key;
	int64_t full_us; /* long past: as good as free */
};

struct limiter {
	pthread_mutex_t lock; /* holds for the slots */
	uint64_t mask;
	struct slot slots[];
};

struct limiter *
limiter_open(unsigned log2_slots, struct err *e)
{
	size_t n = (size_t)1 << log2_slots;
	struct limiter *l = calloc(1, sizeof(*l) + n * sizeof(l->slots[0]));

	if (l == NULL) {
		err_set(e, ERR_DOWN, "no memory for limits");
		return NULL;
	}
	l->mask = n - 1;
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
limiter_close(struct limiter *l)
{
	if (l == NULL)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* The slot of `key`, taken from the fullest bucket if there was none. */
static struct slot *
slot_of(struct limiter *l, uint64_t key)
{
	struct slot *fullest = NULL;

	for (uint64_t i = 0; i < RUN_SLOTS; i++) {
		struct slot *s = &l->slots[(key + i) & l->mask];

		if (s->key == key)
			return s;
		if (fullest == NULL || s->full_us < fullest->full_us)
			fullest = s;
	}
	*fullest = (struct slot){.key = key, .full_us = INT64_MIN};
	return fullest;
}

static uint32_t
seconds(int64_t us)
{
	return (uint32_t)((us + SECOND_US - 1) / SECOND_US);
}

static struct limiter_answer
take(struct slot *s, const struct limiter_quota *q, int64_t now_us)
{
	int64_t token_us = (int64_t)q->window_s * SECOND_US / q->limit;
	int64_t all_us = token_us * q->limit;
	int64_t missing_us = s->full_us > now_us ? s->full_us - now_us : 0;
	int64_t after_us = missing_us + token_us;

	if (after_us > all_us)
		return (struct limiter_answer){
		    .refused = true, .reset_s = seconds(after_us - all_us)};
	s->full_us = now_us + after_us;
	return (struct limiter_answer){
	    .remaining = (uint32_t)((all_us - after_us) / token_us),
	    .reset_s = seconds(after_us),
	};
}

struct limiter_answer
limiter_take(struct limiter *l, uint64_t key, const struct limiter_quota *q,
    int64_t now_us)
{
	struct limiter_answer a;

	pthread_mutex_lock(&l->lock);
	a = take(slot_of(l, key), q, now_us);
	pthread_mutex_unlock(&l->lock);
	return a;
}
