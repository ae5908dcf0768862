#include "cross.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "progress.h"

/* A machine to make, and where its answers go. */
struct task {
	int32_t fold; /* -1: of the whole */
	struct scored *answers;
};

struct tasks {
	const struct cross *cross;
	struct task items[FOLDS + 1];
	size_t n;
	pthread_mutex_t lock; /* of what follows */
	size_t done;
	struct progress progress;
};

static void
set_roles(uint8_t *roles, const struct cross *c, int32_t asked)
{
	const struct corpus *corpus = c->lesson->corpus;
	for (size_t i = 0; i < corpus->n; i++)
		roles[i] = c->roles[i] != ROLE_TRAIN       ? ROLE_NONE
			   : corpus->rows[i].fold == asked ? ROLE_TEST
							   : ROLE_TRAIN;
}

/* Rows of the head in a fold. */
struct count {
	size_t all, good;
};

static void
count_folds(struct count n[FOLDS], const struct cross *c)
{
	const struct corpus *corpus = c->lesson->corpus;
	for (size_t i = 0; i < corpus->n; i++) {
		const struct stub *row = &corpus->rows[i];
		if (c->roles[i] != ROLE_TRAIN || !corpus_teaches(row, c->head))
			continue;
		n[row->fold].all++;
		n[row->fold].good += !label_bad(row->label);
	}
}

bool
cross_has_both(const struct cross *c)
{
	const struct corpus *corpus = c->lesson->corpus;
	bool has[FOLDS][2] = {{false}};
	int folds[2] = {0};
	for (size_t i = 0; i < corpus->n; i++)
		if (c->roles[i] == ROLE_TRAIN &&
		    lesson_takes(c->lesson, i, c->head))
			has[corpus->rows[i].fold]
			   [label_bad(corpus->rows[i].label)] = true;
	for (int f = 0; f < FOLDS; f++)
		for (int bad = 0; bad < 2; bad++)
			folds[bad] += has[f][bad];
	return folds[false] > 1 && folds[true] > 1;
}

/* The whole first, since it takes the longest. Returns the rows asked. */
static size_t
plan(struct tasks *t, struct scored *s)
{
	struct count rows[FOLDS] = {{0}};
	size_t n = 0, good = 0;
	count_folds(rows, t->cross);
	if (t->cross->whole != NULL)
		t->items[t->n++] = (struct task){.fold = -1};
	for (int32_t f = 0; f < FOLDS && good < t->cross->enough; f++) {
		if (rows[f].all == 0)
			continue;
		t->items[t->n++] = (struct task){f, s + n};
		n += rows[f].all;
		good += rows[f].good;
	}
	return n;
}

static void
tell(struct tasks *t)
{
	pthread_mutex_lock(&t->lock);
	progress_at(&t->progress, ++t->done);
	pthread_mutex_unlock(&t->lock);
}

static int
learn(void *of, size_t i, unsigned hand, struct err *e)
{
	struct tasks *t = of;
	const struct cross *c = t->cross;
	const struct task *task = &t->items[i];
	uint8_t *roles = memory_new(c->lesson->corpus->n, sizeof(*roles));
	struct machine m;
	(void)hand;
	set_roles(roles, c, task->fold);
	int failed = lesson_learn(&m, c->lesson, c->head, roles, e);
	if (!failed && task->fold < 0) {
		*c->whole = m;
	} else if (!failed) {
		lesson_ask(task->answers, c->lesson, &m, c->head, roles);
		machine_release(&m);
	}
	free(roles);
	tell(t);
	return failed;
}

ssize_t
cross_learn(const struct cross *c, struct scored *s, struct err *e)
{
	struct tasks tasks = {.cross = c, .lock = PTHREAD_MUTEX_INITIALIZER};
	size_t n = plan(&tasks, s);
	tasks.progress = progress_start("learning", tasks.n);
	if (c->whole != NULL)
		*c->whole = (struct machine){0};
	int failed = crew_do(tasks.n, learn, &tasks, e);
	progress_end(&tasks.progress);
	if (!failed)
		return (ssize_t)n;
	if (c->whole != NULL)
		machine_release(c->whole);
	return -1;
}
