#include "decisions.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	BUCKETS = DECISIONS_MAX,
	KEPT = DECISIONS_MAX / 2, /* the newest, when there is no more room */
	NEAR_BANDS = 2,           /* equal: one may be a common phrase */
	STEPS_MAX = 64,           /* of a chain: one phrase may be everywhere */
	CHAINS = 1 + FINGERPRINT_BANDS, /* of the text, and of each band */
};

/* Places in `items` count from 1, 0 is none. */
struct decision {
	int64_t site;
	uint64_t key[CHAINS]; /* the text's hash, then its bands */
	uint32_t next[CHAINS];
	enum label_kind kind;
	int64_t said_ms; /* when a person did */
	uint64_t at;     /* counts decisions */
};

struct decisions {
	pthread_rwlock_t lock; /* on all below */
	uint64_t at;
	uint32_t n;
	struct decision *items;          /* by rising age of the text */
	uint32_t first[CHAINS][BUCKETS]; /* of chains, the newest first */
};

static uint32_t
bucket_of(int64_t site, uint64_t key)
{
	uint64_t h = (key ^ (uint64_t)site) * 0x9E3779B97F4A7C15u;

	return (uint32_t)(h >> 32) % BUCKETS;
}

static void
link_item(struct decisions *d, uint32_t place)
{
	struct decision *one = &d->items[place - 1];

	for (int c = 0; c < CHAINS; c++) {
		uint32_t *first =
		    &d->first[c][bucket_of(one->site, one->key[c])];

		one->next[c] = *first;
		*first = place;
	}
}

/* Forgets the older half. */
static void
make_room(struct decisions *d)
{
	if (d->n < DECISIONS_MAX)
		return;
	memmove(d->items, d->items + (d->n - KEPT), KEPT * sizeof(*d->items));
	memset(d->first, 0, sizeof(d->first));
	d->n = 0;
	while (d->n < KEPT)
		link_item(d, ++d->n);
}

static struct decision *
find_exact(struct decisions *d, int64_t site, uint64_t text)
{
	uint32_t place = d->first[0][bucket_of(site, text)];

	for (; place != 0; place = d->items[place - 1].next[0])
		if (d->items[place - 1].site == site &&
		    d->items[place - 1].key[0] == text)
			return &d->items[place - 1];
	return NULL;
}

static bool
is_near(const struct decision *one, const struct fingerprint *f)
{
	int equal = 0;

	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		equal += f->band[i] != 0 && one->key[1 + i] == f->band[i];
	return equal >= NEAR_BANDS;
}

/* The newest of those near in one band's chain, or `best` if that is newer. */
static const struct decision *
search_band(const struct decisions *d, int64_t site,
    const struct fingerprint *f, int band, const struct decision *best)
{
	int chain = 1 + band;
	uint32_t place = d->first[chain][bucket_of(site, f->band[band])];

	for (int steps = 0; place != 0 && steps < STEPS_MAX; steps++) {
		const struct decision *one = &d->items[place - 1];

		if (one->site == site && is_near(one, f) &&
		    (best == NULL || one->at > best->at))
			best = one;
		place = one->next[chain];
	}
	return best;
}

static const struct decision *
find_near(const struct decisions *d, int64_t site, const struct fingerprint *f)
{
	const struct decision *best = NULL;

	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		if (f->band[i] != 0)
			best = search_band(d, site, f, i, best);
	return best;
}

enum ruling
decisions_find(struct decisions *d, int64_t site, const struct fingerprint *f)
{
	enum ruling says = RULING_NONE;
	const struct decision *one;

	pthread_rwlock_rdlock(&d->lock);
	one = find_exact(d, site, f->text);
	if (one != NULL) {
		says = one->kind == LABEL_HAM ? RULING_HAM : RULING_SPAM;
	} else {
		one = find_near(d, site, f);
		if (one != NULL && one->kind == LABEL_SPAM)
			says = RULING_SPAM;
	}
	pthread_rwlock_unlock(&d->lock);
	return says;
}

void
decisions_add(struct decisions *d, const struct label *l)
{
	struct decision *one;

	pthread_rwlock_wrlock(&d->lock);
	one = find_exact(d, l->site, l->fingerprint.text);
	if (one == NULL) {
		make_room(d);
		one = &d->items[d->n++];
		*one = (struct decision){.said_ms = INT64_MIN};
		one->site = l->site;
		one->key[0] = l->fingerprint.text;
		memcpy(&one->key[1], l->fingerprint.band,
		    sizeof(l->fingerprint.band));
		link_item(d, d->n);
	}
	/* loops learn in any order what was written in one */
	if (l->created_at_ms >= one->said_ms) {
		one->kind = l->kind;
		one->said_ms = l->created_at_ms;
		one->at = ++d->at;
	}
	pthread_rwlock_unlock(&d->lock);
}

static void
add_label(void *arg, const struct label *l)
{
	decisions_add(arg, l);
}

struct decisions *
decisions_open(struct store *s, struct err *e)
{
	struct decisions *d = calloc(1, sizeof(*d));
	struct label_visit all = {DECISIONS_MAX, add_label, d};

	if (d != NULL) {
		pthread_rwlock_init(&d->lock, NULL);
		d->items = calloc(DECISIONS_MAX, sizeof(*d->items));
	}
	if (d == NULL || d->items == NULL)
		err_set(e, ERR_DOWN, "no memory for decisions");
	else if (store_each_label(s, &all, e) == 0)
		return d;
	decisions_close(d);
	return NULL;
}

void
decisions_close(struct decisions *d)
{
	if (d == NULL)
		return;
	pthread_rwlock_destroy(&d->lock);
	free(d->items);
	free(d);
}
