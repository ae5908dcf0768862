#include "vectors.h"

#include <stdlib.h>

#include "progress.h"

struct entry {
	uint32_t bucket, order; /* order: among the row's features */
	double value;
};

/* Room that grows to the largest row and as needed. */
struct builder {
	struct entry *entries;
	size_t n_entries;
	size_t room; /* of the vectors */
};

/* Ties keep their order, so that sums are the same whatever the sort. */
static int
by_bucket(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static size_t
collect(struct builder *b, struct vectors *v, const struct features *f)
{
	if (f->n == 0)
		return 0;
	if (b->entries == NULL || f->n > b->n_entries) {
		b->n_entries = f->n;
		b->entries = memory_grow(b->entries, f->n, sizeof(*b->entries));
	}
	size_t n = 0;
	for (uint32_t i = 0; i < f->n_views; i++) {
		const struct feature_view *w = &f->views[i];
		for (uint32_t j = w->first; j < w->last; j++) {
			uint32_t bucket = (uint32_t)model_bucket(
			    w, f->items[j].hash, v->buckets_log2);
			v->kind[bucket] = w->kind;
			b->entries[n] =
			    (struct entry){bucket, (uint32_t)n, w->value};
			n++;
		}
	}
	qsort(b->entries, n, sizeof(*b->entries), by_bucket);
	return n;
}

static void
append(struct vectors *v, struct builder *b, size_t row, size_t n)
{
	size_t at = v->entries;
	if (at + n > b->room) {
		b->room = 2 * (at + n);
		v->bucket = memory_grow(v->bucket, b->room, sizeof(*v->bucket));
		v->value = memory_grow(v->value, b->room, sizeof(*v->value));
	}
	size_t end = at;
	for (size_t i = 0; i < n;) {
		uint32_t bucket = b->entries[i].bucket;
		double sum = 0;
		for (; i < n && b->entries[i].bucket == bucket; i++)
			sum += b->entries[i].value;
		v->bucket[end] = bucket;
		v->value[end++] = (float)sum;
	}
	v->start[row] = at;
	v->count[row] = (uint32_t)(end - at);
	v->entries = end;
}

static int
build(struct vectors *v, struct builder *b, const struct corpus *c,
    const size_t *order, struct err *e)
{
	struct replay *r = replay_open();
	struct progress progress = progress_start("reading", c->n);
	int failed = 0;
	for (size_t i = 0; i < c->n && !failed; i++) {
		struct replayed row;
		struct features f;
		failed = replay_row(r, &row, &c->rows[order[i]], e);
		if (!failed &&
		    features_extract(&f, &row.comment, &row.reading.text,
			&row.signals, row.arena) < 0)
			failed = err_set(e, ERR_TOO_LARGE, "a row too large");
		if (!failed)
			append(v, b, order[i], collect(b, v, &f));
		progress_at(&progress, i);
	}
	progress_end(&progress);
	replay_close(r);
	return failed;
}

int
vectors_of(struct vectors *v, const struct corpus *c, unsigned buckets_log2,
    struct err *e)
{
	*v = (struct vectors){.buckets_log2 = buckets_log2,
	    .buckets = (uint32_t)model_buckets(buckets_log2)};
	v->n = c->n;
	v->kind = memory_new(v->buckets, sizeof(*v->kind));
	v->start = memory_new(c->n, sizeof(*v->start));
	v->count = memory_new(c->n, sizeof(*v->count));
	struct builder b = {0};
	size_t *order = replay_order(c);
	int failed = build(v, &b, c, order, e);
	if (failed)
		vectors_release(v);
	free(order);
	free(b.entries);
	return failed;
}

void
vectors_release(struct vectors *v)
{
	free(v->kind);
	free(v->bucket);
	free(v->value);
	free(v->start);
	free(v->count);
	*v = (struct vectors){0};
}
