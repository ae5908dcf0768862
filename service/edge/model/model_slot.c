#include "model_slot.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "model_file.h"

/* A model that is in use or still has users. */
struct entry {
	struct model *model;
	unsigned users; /* and one more while it is in use */
	struct entry *older;
};

struct model_slot {
	pthread_mutex_t lock; /* of all below */
	struct entry *in_use; /* NULL, or the first of `newest` */
	struct entry *newest; /* nearly always one, so a list will do */
};

struct model_slot *
model_slot_open(void)
{
	struct model_slot *s = calloc(1, sizeof *s);

	if (s != NULL)
		pthread_mutex_init(&s->lock, NULL);
	return s;
}

/* Takes one user away; the entry to free when it was the last. */
static struct entry *
leave(struct model_slot *s, const struct model *m)
{
	struct entry **at = &s->newest, *e;

	while ((*at)->model != m)
		at = &(*at)->older;
	e = *at;
	if (--e->users > 0)
		return NULL;
	*at = e->older;
	return e;
}

static void
entry_free(struct entry *e)
{
	if (e == NULL)
		return;
	model_file_free(e->model);
	free(e);
}

int
model_slot_set(struct model_slot *s, struct model *m)
{
	struct entry *fresh = NULL, *gone = NULL;

	if (m != NULL) {
		fresh = malloc(sizeof *fresh);
		if (fresh == NULL) {
			model_file_free(m);
			return -1;
		}
		*fresh = (struct entry){.model = m, .users = 1};
	}
	pthread_mutex_lock(&s->lock);
	if (s->in_use != NULL)
		gone = leave(s, s->in_use->model);
	s->in_use = fresh;
	if (fresh != NULL) {
		fresh->older = s->newest;
		s->newest = fresh;
	}
	pthread_mutex_unlock(&s->lock);
	entry_free(gone);
	return 0;
}

const struct model *
model_slot_acquire(struct model_slot *s)
{
	const struct model *m = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->in_use != NULL) {
		s->in_use->users++;
		m = s->in_use->model;
	}
	pthread_mutex_unlock(&s->lock);
	return m;
}

void
model_slot_release(struct model_slot *s, const struct model *m)
{
	struct entry *gone;

	if (m == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	gone = leave(s, m);
	pthread_mutex_unlock(&s->lock);
	entry_free(gone);
}

void
model_slot_close(struct model_slot *s)
{
	if (s == NULL)
		return;
	model_slot_set(s, NULL);
	assert(s->newest == NULL);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
