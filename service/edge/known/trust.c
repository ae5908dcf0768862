#include "trust.h"

#include <pthread.h>
#include <stdlib.h>

#include "../store/store_find.h"

enum {
	BUCKETS = TRUST_MAX,
	KEPT = TRUST_MAX / 2, /* the newest, when there is no more room */
};

/* Authors are known by a keyed hash, so nobody can aim at a bucket. */
struct whose {
	int64_t site;
	uint64_t author;
};

/* A decision. Places in arrays count from 1, 0 is none. */
struct said {
	struct whose whose;
	uint64_t text;
	int64_t order;
	bool approves, undone;
	uint32_t next; /* in its bucket, by falling order */
};

struct trusted {
	struct whose whose;
	uint32_t approved; /* texts */
	uint32_t next;
};

struct table {
	int64_t had; /* decisions up to this order are read, not told */
	uint32_t n_read;
	bool forgets;          /* there are decisions that only the store has */
	uint32_t n, n_trusted; /* n_trusted <= n <= TRUST_MAX */
	struct said *said;     /* as they came */
	struct trusted *trusted;
	uint32_t said_in[BUCKETS];
	uint32_t trusted_in[BUCKETS];
};

/* While it is read anew, what is told goes to both tables: in any order, so
 * nothing is missed. */
struct trust {
	pthread_mutex_t reading; /* one at a time */
	pthread_rwlock_t lock;   /* on all below */
	struct table *now;       /* NULL: before the first reading */
	struct table *next;      /* NULL: nobody reads */
};

static uint32_t
bucket_of(struct whose w, uint64_t text)
{
	uint64_t h = (w.author ^ (uint64_t)w.site ^ text) * 0x9E3779B97F4A7C15u;

	return (uint32_t)(h >> 32) % BUCKETS;
}

static bool
is_same(struct whose a, struct whose b)
{
	return a.site == b.site && a.author == b.author;
}

static struct trusted *
find_trusted(const struct table *t, struct whose w)
{
	uint32_t at = t->trusted_in[bucket_of(w, 0)];

	while (at != 0 && !is_same(t->trusted[at - 1].whose, w))
		at = t->trusted[at - 1].next;
	return at == 0 ? NULL : &t->trusted[at - 1];
}

static struct trusted *
trusted_of(struct table *t, struct whose w)
{
	struct trusted *a = find_trusted(t, w);
	uint32_t *first = &t->trusted_in[bucket_of(w, 0)];

	if (a != NULL)
		return a;
	a = &t->trusted[t->n_trusted++];
	*a = (struct trusted){.whose = w, .next = *first};
	*first = t->n_trusted;
	return a;
}

/* Whether the last decision about the text that holds approves. */
static bool
is_approved(const struct table *t, struct whose w, uint64_t text)
{
	uint32_t at = t->said_in[bucket_of(w, text)];

	for (; at != 0; at = t->said[at - 1].next) {
		const struct said *s = &t->said[at - 1];

		if (!s->undone && s->text == text && is_same(s->whose, w))
			return s->approves;
	}
	return false;
}

/* Loops learn in any order what was written in one. */
static void
link_said(struct table *t, uint32_t place)
{
	struct said *s = &t->said[place - 1];
	uint32_t *at = &t->said_in[bucket_of(s->whose, s->text)];

	while (*at != 0 && t->said[*at - 1].order > s->order)
		at = &t->said[*at - 1].next;
	s->next = *at;
	*at = place;
}

/* Takes in the one behind the last. */
static void
take(struct table *t)
{
	struct said *s = &t->said[t->n++];
	bool before = is_approved(t, s->whose, s->text);

	link_said(t, t->n);
	trusted_of(t, s->whose)->approved +=
	    (uint32_t)is_approved(t, s->whose, s->text) - before;
}

/* Forgets the older half. */
static void
make_room(struct table *t)
{
	if (t->n < TRUST_MAX)
		return;
	t->forgets = true;
	memmove(t->said, t->said + (t->n - KEPT), KEPT * sizeof(*t->said));
	memset(t->said_in, 0, sizeof(t->said_in));
	memset(t->trusted_in, 0, sizeof(t->trusted_in));
	t->n = t->n_trusted = 0;
	while (t->n < KEPT)
		take(t);
}

static struct said *
find_said(const struct table *t, const struct decision *d)
{
	struct whose w = {d->site, d->author};
	uint32_t at = t->said_in[bucket_of(w, d->fingerprint.text)];

	/* they fall, so a new one is not looked for behind all old ones */
	for (; at != 0 && t->said[at - 1].order >= d->order;
	     at = t->said[at - 1].next) {
		struct said *s = &t->said[at - 1];

		if (s->order == d->order && is_same(s->whose, w))
			return s;
	}
	return NULL;
}

/* An undo may be heard of before what it undoes, so that is kept, too. */
static void
keep(struct table *t, const struct decision *d, bool undone)
{
	make_room(t);
	t->said[t->n] = (struct said){
	    .whose = {d->site, d->author},
	    .text = d->fingerprint.text,
	    .order = d->order,
	    .approves = d->learn && d->kind == DECISION_APPROVE,
	    .undone = undone,
	};
	take(t);
}

static void
add(struct table *t, const struct decision *d)
{
	if (find_said(t, d) == NULL)
		keep(t, d, false);
}

/* What was told late may be erased by now. */
static void
add_told(struct table *t, const struct decision *d)
{
	if (d->order > t->had)
		add(t, d);
}

static void
forget(struct table *t, const struct decision *d)
{
	struct said *s = find_said(t, d);
	bool before;

	if (s == NULL) {
		keep(t, d, true);
		return;
	}
	before = is_approved(t, s->whose, s->text);
	s->undone = true;
	trusted_of(t, s->whose)->approved +=
	    (uint32_t)is_approved(t, s->whose, s->text) - before;
}

static void
tell(struct trust *t, const struct decision *d,
    void (*what)(struct table *t, const struct decision *d))
{
	if (d->author == 0)
		return;
	pthread_rwlock_wrlock(&t->lock);
	if (t->now != NULL)
		what(t->now, d);
	if (t->next != NULL)
		what(t->next, d);
	pthread_rwlock_unlock(&t->lock);
}

void
trust_add(struct trust *t, const struct decision *d)
{
	tell(t, d, add_told);
}

void
trust_forget(struct trust *t, const struct decision *d)
{
	tell(t, d, forget);
}

uint32_t
trust_count(
    struct trust *t, struct store_reader *r, int64_t site, uint64_t author)
{
	const struct trusted *a;
	uint32_t n, stored;
	struct err ignored; /* then what memory has counts */
	bool forgets;

	if (author == 0)
		return 0;
	pthread_rwlock_rdlock(&t->lock);
	a = find_trusted(t->now, (struct whose){site, author});
	n = a == NULL ? 0 : a->approved;
	forgets = t->now->forgets;
	pthread_rwlock_unlock(&t->lock);
	if (forgets &&
	    store_count_approved(r, site, author, &stored, &ignored) == 0 &&
	    stored > n)
		n = stored;
	return n;
}

static void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	free(t->said);
	free(t->trusted);
	free(t);
}

static struct table *
table_new(void)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->said = calloc(TRUST_MAX, sizeof(*t->said));
	t->trusted = calloc(TRUST_MAX, sizeof(*t->trusted));
	if (t->said != NULL && t->trusted != NULL)
		return t;
	table_free(t);
	return NULL;
}

static void
add_to_next(void *arg, const struct decision *d)
{
	struct trust *t = arg;

	pthread_rwlock_wrlock(&t->lock);
	t->next->forgets |= ++t->next->n_read == TRUST_MAX;
	if (d->author != 0)
		add(t->next, d);
	pthread_rwlock_unlock(&t->lock);
}

static void
set_next(struct trust *t, struct table *next)
{
	pthread_rwlock_wrlock(&t->lock);
	t->next = next;
	pthread_rwlock_unlock(&t->lock);
}

/* The next becomes the one in use; the one that was. */
static struct table *
put_next(struct trust *t)
{
	struct table *old;

	pthread_rwlock_wrlock(&t->lock);
	old = t->now;
	t->now = t->next;
	t->now->had = 0;
	t->next = NULL;
	pthread_rwlock_unlock(&t->lock);
	return old;
}

int
trust_reread(struct trust *t, struct store *s, int64_t had, struct err *e)
{
	struct decision_visit all = {
	    .each = add_to_next, .arg = t, .most = TRUST_MAX};
	struct table *left = table_new();
	int failed;

	if (left == NULL)
		return err_set(e, ERR_DOWN, "no memory for trust");
	left->had = had;
	pthread_mutex_lock(&t->reading);
	set_next(t, left);
	failed = store_each_decision(s, &all, e);
	if (failed)
		set_next(t, NULL);
	else
		left = put_next(t);
	pthread_mutex_unlock(&t->reading);
	table_free(left);
	return failed;
}

struct trust *
trust_open(struct store *s, struct err *e)
{
	struct trust *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		err_set(e, ERR_DOWN, "no memory for trust");
		return NULL;
	}
	pthread_mutex_init(&t->reading, NULL);
	pthread_rwlock_init(&t->lock, NULL);
	if (trust_reread(t, s, 0, e) == 0)
		return t;
	trust_close(t);
	return NULL;
}

void
trust_close(struct trust *t)
{
	if (t == NULL)
		return;
	table_free(t->now);
	pthread_rwlock_destroy(&t->lock);
	pthread_mutex_destroy(&t->reading);
	free(t);
}
