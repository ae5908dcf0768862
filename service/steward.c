#include "steward.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "edge/admin/drift_watch.h"

enum { PAUSE_S = 60 };

struct steward {
	struct service *service;
	struct store_reader *reader;
	struct drift_watch drift;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool ends; /* under the lock */
};

/* Waits until it is time again: false: it is the end. */
static bool
pause_between(struct steward *t)
{
	struct timespec until;
	int code = 0;
	bool goes_on;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PAUSE_S;
	pthread_mutex_lock(&t->lock);
	while (!t->ends && code == 0)
		code = pthread_cond_timedwait(&t->wake, &t->lock, &until);
	goes_on = !t->ends;
	pthread_mutex_unlock(&t->lock);
	return goes_on;
}

static void *
look_after(void *arg)
{
	struct steward *t = arg;

	do
		drift_watch_look(&t->drift, t->service, t->reader);
	while (pause_between(t));
	return NULL;
}

struct steward *
steward_open(struct service *s, struct err *e)
{
	struct steward *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		err_set(e, ERR_DOWN, "no memory for the steward");
		return NULL;
	}
	t->service = s;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, NULL);
	t->reader = store_reader_open(s->store, e);
	if (t->reader != NULL &&
	    pthread_create(&t->thread, NULL, look_after, t) == 0)
		return t;
	if (t->reader != NULL) {
		err_set(e, ERR_DOWN, "cannot start the steward's thread");
		store_reader_close(t->reader);
	}
	free(t);
	return NULL;
}

void
steward_close(struct steward *t)
{
	if (t == NULL)
		return;
	pthread_mutex_lock(&t->lock);
	t->ends = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	store_reader_close(t->reader);
	free(t);
}
