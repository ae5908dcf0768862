#include "site_models.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../process/container.h"
#include "../process/log.h"
#include "../process/loop.h"

enum {
	BUCKETS = 256,
	QUIET_MS = 300,          /* after the last decision, more may follow */
	PATIENCE_MS = 5000,      /* after the first */
	RETRY_MS = 5000,         /* after it failed */
	REST_MS = 60000,         /* after it had to go: others need the room */
	DECISIONS_MAX = 1 << 16, /* looked at for sites, at the start */
	NICE = 10,
};

struct entry {
	int64_t site;
	struct site_model *in_use; /* one user; NULL: the model as it is */
	uint32_t learned, decided; /* labels then, and decisions since */
	bool unmade; /* to be learned when the site asks: it never was, there
		      * was no model then, or there is another by now */
	bool stale;  /* whatever these say */
	int64_t first_ms, last_ms; /* of what is not learned; 0: nothing */
	int64_t learned_ms;        /* when it began to be, the last time */
	int64_t asked_ms;          /* for the last time; 0: never */
	int64_t rests_until_ms;    /* not to be learned before */
	struct entry *next;
};

struct site_models {
	struct site_models_config config;
	struct store_reader *reader; /* the thread's */
	pthread_t thread;
	bool started;
	atomic_bool ending;
	pthread_mutex_t lock; /* on all below */
	pthread_cond_t news;
	struct entry *of[BUCKETS];
};

/* A site's entry, made if there is none; NULL: no memory. */
static struct entry *
entry_of(struct site_models *m, int64_t site)
{
	struct entry **first = &m->of[(uint64_t)site % BUCKETS], *one;

	for (one = *first; one != NULL; one = one->next)
		if (one->site == site)
			return one;
	one = calloc(1, sizeof(*one));
	if (one != NULL) {
		one->site = site;
		one->unmade = true;
		one->next = *first;
		*first = one;
	}
	return one;
}

static void
note(struct entry *one)
{
	one->last_ms = clock_monotonic_ms();
	if (one->first_ms == 0)
		one->first_ms = one->last_ms;
}

/* When it is to be learned; INT64_MAX: not yet. What was learned is anew
 * after a day, without the texts that retention took. */
static int64_t
due_ms(const struct entry *one)
{
	int64_t quiet = one->last_ms + QUIET_MS;
	int64_t patience = one->first_ms + PATIENCE_MS;
	int64_t due = quiet < patience ? quiet : patience;

	if (!one->stale &&
	    !adapt_is_due(one->learned, one->learned + one->decided))
		return one->in_use == NULL ? INT64_MAX
					   : one->learned_ms + DAY_MS;
	return due > one->rests_until_ms ? due : one->rests_until_ms;
}

/* Takes a user away; who was the last, frees it. */
static void
leave(struct site_models *m, struct site_model *learned)
{
	if (learned == NULL || --learned->users > 0)
		return;
	model_slot_release(m->config.models, learned->base);
	site_model_free(learned);
}

/* What the model handed out is in. */
static struct site_model *
learned_of(const struct model *model)
{
	return container_of(model, struct site_model, model);
}

static void
make_stale(struct site_models *m, struct entry *one)
{
	if (one->stale)
		return;
	one->stale = true;
	note(one);
	pthread_cond_signal(&m->news);
}

/* What was made of another model would keep all of that in memory, even of
 * sites that ask for nothing any more. It is made of `base`, if there is one,
 * before they do. */
static void
let_go_of_others(struct site_models *m, const struct model *base)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct entry *e = m->of[i]; e != NULL; e = e->next) {
			if (e->in_use == NULL || e->in_use->base == base)
				continue;
			leave(m, e->in_use);
			e->in_use = NULL;
			e->unmade = true;
			if (base != NULL)
				make_stale(m, e);
		}
}

const struct model *
site_models_acquire(struct site_models *m, int64_t site)
{
	return site_models_take(m, model_slot_acquire(m->config.models), site);
}

const struct model *
site_models_take(struct site_models *m, const struct model *base, int64_t site)
{
	const struct model *found = NULL;
	struct entry *one;

	if (base == NULL || site == 0)
		return base;
	pthread_mutex_lock(&m->lock);
	one = entry_of(m, site);
	if (one != NULL)
		one->asked_ms = clock_monotonic_ms();
	if (one != NULL && one->in_use != NULL && one->in_use->base != base)
		let_go_of_others(m, base);
	if (one != NULL && one->in_use != NULL) {
		one->in_use->users++;
		found = &one->in_use->model;
	} else if (one != NULL && one->unmade) {
		make_stale(m, one);
	}
	pthread_mutex_unlock(&m->lock);
	if (found == NULL)
		return base;
	model_slot_release(m->config.models, base);
	return found;
}

void
site_models_release(struct site_models *m, const struct model *model)
{
	if (model == NULL || model->site == NULL) {
		model_slot_release(m->config.models, model);
		return;
	}
	pthread_mutex_lock(&m->lock);
	leave(m, learned_of(model));
	pthread_mutex_unlock(&m->lock);
}

const struct site_model *
site_models_of(const struct model *acquired)
{
	if (acquired == NULL || acquired->site == NULL)
		return NULL;
	return learned_of(acquired);
}

static void
renew(struct site_models *m)
{
	const struct model *base = model_slot_acquire(m->config.models);

	pthread_mutex_lock(&m->lock);
	let_go_of_others(m, base);
	pthread_mutex_unlock(&m->lock);
	model_slot_release(m->config.models, base);
}

void
site_models_renew(struct site_models *m)
{
	for (; m != NULL; m = m->config.beside)
		renew(m);
}

static void
take_news(struct site_models *m, int64_t site, enum site_news n)
{
	struct entry *one;

	pthread_mutex_lock(&m->lock);
	one = entry_of(m, site);
	if (one != NULL) {
		one->decided += n == SITE_DECIDED;
		one->stale |= n == SITE_UNDONE;
		note(one);
		pthread_cond_signal(&m->news);
	}
	pthread_mutex_unlock(&m->lock);
}

void
site_models_tell(struct site_models *m, int64_t site, enum site_news n)
{
	for (; m != NULL; m = m->config.beside)
		take_news(m, site, n);
}

/* The site to learn next, and when that is. */
static struct entry *
next_entry(struct site_models *m, int64_t *at_ms)
{
	struct entry *next = NULL;

	*at_ms = INT64_MAX;
	for (int i = 0; i < BUCKETS; i++)
		for (struct entry *e = m->of[i]; e != NULL; e = e->next)
			if (due_ms(e) < *at_ms) {
				*at_ms = due_ms(e);
				next = e;
			}
	return next;
}

/* Waits, under the lock, for news or for the time. */
static void
wait_until(struct site_models *m, int64_t at_ms)
{
	struct timespec until = {at_ms / 1000, at_ms % 1000 * 1000000};

	if (at_ms == INT64_MAX)
		pthread_cond_wait(&m->news, &m->lock);
	else
		pthread_cond_timedwait(&m->news, &m->lock, &until);
}

/* It failed: what was to be learned still is, a while later. */
static void
put_off(struct entry *one)
{
	one->stale = true;
	one->first_ms = one->last_ms = clock_monotonic_ms() + RETRY_MS;
}

/* Who asked least recently of those that have a model, and what all take. */
static struct entry *
find_idlest(const struct site_models *m, size_t *bytes)
{
	struct entry *idlest = NULL;

	*bytes = 0;
	for (int i = 0; i < BUCKETS; i++)
		for (struct entry *e = m->of[i]; e != NULL; e = e->next) {
			if (e->in_use == NULL)
				continue;
			*bytes += site_model_bytes(e->in_use);
			if (idlest == NULL || e->asked_ms < idlest->asked_ms)
				idlest = e;
		}
	return idlest;
}

/* Has as many sites go as there is no room for. They come again when they ask,
 * but not at once: of too many that ask, most are there for a while each. */
static void
make_room(struct site_models *m)
{
	struct entry *one;
	size_t bytes;

	while ((one = find_idlest(m, &bytes)) != NULL &&
	       bytes > m->config.bytes_max) {
		leave(m, one->in_use);
		one->in_use = NULL;
		one->unmade = true;
		one->rests_until_ms = clock_monotonic_ms() + REST_MS;
		log_line(LOG_INFO, "site.set_aside",
		    {"site", .number = one->site},
		    {"bytes", .number = (int64_t)bytes});
	}
}

/* Puts what was learned in use; NULL: nothing was, and all is as before. */
static void
show(struct site_models *m, struct entry *one, struct site_model *learned)
{
	if (learned == NULL)
		return;
	one->learned = learned->labels;
	learned->users = 1;
	leave(m, one->in_use);
	one->in_use = NULL;
	if (site_model_differs(learned))
		one->in_use = learned;
	else
		leave(m, learned);
	make_room(m);
}

/* Learns a site; under the lock, which it lets go meanwhile. */
static void
learn(struct site_models *m, struct entry *one)
{
	struct site_learning l = {
	    .reader = m->reader,
	    .site = one->site,
	    .comment_bytes = m->config.comment_bytes,
	    .ending = &m->ending,
	};
	struct site_model *learned = NULL;
	int failed = 0;
	struct err e;

	one->decided = 0;
	one->stale = false;
	one->first_ms = 0;
	one->learned_ms = clock_monotonic_ms();
	pthread_mutex_unlock(&m->lock);
	l.base = model_slot_acquire(m->config.models);
	if (l.base != NULL)
		failed = site_model_learn(&learned, &l, &e);
	if (failed) {
		model_slot_release(m->config.models, l.base);
		if (!atomic_load(&m->ending))
			log_line(LOG_ERROR, "site.learn_failed",
			    {"site", .number = l.site}, {"error", e.text});
	}
	pthread_mutex_lock(&m->lock);
	one->unmade = l.base == NULL;
	if (failed)
		put_off(one);
	show(m, one, learned);
}

static void *
run(void *arg)
{
	struct site_models *m = arg;
	struct entry *next;
	int64_t at_ms;

	/* who waits for an answer goes first */
	if (nice(NICE) == -1)
		log_line(LOG_WARN, "site.not_nice",
		    {"why", .text = strerror(errno)});
	pthread_mutex_lock(&m->lock);
	while (!atomic_load(&m->ending)) {
		next = next_entry(m, &at_ms);
		if (next != NULL && at_ms <= clock_monotonic_ms())
			learn(m, next);
		else
			wait_until(m, at_ms);
	}
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

/* At the start: every site that decided something of late. */
static void
begin_site(void *arg, const struct decision *d)
{
	struct site_models *m = arg;
	struct entry *one = entry_of(m, d->site);

	if (one != NULL)
		one->stale = true;
}

static void
init_sync(struct site_models *m)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&m->news, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&m->lock, NULL);
}

struct site_models *
site_models_open(const struct site_models_config *c, struct err *e)
{
	struct site_models *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		err_set(e, ERR_DOWN, "no memory for the sites' models");
		return NULL;
	}
	m->config = *c;
	init_sync(m);
	m->reader = store_reader_open(c->store, e);
	if (m->reader != NULL)
		return m;
	site_models_close(m);
	return NULL;
}

int
site_models_begin(struct site_models *m, struct err *e)
{
	struct decision_visit all = {begin_site, m, DECISIONS_MAX};

	return store_each_decision(m->config.store, &all, e);
}

int
site_models_start(struct site_models *m, struct err *e)
{
	m->started = pthread_create(&m->thread, NULL, run, m) == 0;
	if (m->started)
		return 0;
	return err_set(e, ERR_DOWN, "no thread for the sites' models");
}

static void
free_entries(struct site_models *m)
{
	for (int i = 0; i < BUCKETS; i++)
		while (m->of[i] != NULL) {
			struct entry *one = m->of[i];

			m->of[i] = one->next;
			leave(m, one->in_use);
			free(one);
		}
}

/* Calls off what is learned, of those beside it too. */
static void
call_off(struct site_models *m)
{
	for (; m != NULL; m = m->config.beside) {
		pthread_mutex_lock(&m->lock);
		atomic_store(&m->ending, true);
		pthread_cond_signal(&m->news);
		pthread_mutex_unlock(&m->lock);
	}
}

void
site_models_close(struct site_models *m)
{
	if (m == NULL)
		return;
	call_off(m);
	if (m->started)
		pthread_join(m->thread, NULL);
	store_reader_close(m->reader);
	free_entries(m);
	pthread_cond_destroy(&m->news);
	pthread_mutex_destroy(&m->lock);
	free(m);
}
