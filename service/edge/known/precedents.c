#include "precedents.h"

#include <pthread.h>
#include <stdlib.h>

#include "../../core/leads.h"

enum {
	BUCKETS = PRECEDENTS_MAX,
	KEPT = PRECEDENTS_MAX / 2, /* the newest, when there is no more room */
	NEAR_BANDS = 2,            /* equal: one may be a common phrase */
	NEARLY_ALL = 3,            /* bands: hardly anything was added */
	STEPS_MAX = 64,   /* of a chain: one phrase may be everywhere */
	OWN_LETTERS = 40, /* shorter texts are said by many people, of which
			   * some advertise: "Great post, thanks!" */
	CHAINS = 1 + FINGERPRINT_BANDS, /* of the text, and of each band */
};

/* A text. Places in `items` count from 1, 0 is none. */
struct item {
	int64_t site;
	uint64_t key[CHAINS]; /* the text's hash, then its bands */
	uint32_t next[CHAINS];
	enum ruling says; /* RULING_NONE: what was said does not teach */
	int64_t order;    /* of the decision that says so */
};

struct precedents {
	pthread_rwlock_t lock; /* on all below */
	bool forgets;          /* there are decisions that only the store has */
	uint32_t n;
	struct item *items;              /* by rising age of the text */
	uint32_t first[CHAINS][BUCKETS]; /* of chains, the newest first */
};

enum ruling
precedents_ruling(enum decision_kind k)
{
	static const enum ruling rulings[DECISION_KINDS] = {
	    [DECISION_APPROVE] = RULING_HAM,
	    [DECISION_SPAM] = RULING_SPAM,
	    [DECISION_ABUSE] = RULING_ABUSE,
	    [DECISION_TRASH] = RULING_TRASH,
	    [DECISION_HOLD] = RULING_HOLD,
	};

	return rulings[k];
}

static uint32_t
bucket_of(int64_t site, uint64_t key)
{
	uint64_t h = (key ^ (uint64_t)site) * 0x9E3779B97F4A7C15u;

	return (uint32_t)(h >> 32) % BUCKETS;
}

static void
link_item(struct precedents *p, uint32_t place)
{
	struct item *one = &p->items[place - 1];

	for (int c = 0; c < CHAINS; c++) {
		uint32_t *first =
		    &p->first[c][bucket_of(one->site, one->key[c])];

		one->next[c] = *first;
		*first = place;
	}
}

/* Forgets the older half. */
static void
make_room(struct precedents *p)
{
	if (p->n < PRECEDENTS_MAX)
		return;
	p->forgets = true;
	memmove(p->items, p->items + (p->n - KEPT), KEPT * sizeof(*p->items));
	memset(p->first, 0, sizeof(p->first));
	p->n = 0;
	while (p->n < KEPT)
		link_item(p, ++p->n);
}

static struct item *
find_exact(struct precedents *p, int64_t site, uint64_t text)
{
	uint32_t place = p->first[0][bucket_of(site, text)];

	for (; place != 0; place = p->items[place - 1].next[0])
		if (p->items[place - 1].site == site &&
		    p->items[place - 1].key[0] == text)
			return &p->items[place - 1];
	return NULL;
}

static int
bands_of(const struct item *one, const struct fingerprint *f)
{
	int equal = 0;

	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		equal += f->band[i] != 0 && one->key[1 + i] == f->band[i];
	return equal;
}

static bool
is_near(const struct item *one, const struct fingerprint *f)
{
	return one->says != RULING_NONE && bands_of(one, f) >= NEAR_BANDS;
}

/* The newest of those near in one band's chain, or `best` if that is newer. */
static const struct item *
search_band(const struct precedents *p, int64_t site,
    const struct fingerprint *f, int band, const struct item *best)
{
	int chain = 1 + band;
	uint32_t place = p->first[chain][bucket_of(site, f->band[band])];

	for (int steps = 0; place != 0 && steps < STEPS_MAX; steps++) {
		const struct item *one = &p->items[place - 1];

		if (one->site == site && is_near(one, f) &&
		    (best == NULL || one->order > best->order))
			best = one;
		place = one->next[chain];
	}
	return best;
}

static const struct item *
find_near(const struct precedents *p, int64_t site, const struct fingerprint *f)
{
	const struct item *best = NULL;

	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		if (f->band[i] != 0)
			best = search_band(p, site, f, i, best);
	return best;
}

/* Nearly the same that was spam, under the lock, and of which text. */
static struct precedent
recall_near(const struct precedents *p, int64_t site,
    const struct fingerprint *f, uint64_t *text)
{
	const struct item *one = find_near(p, site, f);

	if (one == NULL || one->says != RULING_SPAM)
		return (struct precedent){.says = RULING_NONE};
	*text = one->key[0];
	return (struct precedent){.says = one->says, .bands = bands_of(one, f)};
}

/* Whose comment it was; and what holds, should it be another by now. */
static void
ask(struct precedent *out, struct store_reader *r, int64_t site, uint64_t text)
{
	struct decision d;
	struct err e;

	if (store_find_label(r, site, text, &d, &e) == 0) {
		out->says = precedents_ruling(d.kind);
		out->author = d.author;
		out->leads = d.leads;
	} else if (e.code == ERR_MISSING) {
		out->says = RULING_NONE;
	}
}

struct precedent
precedents_find(struct precedents *p, struct store_reader *r, int64_t site,
    const struct fingerprint *f)
{
	struct precedent same = {.bands = PRECEDENT_SAME}, near;
	const struct item *one;
	uint64_t text = f->text;
	bool forgets;

	pthread_rwlock_rdlock(&p->lock);
	forgets = p->forgets;
	one = find_exact(p, site, f->text);
	same.decided = one != NULL || forgets;
	same.says = one != NULL ? one->says : RULING_NONE;
	near = recall_near(p, site, f, &text);
	pthread_rwlock_unlock(&p->lock);
	if (same.says != RULING_NONE || forgets)
		ask(&same, r, site, f->text);
	if (same.says != RULING_NONE || near.says == RULING_NONE)
		return same;
	near.decided = same.decided;
	ask(&near, r, site, text);
	if (near.says != RULING_SPAM)
		near.says = RULING_NONE;
	return near;
}

static bool
is_his(const struct precedent *p, const struct precedent_case *c)
{
	return p->author != 0 && p->author == c->author;
}

/* Whether it leads wherever the other one did. */
static bool
leads_there(const struct precedent *p, const struct precedent_case *c)
{
	return p->leads != 0 && leads_within(p->leads, c->leads);
}

/* Whether the text alone is enough: nobody else comes to say it, or to quote
 * what it quotes, in which case the spam is what was added. */
static bool
is_telling(const struct precedent *p, const struct precedent_case *c)
{
	int bands = p->leads == 0 ? NEARLY_ALL : PRECEDENT_SAME;

	return c->letters >= OWN_LETTERS && p->bands >= bands;
}

enum ruling
precedent_apply(const struct precedent *p, const struct precedent_case *c)
{
	if (is_his(p, c))
		return p->says;
	if (p->says == RULING_HAM && !leads_within(c->leads, p->leads))
		return RULING_NONE;
	if (p->says == RULING_SPAM && !leads_there(p, c) && !is_telling(p, c))
		return RULING_ALIKE;
	return p->says;
}

/* The item of a text, made when there is none. */
static struct item *
item_of(struct precedents *p, int64_t site, const struct fingerprint *f)
{
	struct item *one = find_exact(p, site, f->text);

	if (one != NULL)
		return one;
	make_room(p);
	one = &p->items[p->n++];
	*one = (struct item){.site = site, .key = {f->text}};
	memcpy(&one->key[1], f->band, sizeof(f->band));
	link_item(p, p->n);
	return one;
}

static void
say(struct item *one, const struct decision *d)
{
	one->says = precedents_ruling(d->kind);
	one->order = d->order;
}

int
precedents_learn(struct precedents *p, struct store_reader *r, int64_t site,
    const struct fingerprint *f, struct err *e)
{
	struct decision holds;
	struct item *one;
	int found;

	/* asked under the lock: whoever asks last, says what holds last */
	pthread_rwlock_wrlock(&p->lock);
	found = store_find_label(r, site, f->text, &holds, e);
	if (found == 0 || e->code == ERR_MISSING) {
		one = item_of(p, site, f);
		one->says = RULING_NONE;
		if (found == 0)
			say(one, &holds);
		found = 0;
	}
	pthread_rwlock_unlock(&p->lock);
	return found;
}

/* At the start: how many there were so far, the oldest come first. */
struct filling {
	struct precedents *p;
	unsigned n;
};

static void
add_decision(void *arg, const struct decision *d)
{
	struct filling *fill = arg;
	struct item *one = item_of(fill->p, d->site, &d->fingerprint);

	fill->n++;
	if (decision_teaches(d))
		say(one, d);
}

struct precedents *
precedents_open(struct store *s, struct err *e)
{
	struct precedents *p = calloc(1, sizeof(*p));
	struct filling fill = {p, 0};
	struct decision_visit all = {add_decision, &fill, PRECEDENTS_MAX};

	if (p != NULL) {
		pthread_rwlock_init(&p->lock, NULL);
		p->items = calloc(PRECEDENTS_MAX, sizeof(*p->items));
	}
	if (p == NULL || p->items == NULL)
		err_set(e, ERR_DOWN, "no memory for what was decided");
	else if (store_each_decision(s, &all, e) == 0) {
		p->forgets |= fill.n == PRECEDENTS_MAX;
		return p;
	}
	precedents_close(p);
	return NULL;
}

void
precedents_close(struct precedents *p)
{
	if (p == NULL)
		return;
	pthread_rwlock_destroy(&p->lock);
	free(p->items);
	free(p);
}
