#include "steward.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "edge/admin/drift_watch.h"
#include "edge/model/model_proposal.h"
#include "edge/process/log.h"
#include "edge/store/store_retention.h"
#include "retrain.h"

enum { DRIFT_S = 60, QUOTES_S = RETENTION_SPAM_DAYS * 24 * 3600 };

struct steward {
	struct service *service;
	struct store_reader *reader;
	struct drift_watch drift;
	int64_t drift_due_ms; /* monotonic */
	struct retrain *retrain;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool ends; /* under the lock */
};

/* Waits until it is time again: false: it is the end. */
static bool
pause_for(struct steward *t, int seconds)
{
	struct timespec until;
	int code = 0;
	bool goes_on;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&t->lock);
	while (!t->ends && code == 0)
		code = pthread_cond_clockwait(
		    &t->wake, &t->lock, CLOCK_MONOTONIC, &until);
	goes_on = !t->ends;
	pthread_mutex_unlock(&t->lock);
	return goes_on;
}

static void
forget_old(void *shelf, const char *model)
{
	int64_t until_s = clock_unix_ms() / 1000 - QUOTES_S;
	char path[MODEL_PATH_BYTES];
	struct err e;

	if (model_shelf_path(shelf, model, path, &e) == 0 &&
	    model_proposal_forget(path, until_s, &e) < 0)
		log_line(LOG_DEBUG, "quotes.stay", {"error", e.text});
}

/* What pages about models quote of comments is not kept longer than spam. */
static void
forget_quotes(struct model_shelf *shelf)
{
	struct err ignored;

	model_shelf_each(shelf, forget_old, shelf, &ignored);
}

static void *
look_after(void *arg)
{
	struct steward *t = arg;
	int64_t now_ms;

	do {
		now_ms = clock_monotonic_ms();
		if (now_ms >= t->drift_due_ms) {
			drift_watch_look(&t->drift, t->service, t->reader);
			forget_quotes(t->service->shelf);
			t->drift_due_ms = now_ms + DRIFT_S * 1000;
		}
	} while (pause_for(t, retrain_look(t->retrain, t->reader)));
	return NULL;
}

struct steward *
steward_open(const struct config *c, struct service *s, struct err *e)
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
	if (t->reader == NULL)
		goto out;
	t->retrain = retrain_open(c, s);
	if (t->retrain != NULL &&
	    pthread_create(&t->thread, NULL, look_after, t) == 0)
		return t;
	err_set(e, ERR_DOWN, "cannot start the steward's thread");
	store_reader_close(t->reader);
out:
	retrain_close(t->retrain);
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
	retrain_close(t->retrain);
	store_reader_close(t->reader);
	free(t);
}
