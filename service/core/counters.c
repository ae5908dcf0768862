#include "counters.h"

#include <assert.h>

/*
 * A slot counts one key in one window. Both windows of a key lie in the same
 * run of slots, which starts where the key's low bits say (keys are hashes),
 * so that one pass over 384 bytes finds all there is to know; two, where the
 * key was another one in the window before. A run fills from its start on, and
 * what is taken out is closed up, so behind a free slot there is nothing.
 * Behind the last run lies a slot that is always free.
 *
 * A table grows by one start at a time, each taking its keys from the start
 * that has one bit less: linear hashing (Litwin, VLDB 1980).
 */
enum {
	RUN_SLOTS = 16,
	STARTS_A_TOUCH = 16, /* that a growing table gains */
	LINE_BYTES = 64,     /* that a prefetch brings */
	WINDOW_MS = COUNTERS_WINDOW_S * 1000,
	DAY_WINDOWS = 24 * 3600 / COUNTERS_WINDOW_S,
};

struct counters_slot {
	uint64_t key;
	uint32_t window;  /* its low 32 bits */
	uint32_t last_ms; /* of the last event, from the window's start */
	uint32_t count;   /* 0: the slot is free */
	uint32_t touched; /* the table's clock at the last event */
};

/* What a run holds of a key at some window. */
struct found {
	struct counters_slot *now;    /* this window; NULL: not there */
	struct counters_slot *before; /* the window before; likewise */
};

size_t
counters_bytes(unsigned log2_slots)
{
	return ((UINT64_C(1) << log2_slots) + RUN_SLOTS) *
	       sizeof(struct counters_slot);
}

void
counters_init(struct counters *c, void *block, unsigned log2_slots)
{
	*c = (struct counters){
	    .slots = block,
	    .starts = UINT32_C(1) << log2_slots,
	    .mask = (UINT32_C(1) << log2_slots) - 1,
	};
}

bool
counters_growing(const struct counters *c)
{
	return c->starts <= c->mask;
}

void
counters_grow(struct counters *c, void *block)
{
	assert(!counters_growing(c));
	c->slots = block;
	c->mask = c->mask << 1 | 1;
}

int64_t
counters_window(int64_t at_ms)
{
	return at_ms / WINDOW_MS - (at_ms % WINDOW_MS < 0);
}

int64_t
counters_day(int64_t window)
{
	return window / DAY_WINDOWS - (window % DAY_WINDOWS < 0);
}

uint32_t
counters_into_window(int64_t at_ms)
{
	int64_t into = at_ms % WINDOW_MS;

	return (uint32_t)(into < 0 ? into + WINDOW_MS : into);
}

/* Where the run of a key starts. */
static uint32_t
start_of(const struct counters *c, uint64_t key)
{
	uint32_t start = (uint32_t)key & c->mask;

	return start < c->starts ? start : start & (c->mask >> 1);
}

/* How long ago a slot was touched; a free one longer than any other. */
static uint64_t
age(const struct counters *c, const struct counters_slot *s)
{
	return s->count == 0 ? UINT64_MAX : c->clock - s->touched;
}

void
counters_fetch(const struct counters *c, const struct touch *touches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *run =
		    (const char *)&c->slots[start_of(c, touches[i].key)];

		__builtin_prefetch(run);
		__builtin_prefetch(run + LINE_BYTES);
	}
}

static struct found
find_key(const struct counters *c, uint64_t key, uint32_t window)
{
	struct counters_slot *run = &c->slots[start_of(c, key)];
	struct found f = {0};

	for (struct counters_slot *s = run; s < run + RUN_SLOTS; s++) {
		if (s->count == 0)
			break;
		if (s->key != key)
			continue;
		if (s->window == window)
			f.now = s;
		else if (s->window == window - 1)
			f.before = s;
	}
	return f;
}

/* The slot to give up for a new one of `key` at `window`. */
static struct counters_slot *
find_oldest(const struct counters *c, uint64_t key, uint32_t window)
{
	struct counters_slot *run = &c->slots[start_of(c, key)];
	struct counters_slot *oldest = NULL;

	for (struct counters_slot *s = run; s < run + RUN_SLOTS; s++) {
		if (s->count == 0)
			return s;
		if (s->key == key && window - s->window <= 1)
			continue; /* it still counts */
		if (oldest == NULL || age(c, s) > age(c, oldest))
			oldest = s;
	}
	assert(oldest != NULL); /* two slots of a run are ours at most */
	return oldest;
}

static struct found
find(const struct counters *c, const struct touch *t, uint32_t window)
{
	struct found f = find_key(c, t->key, window);

	if (t->before != 0)
		f.before = find_key(c, t->before, window).before;
	return f;
}

static int64_t
gap(uint32_t from_ms, int64_t to_ms)
{
	return to_ms > from_ms ? to_ms - from_ms : 0;
}

static uint32_t
add_saturating(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

/* What an event at `at` of the window means beside those found. */
static void
tell(const struct found *f, uint32_t at, struct touch *t)
{
	uint32_t now = f->now != NULL ? f->now->count : 0;
	uint32_t before = f->before != NULL ? f->before->count : 0;

	t->now = add_saturating(now, 1);
	t->count = add_saturating(t->now, before);
	t->gap_ms = -1;
	if (f->now != NULL)
		t->gap_ms = gap(f->now->last_ms, at);
	else if (f->before != NULL)
		t->gap_ms = gap(f->before->last_ms, (int64_t)at + WINDOW_MS);
}

static void
count(struct counters *c, const struct found *f, uint64_t key,
    struct counters_slot event)
{
	struct counters_slot *s = f->now;

	if (s == NULL) {
		s = find_oldest(c, key, event.window);
		c->lost += s->count > 0 && event.window - s->window <= 1;
		*s = event;
		s->key = key;
	}
	s->count = add_saturating(s->count, 1);
	s->last_ms = event.last_ms;
	s->touched = c->clock++;
}

/* The window of `at_ms`, and when in it. */
static struct counters_slot
event_at(int64_t at_ms)
{
	return (struct counters_slot){
	    .window = (uint32_t)counters_window(at_ms),
	    .last_ms = counters_into_window(at_ms),
	};
}

/* Frees a slot and closes up behind it (Knuth, TAOCP 3, 6.4, algorithm R). */
static void
take_out(struct counters *c, uint32_t hole)
{
	for (uint32_t i = hole + 1;
	     i < hole + RUN_SLOTS && c->slots[i].count > 0; i++) {
		if (start_of(c, c->slots[i].key) > hole)
			continue;
		c->slots[hole] = c->slots[i];
		hole = i;
	}
	c->slots[hole].count = 0;
}

/* Where all are younger it is forgotten. */
static void
put_back(struct counters *c, struct counters_slot s)
{
	struct counters_slot *room = find_oldest(c, s.key, s.window);

	if (age(c, room) > age(c, &s))
		*room = s;
}

/* Gives the next start the keys that are its own. The last ones first: closing
 * up behind one passes by those that are still to move. */
static void
add_start(struct counters *c)
{
	uint32_t added = c->starts++, from = added & (c->mask >> 1);
	uint32_t end = from;

	c->slots[added + RUN_SLOTS].count = 0;
	while (end < from + RUN_SLOTS && c->slots[end].count > 0)
		end++;
	while (end-- > from) {
		struct counters_slot s = c->slots[end];

		if (((uint32_t)s.key & c->mask) != added)
			continue;
		take_out(c, end);
		put_back(c, s);
	}
	if (!counters_growing(c))
		c->lost = 0;
}

void
counters_touch(
    struct counters *c, int64_t at_ms, struct touch *touches, size_t n)
{
	struct counters_slot event = event_at(at_ms);

	for (size_t i = 0; i < n * STARTS_A_TOUCH && counters_growing(c); i++)
		add_start(c);
	counters_fetch(c, touches, n);
	for (size_t i = 0; i < n; i++) {
		struct found f = find(c, &touches[i], event.window);

		tell(&f, event.last_ms, &touches[i]);
		count(c, &f, touches[i].key, event);
	}
}

void
counters_peek(
    const struct counters *c, int64_t at_ms, struct touch *touches, size_t n)
{
	struct counters_slot event = event_at(at_ms);

	for (size_t i = 0; i < n; i++) {
		struct found f = find(c, &touches[i], event.window);

		tell(&f, event.last_ms, &touches[i]);
	}
}
