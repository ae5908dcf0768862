#include "leases.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct leases {
	pthread_mutex_t lock; /* on all below */
	struct lease of[LEASES_MAX];
};

struct leases *
leases_open(void)
{
	struct leases *l = calloc(1, sizeof(*l));

	if (l != NULL)
		pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
leases_close(struct leases *l)
{
	if (l == NULL)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static bool
is_of(const struct lease *one, const struct lease *wanted)
{
	return one->site == wanted->site &&
	       strcmp(one->comment, wanted->comment) == 0;
}

static bool
is_holders(const struct lease *one, const struct lease *wanted)
{
	return strcmp(one->holder, wanted->holder) == 0;
}

/* What there is already, and where something new would go. */
struct look {
	struct lease *has;  /* of the comment; NULL: nobody's */
	struct lease *left; /* the holder's, of another; NULL: none */
	struct lease *room; /* that ended, or else ends first */
};

static struct look
look(struct leases *l, const struct lease *wanted, int64_t now_ms)
{
	struct look found = {.room = &l->of[0]};

	for (int i = 0; i < LEASES_MAX; i++) {
		struct lease *one = &l->of[i];

		/* the clock went back: nobody knows when it began */
		if (one->until_ms > now_ms + 2 * LEASE_MS)
			one->until_ms = 0;
		if (one->until_ms < found.room->until_ms)
			found.room = one;
		if (one->until_ms <= now_ms)
			continue;
		if (is_of(one, wanted))
			found.has = one;
		else if (is_holders(one, wanted))
			found.left = one;
	}
	return found;
}

bool
leases_take(struct leases *l, const struct lease *wanted, int64_t now_ms,
    struct lease *has, struct lease *left)
{
	struct look found;
	bool taken = false;

	*left = (struct lease){.site = 0};
	pthread_mutex_lock(&l->lock);
	found = look(l, wanted, now_ms);
	if (found.left != NULL) {
		*left = *found.left;
		*found.left = (struct lease){.site = 0};
	}
	if (found.has == NULL) {
		found.has = found.left != NULL ? found.left : found.room;
		*found.has = *wanted;
		taken = true;
	}
	if (is_holders(found.has, wanted))
		found.has->until_ms = now_ms + LEASE_MS;
	*has = *found.has;
	pthread_mutex_unlock(&l->lock);
	return taken;
}

bool
leases_end(struct leases *l, const struct lease *one, int64_t now_ms)
{
	struct look found;
	bool ended;

	pthread_mutex_lock(&l->lock);
	found = look(l, one, now_ms);
	ended = found.has != NULL &&
		(one->holder[0] == '\0' || is_holders(found.has, one));
	if (ended)
		*found.has = (struct lease){.site = 0};
	pthread_mutex_unlock(&l->lock);
	return ended;
}
