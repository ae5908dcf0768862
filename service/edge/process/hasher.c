#include "hasher.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct hasher {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct hasher_job *first, **end; /* who waits, in order */
	unsigned waiting;
	bool ending;
	pthread_t thread;
	char nobody[PASSWORD_HASH_BYTES]; /* of a password that nobody knows */
};

/* The next one; NULL: the end. */
static struct hasher_job *
take(struct hasher *h)
{
	struct hasher_job *j;

	pthread_mutex_lock(&h->lock);
	while (h->first == NULL && !h->ending)
		pthread_cond_wait(&h->more, &h->lock);
	j = h->first;
	if (j != NULL) {
		h->first = j->next;
		if (h->first == NULL)
			h->end = &h->first;
		h->waiting--;
	}
	pthread_mutex_unlock(&h->lock);
	return j;
}

static void
deliver(struct loop_post *p)
{
	struct hasher_job *j =
	    (struct hasher_job *)((char *)p -
				  offsetof(struct hasher_job, post));

	j->done(j);
}

static void
work(const struct hasher *h, struct hasher_job *j)
{
	bool nobody = j->hash[0] == '\0';

	if (j->given[0] != '\0')
		j->fits = secrets_password_fits(
			      nobody ? h->nobody : j->hash, j->given) &&
			  !nobody;
	if (j->fresh[0] != '\0' &&
	    secrets_password_hash(j->fresh, j->fresh_hash) != 0)
		j->fresh_hash[0] = '\0';
	secrets_forget(j->given, sizeof(j->given));
	secrets_forget(j->fresh, sizeof(j->fresh));
	j->post.deliver = deliver;
	loop_send(j->loop, &j->post);
}

static void *
run(void *arg)
{
	struct hasher *h = arg;
	struct hasher_job *j;

	while ((j = take(h)) != NULL)
		work(h, j);
	return NULL;
}

static int
start(struct hasher *h, struct err *e)
{
	char unknown[SECRETS_HEX_MAX + 1];

	secrets_random_hex(unknown, SECRETS_HEX_MAX);
	if (secrets_password_hash(unknown, h->nobody) != 0)
		return err_set(e, ERR_DOWN, "no memory to hash passwords");
	if (pthread_create(&h->thread, NULL, run, h) != 0)
		return err_set(e, ERR_DOWN, "no thread to hash passwords");
	return 0;
}

struct hasher *
hasher_open(struct err *e)
{
	struct hasher *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		err_set(e, ERR_DOWN, "no memory to hash passwords");
		return NULL;
	}
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->more, NULL);
	h->end = &h->first;
	if (start(h, e) == 0)
		return h;
	free(h);
	return NULL;
}

void
hasher_close(struct hasher *h)
{
	if (h == NULL)
		return;
	pthread_mutex_lock(&h->lock);
	h->ending = true;
	pthread_cond_signal(&h->more);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	pthread_cond_destroy(&h->more);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

int
hasher_begin(struct hasher *h, struct hasher_job *j, struct err *e)
{
	bool full;

	j->next = NULL;
	j->fits = false;
	j->fresh_hash[0] = '\0';
	pthread_mutex_lock(&h->lock);
	full = h->waiting == HASHER_WAITING_MAX;
	if (!full) {
		h->waiting++;
		*h->end = j;
		h->end = &j->next;
		pthread_cond_signal(&h->more);
	}
	pthread_mutex_unlock(&h->lock);
	return full
		   ? err_set(e, ERR_BUSY, "too many sign in at once; try again")
		   : 0;
}
