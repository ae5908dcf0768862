#include "presence.h"

#include <pthread.h>
#include <stdlib.h>

#include "../format/json_out.h"
#include "../request/access.h"

enum {
	NAMES_MAX = 32,
	STREAMS_MAX = 16, /* a page has one, and none while it is not seen */
};

struct person {
	struct caller is;
	unsigned streams;
	struct person *next;
	struct grant grants[];
};

struct presence {
	pthread_mutex_t lock; /* on all below */
	struct person *first;
	uint64_t revision;
};

struct presence *
presence_open(void)
{
	struct presence *p = calloc(1, sizeof(*p));

	if (p != NULL)
		pthread_mutex_init(&p->lock, NULL);
	return p;
}

void
presence_close(struct presence *p)
{
	struct person *one, *next;

	if (p == NULL)
		return;
	for (one = p->first; one != NULL; one = next) {
		next = one->next;
		free(one);
	}
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* Whether it is the same key, or person; of whichever site. */
static bool
is_of(const struct person *one, const struct caller *who)
{
	return one->is.is_person == who->is_person &&
	       strcmp(one->is.key, who->key) == 0;
}

/* Where the person hangs, or would. */
static struct person **
find(struct presence *p, const struct caller *who)
{
	struct person **at = &p->first;

	while (*at != NULL && ((*at)->is.site != who->site || !is_of(*at, who)))
		at = &(*at)->next;
	return at;
}

static unsigned
count_streams(const struct presence *p, const struct caller *who)
{
	unsigned n = 0;

	for (const struct person *one = p->first; one != NULL; one = one->next)
		if (is_of(one, who))
			n += one->streams;
	return n;
}

static struct person *
make(const struct caller *who)
{
	struct person *one =
	    calloc(1, sizeof(*one) + who->n_grants * sizeof(*one->grants));

	if (one != NULL)
		one->is = caller_own(who, one->grants);
	return one;
}

/* The lock is held. */
static int
enter(struct presence *p, const struct caller *who, struct err *e)
{
	struct person **at = find(p, who), *one = *at;

	if (count_streams(p, who) >= STREAMS_MAX)
		return err_set(e, ERR_RATE,
		    "%d streams of events are open for you already: "
		    "close one first",
		    STREAMS_MAX);
	if (one != NULL) {
		one->streams++;
		return 0;
	}
	one = *at = make(who);
	if (one == NULL)
		return err_set(e, ERR_DOWN, "no memory for one who watches");
	one->streams = 1;
	p->revision++;
	return 1;
}

int
presence_enter(struct presence *p, const struct caller *who, struct err *e)
{
	int came;

	pthread_mutex_lock(&p->lock);
	came = enter(p, who, e);
	pthread_mutex_unlock(&p->lock);
	return came;
}

bool
presence_leave(struct presence *p, const struct caller *who)
{
	struct person **at, *one;
	bool last;

	pthread_mutex_lock(&p->lock);
	at = find(p, who);
	one = *at;
	last = one != NULL && --one->streams == 0;
	if (last) {
		*at = one->next;
		free(one);
		p->revision++;
	}
	pthread_mutex_unlock(&p->lock);
	return last;
}

uint64_t
presence_revision(struct presence *p)
{
	uint64_t revision;

	pthread_mutex_lock(&p->lock);
	revision = p->revision;
	pthread_mutex_unlock(&p->lock);
	return revision;
}

/* With `most` names at most; n 0: it does not fit. */
static struct span
write_names(const struct presence *p, const struct caller *who, unsigned most,
    struct arena *a)
{
	struct json_out o;
	unsigned n = 0;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_open(&o, "names", '[');
	for (const struct person *one = p->first; one != NULL;
	     one = one->next) {
		if (!access_meets(&one->is, who))
			continue;
		if (n++ < most)
			json_out_text(&o, NULL, span_of(one->is.label));
	}
	json_out_close(&o, ']');
	json_out_integer(&o, "n", n);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

size_t
presence_write(
    struct presence *p, const struct caller *who, char *out, size_t room)
{
	struct span text = {NULL, 0};
	struct arena a;

	pthread_mutex_lock(&p->lock);
	for (unsigned most = NAMES_MAX; text.n == 0; most /= 2) {
		arena_init(&a, out, room);
		text = write_names(p, who, most, &a);
		if (most == 0)
			break;
	}
	pthread_mutex_unlock(&p->lock);
	if (text.n > 0)
		memmove(out, text.p, text.n);
	return text.n;
}
