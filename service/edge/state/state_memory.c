#include "state_backend.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/counters.h"

/*
 * One table and one lock for the process: a comment's keys are counted in
 * about a microsecond, so that loops rarely meet here.
 */
struct state_table {
	pthread_mutex_t lock; /* holds for all below */
	struct counters counters;
	void *block;
	unsigned log2_slots, log2_most;
};

enum {
	LOG2_MIN = 10,
	LOG2_MAX = 28,
	LOST_SHARE = 256, /* grows when one in so many was lost */
};

struct state_table *
state_table_open(unsigned log2_most, struct err *e)
{
	struct state_table *t = calloc(1, sizeof(*t));
	unsigned log2_slots =
	    log2_most < STATE_TABLE_LOG2 ? log2_most : STATE_TABLE_LOG2;

	if (t != NULL)
		t->block = calloc(1, counters_bytes(log2_slots));
	if (t == NULL || t->block == NULL) {
		err_set(
		    e, ERR_DOWN, "out of memory for 2^%u counters", log2_slots);
		free(t);
		return NULL;
	}
	t->log2_slots = log2_slots;
	t->log2_most = log2_most;
	counters_init(&t->counters, t->block, log2_slots);
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
state_table_close(struct state_table *t)
{
	if (t == NULL)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t->block);
	free(t);
}

/* Without memory for that it goes on as it is, and tries again later. */
static void
grow(struct state_table *t)
{
	void *block = realloc(t->block, counters_bytes(t->log2_slots + 1));

	if (block == NULL) {
		t->counters.lost = 0;
		return;
	}
	t->block = block;
	t->log2_slots++;
	counters_grow(&t->counters, block);
}

/* Whether it forgets what still counts, and may be larger. */
static bool
cramped(const struct state_table *t)
{
	return t->log2_slots < t->log2_most &&
	       !counters_growing(&t->counters) &&
	       t->counters.lost > t->counters.mask / LOST_SHARE;
}

void
state_table_count(struct state_table *table, struct state_touch *t,
    const struct state_touch *next)
{
	struct signal_keys *k = t->keys;

	pthread_mutex_lock(&table->lock);
	if (next != NULL)
		counters_fetch(
		    &table->counters, next->keys->touches, next->keys->n);
	if (t->peek)
		counters_peek(&table->counters, t->at_ms, k->touches, k->n);
	else
		counters_touch(&table->counters, t->at_ms, k->touches, k->n);
	if (cramped(table))
		grow(table);
	pthread_mutex_unlock(&table->lock);
}

void
state_table_clear(struct state_table *t)
{
	size_t bytes;
	void *block;

	pthread_mutex_lock(&t->lock);
	bytes = counters_bytes(t->log2_slots);
	block = calloc(1, bytes); /* which touches none of it yet */
	if (block != NULL) {
		free(t->block);
		t->block = block;
	} else {
		memset(t->block, 0, bytes);
	}
	counters_init(&t->counters, t->block, t->log2_slots);
	pthread_mutex_unlock(&t->lock);
}

static void
touch(struct state *s, struct state_touch *t)
{
	state_table_count(s->shared->table, t, NULL);
	t->done(t);
}

static bool
up(const struct state *s)
{
	(void)s;
	return true;
}

static void
close_memory(struct state *s)
{
	free(s);
}

static const struct state_ops ops = {
    .touch = touch,
    .up = up,
    .close = close_memory,
};

/* Reads ":NN", or nothing for the default; whether it is that. */
static bool
read_size(unsigned *log2_slots, const char *s)
{
	*log2_slots = STATE_TABLE_LOG2;
	if (s[0] == '\0')
		return true;
	if (s[0] != ':' || strlen(s) != 3 || strspn(s + 1, "0123456789") != 2)
		return false;
	*log2_slots = (unsigned)((s[1] - '0') * 10 + s[2] - '0');
	return *log2_slots >= LOG2_MIN && *log2_slots <= LOG2_MAX;
}

static int
read_uri(struct state_shared *s, const char *uri, struct err *e)
{
	if (read_size(&s->table_log2, uri + strlen("memory")))
		return 0;
	return err_set(e, ERR_INPUT,
	    "expected memory or memory:N for 2^N counters at most, "
	    "N from %d to %d",
	    LOG2_MIN, LOG2_MAX);
}

static int
share(struct state_shared *s, struct err *e)
{
	s->table = state_table_open(s->table_log2, e);
	return s->table != NULL ? 0 : -1;
}

static struct state *
open_memory(struct state_shared *shared, struct loop *l, enum state_use use,
    struct err *e)
{
	struct state *s = malloc(sizeof(*s));

	(void)l;
	(void)use;
	if (s == NULL) {
		err_set(e, ERR_DOWN, "out of memory");
		return NULL;
	}
	*s = (struct state){.ops = &ops, .shared = shared};
	return s;
}

const struct state_backend state_memory = {
    .read = read_uri,
    .share = share,
    .open = open_memory,
};
