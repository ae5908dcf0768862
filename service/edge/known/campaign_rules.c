#include "campaign_rules.h"

#include <pthread.h>
#include <stdlib.h>

#include "../process/loop.h"
#include "precedents.h"

enum { NEAR_BANDS = 2 }; /* equal: as in precedents.c */

/* As they were read, the oldest first; at `n` modulo the most. */
struct rules {
	uint64_t n;
	struct campaign_rule of[CAMPAIGN_RULES_MAX];
};

struct campaign_rules {
	struct store *store;
	pthread_mutex_t reloading; /* one at a time: none puts back older */
	pthread_rwlock_t lock;     /* of what `now` points to */
	struct rules *now;
};

struct campaign_rules *
campaign_rules_open(struct store *s, struct err *e)
{
	struct campaign_rules *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_set(e, ERR_DOWN, "no memory for campaigns");
		return NULL;
	}
	r->store = s;
	pthread_mutex_init(&r->reloading, NULL);
	pthread_rwlock_init(&r->lock, NULL);
	if (campaign_rules_reload(r, e) == 0)
		return r;
	campaign_rules_close(r);
	return NULL;
}

void
campaign_rules_close(struct campaign_rules *r)
{
	if (r == NULL)
		return;
	free(r->now);
	pthread_rwlock_destroy(&r->lock);
	pthread_mutex_destroy(&r->reloading);
	free(r);
}

static void
add(void *arg, const struct campaign_rule *rule)
{
	struct rules *l = arg;

	l->of[l->n++ % CAMPAIGN_RULES_MAX] = *rule;
}

int
campaign_rules_reload(struct campaign_rules *r, struct err *e)
{
	struct rules *fresh = calloc(1, sizeof(*fresh)), *gone = fresh;
	struct rule_visit visit = {add, fresh};
	int result;

	if (fresh == NULL)
		return err_set(e, ERR_DOWN, "no memory for campaigns");
	pthread_mutex_lock(&r->reloading);
	result = store_each_rule(r->store, clock_unix_ms(), &visit, e);
	if (result == 0) {
		pthread_rwlock_wrlock(&r->lock);
		gone = r->now;
		r->now = fresh;
		pthread_rwlock_unlock(&r->lock);
	}
	pthread_mutex_unlock(&r->reloading);
	free(gone);
	return result;
}

/* Whether a rule is about it. */
static bool
fits(const struct campaign_rule *r, int64_t site, const struct fingerprint *f)
{
	int equal = 0;

	if (r->site != 0 && r->site != site)
		return false;
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		equal += f->band[i] != 0 && r->band[i] == f->band[i];
	return equal >= NEAR_BANDS;
}

/* As campaign_rules_find, under the lock. */
static enum ruling
find(const struct rules *l, int64_t site, const struct fingerprint *f,
    int64_t now_ms)
{
	uint64_t n = l->n < CAMPAIGN_RULES_MAX ? l->n : CAMPAIGN_RULES_MAX;

	for (uint64_t i = 1; i <= n; i++) {
		const struct campaign_rule *r =
		    &l->of[(l->n - i) % CAMPAIGN_RULES_MAX];

		if (r->until_ms > now_ms && fits(r, site, f))
			return precedents_ruling(r->kind);
	}
	return RULING_NONE;
}

enum ruling
campaign_rules_find(struct campaign_rules *r, int64_t site,
    const struct fingerprint *f, int64_t now_ms)
{
	enum ruling ruling;

	pthread_rwlock_rdlock(&r->lock);
	ruling = find(r->now, site, f, now_ms);
	pthread_rwlock_unlock(&r->lock);
	return ruling;
}
