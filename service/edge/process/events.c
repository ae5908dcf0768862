#include "events.h"

#include <pthread.h>
#include <stdlib.h>

struct events {
	struct events_listener *listeners;
	uint64_t first;       /* before all of ours */
	pthread_mutex_t lock; /* on all below */
	uint64_t newest;
	struct event kept[EVENTS_KEPT]; /* number n at n % EVENTS_KEPT */
};

struct events *
events_open(uint64_t first)
{
	struct events *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->first = e->newest = first;
	pthread_mutex_init(&e->lock, NULL);
	return e;
}

void
events_close(struct events *e)
{
	if (e == NULL)
		return;
	pthread_mutex_destroy(&e->lock);
	free(e);
}

void
events_listen(struct events *e, struct events_listener *l)
{
	l->next = e->listeners;
	e->listeners = l;
}

void
events_tell(struct events *e, int64_t site, const char *kind, struct span json)
{
	struct events_listener *l;
	struct event *one;

	if (json.n > EVENT_BYTES_MAX)
		return;
	pthread_mutex_lock(&e->lock);
	one = &e->kept[++e->newest % EVENTS_KEPT];
	one->number = e->newest;
	one->site = site;
	one->kind = kind;
	one->n = json.n;
	memcpy(one->data, json.p, json.n);
	pthread_mutex_unlock(&e->lock);
	for (l = e->listeners; l != NULL; l = l->next)
		l->told(l);
}

uint64_t
events_newest(struct events *e)
{
	uint64_t newest;

	pthread_mutex_lock(&e->lock);
	newest = e->newest;
	pthread_mutex_unlock(&e->lock);
	return newest;
}

/* The one before the oldest that is kept. */
static uint64_t
before_all(const struct events *e)
{
	uint64_t ours = e->newest - e->first;

	return ours < EVENTS_KEPT ? e->first : e->newest - EVENTS_KEPT;
}

static void
copy(struct event *out, const struct event *one)
{
	memcpy(out, one, offsetof(struct event, data) + one->n);
}

enum events_next
events_after(struct events *e, uint64_t number, struct event *out)
{
	enum events_next next = EVENTS_NONE;

	pthread_mutex_lock(&e->lock);
	if (number < before_all(e) || number > e->newest) {
		next = EVENTS_MISSED;
		out->number = before_all(e);
	} else if (number < e->newest) {
		next = EVENTS_ONE;
		copy(out, &e->kept[(number + 1) % EVENTS_KEPT]);
	}
	pthread_mutex_unlock(&e->lock);
	return next;
}
