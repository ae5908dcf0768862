#include "errands.h"

#include <pthread.h>
#include <stdlib.h>

#include "container.h"

struct errands {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t ended;
	struct errand *first; /* those under way */
	unsigned n, most;
	bool closed;
};

struct errands *
errands_open(unsigned most)
{
	struct errands *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->most = most;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->ended, NULL);
	return s;
}

void
errands_call_off(struct errands *s)
{
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	for (struct errand *w = s->first; w != NULL; w = w->next)
		atomic_store(&w->called_off, true);
	pthread_mutex_unlock(&s->lock);
}

void
errands_close(struct errands *s)
{
	if (s == NULL)
		return;
	errands_call_off(s);
	pthread_mutex_lock(&s->lock);
	while (s->n > 0)
		pthread_cond_wait(&s->ended, &s->lock);
	pthread_mutex_unlock(&s->lock);
	pthread_cond_destroy(&s->ended);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void
deliver(struct loop_post *p)
{
	struct errand *w = container_of(p, struct errand, post);

	w->done(w);
}

static void
remove_errand(struct errands *s, const struct errand *w)
{
	struct errand **at = &s->first;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

/* From loop_send on the errand is its owner's; the errands' lock is held a
 * little longer, so that close waits for this thread's last step. */
static void *
go(void *arg)
{
	struct errand *w = arg;
	struct errands *s = w->errands;

	w->run(w);
	pthread_mutex_lock(&s->lock);
	remove_errand(s, w);
	w->post.deliver = deliver;
	loop_send(w->loop, &w->post);
	s->n--;
	pthread_cond_signal(&s->ended);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Takes a place. 0 or -1. */
static int
enter(struct errands *s, struct errand *w, struct err *e)
{
	int result = 0;

	pthread_mutex_lock(&s->lock);
	if (s->closed) {
		result = err_set(e, ERR_DOWN, "the service ends");
	} else if (s->n == s->most) {
		result = err_set(e, ERR_RATE, "one is under way: try later");
	} else {
		w->next = s->first;
		s->first = w;
		s->n++;
	}
	pthread_mutex_unlock(&s->lock);
	return result;
}

int
errands_start(struct errands *s, struct errand *w, struct err *e)
{
	pthread_attr_t detached;
	pthread_t thread;
	int failed;

	w->errands = s;
	atomic_init(&w->called_off, false);
	if (enter(s, w, e) != 0)
		return -1;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &detached, go, w);
	pthread_attr_destroy(&detached);
	if (!failed)
		return 0;
	pthread_mutex_lock(&s->lock);
	remove_errand(s, w);
	s->n--;
	pthread_mutex_unlock(&s->lock);
	return err_set(e, ERR_DOWN, "no thread for it");
}
