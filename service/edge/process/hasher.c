#include "hasher.h"

#include <stdlib.h>
#include <string.h>

#include "container.h"

struct hasher {
	struct aside *aside;
	char nobody[PASSWORD_HASH_BYTES]; /* of a password that nobody knows */
};

static struct hasher_job *
job_of(struct aside_job *a)
{
	return container_of(a, struct hasher_job, job);
}

static void
work(struct aside_job *a)
{
	struct hasher_job *j = job_of(a);
	int fits = 0;

	if (j->given[0] != '\0')
		fits = secrets_password_fits(j->hash, j->given);
	j->fits = fits > 0 && !j->is_nobodys;
	j->failed = fits < 0;
	if (j->fresh[0] != '\0' &&
	    secrets_password_hash(j->fresh, j->fresh_hash) != 0)
		j->fresh_hash[0] = '\0';
	secrets_forget(j->given, sizeof(j->given));
	secrets_forget(j->fresh, sizeof(j->fresh));
}

static void
done(struct aside_job *a)
{
	struct hasher_job *j = job_of(a);

	j->done(j);
}

struct hasher *
hasher_open(struct err *e)
{
	struct hasher *h = calloc(1, sizeof(*h));
	char unknown[SECRETS_HEX_MAX + 1];

	secrets_random_hex(unknown, SECRETS_HEX_MAX);
	if (h == NULL || secrets_password_hash(unknown, h->nobody) != 0)
		err_set(e, ERR_DOWN, "no memory to hash passwords");
	else if ((h->aside = aside_open(e)) != NULL)
		return h;
	free(h);
	return NULL;
}

void
hasher_close(struct hasher *h)
{
	if (h == NULL)
		return;
	aside_close(h->aside);
	free(h);
}

int
hasher_begin(struct hasher *h, struct hasher_job *j, struct err *e)
{
	j->is_nobodys = j->hash[0] == '\0';
	if (j->is_nobodys)
		memcpy(j->hash, h->nobody, sizeof(j->hash));
	j->fits = j->failed = false;
	j->fresh_hash[0] = '\0';
	j->job =
	    (struct aside_job){.work = work, .done = done, .loop = j->loop};
	if (aside_offer(h->aside, &j->job, HASHER_WAITING_MAX))
		return 0;
	return err_set(e, ERR_BUSY, "too many sign in at once; try again");
}
