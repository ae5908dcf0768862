#include "aside.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "container.h"

struct aside {
	pthread_t thread;
	pthread_mutex_t lock; /* on all below */
	pthread_cond_t more;  /* `first`, or `ending` */
	struct aside_job *first, **last;
	unsigned waiting;
	bool ending;
};

/* The next one, once there is one; NULL: the end, and nothing is left. */
static struct aside_job *
take(struct aside *a)
{
	struct aside_job *j;

	pthread_mutex_lock(&a->lock);
	while (a->first == NULL && !a->ending)
		pthread_cond_wait(&a->more, &a->lock);
	j = a->first;
	if (j != NULL) {
		a->first = j->next;
		a->waiting--;
	}
	if (a->first == NULL)
		a->last = &a->first;
	pthread_mutex_unlock(&a->lock);
	return j;
}

static void
deliver(struct loop_post *post)
{
	struct aside_job *j = container_of(post, struct aside_job, post);

	j->done(j);
}

static void *
run(void *arg)
{
	struct aside_job *j;

	while ((j = take(arg)) != NULL) {
		j->work(j);
		j->post.deliver = deliver;
		loop_send(j->loop, &j->post);
	}
	return NULL;
}

static void
release(struct aside *a)
{
	pthread_cond_destroy(&a->more);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct aside *
aside_open(struct err *e)
{
	struct aside *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		err_set(e, ERR_DOWN, "no memory for a thread");
		return NULL;
	}
	a->last = &a->first;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->more, NULL);
	if (pthread_create(&a->thread, NULL, run, a) == 0)
		return a;
	err_set(e, ERR_DOWN, "no thread beside the loops");
	release(a);
	return NULL;
}

void
aside_close(struct aside *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->ending = true;
	pthread_cond_signal(&a->more);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	release(a);
}

bool
aside_offer(struct aside *a, struct aside_job *j, unsigned most)
{
	bool taken;

	j->next = NULL;
	pthread_mutex_lock(&a->lock);
	taken = a->waiting < most;
	if (taken) {
		a->waiting++;
		*a->last = j;
		a->last = &j->next;
		pthread_cond_signal(&a->more);
	}
	pthread_mutex_unlock(&a->lock);
	return taken;
}

void
aside_do(struct aside *a, struct aside_job *j)
{
	aside_offer(a, j, UINT_MAX);
}
