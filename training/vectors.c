#include "vectors.h"

#include <stdlib.h>

#include "progress.h"

struct entry {
	uint32_t bucket;
	double value;
};

/* Room that grows to the largest row. */
struct builder {
	struct entry *entries, *spare;
	struct packed_entry *packed;
	size_t room;
};

enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

/* Puts `n` of `from` in the order of a digit of their buckets; ties stay. */
static void
sort_by_digit(
    struct entry *to, const struct entry *from, size_t n, unsigned shift)
{
	size_t at[DIGITS + 1] = {0};
	for (size_t i = 0; i < n; i++)
		at[(from[i].bucket >> shift) % DIGITS + 1]++;
	for (size_t i = 1; i < DIGITS; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < n; i++)
		to[at[(from[i].bucket >> shift) % DIGITS]++] = from[i];
}

/* By bucket; ties keep their order, so that sums are always the same. */
static void
sort(struct builder *b, size_t n, uint32_t buckets)
{
	for (unsigned shift = 0; buckets >> shift != 0; shift += DIGIT_BITS) {
		struct entry *sorted = b->spare;
		sort_by_digit(sorted, b->entries, n, shift);
		b->spare = b->entries;
		b->entries = sorted;
	}
}

static void
reserve(struct builder *b, size_t n)
{
	if (b->room >= n)
		return;
	b->room = 2 * n;
	b->entries = memory_grow(b->entries, b->room, sizeof(*b->entries));
	b->spare = memory_grow(b->spare, b->room, sizeof(*b->spare));
	b->packed = memory_grow(b->packed, b->room, sizeof(*b->packed));
}

static size_t
collect(struct builder *b, struct vectors *v, const struct features *f)
{
	size_t n = 0;
	reserve(b, f->n);
	for (uint32_t i = 0; i < f->n_views; i++) {
		const struct feature_view *w = &f->views[i];
		for (uint32_t j = w->first; j < w->last; j++) {
			uint32_t bucket = (uint32_t)model_bucket(
			    w, f->items[j].hash, v->buckets_log2);
			v->kind[bucket] = w->kind;
			b->entries[n++] = (struct entry){bucket, w->value};
		}
	}
	sort(b, n, v->buckets);
	return n;
}

static void
append(struct vectors *v, struct builder *b, size_t row, size_t n)
{
	size_t end = 0;
	for (size_t i = 0; i < n; end++) {
		uint32_t bucket = b->entries[i].bucket;
		double sum = 0;
		for (; i < n && b->entries[i].bucket == bucket; i++)
			sum += b->entries[i].value;
		b->packed[end] = (struct packed_entry){bucket, (float)sum, 0};
	}
	packing_put(&v->rows, row, b->packed, end);
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
	v->rows.rows = memory_new(c->n, sizeof(*v->rows.rows));
	struct builder b = {0};
	size_t *order = replay_order(c);
	int failed = build(v, &b, c, order, e);
	if (failed)
		vectors_release(v);
	free(order);
	free(b.entries);
	free(b.spare);
	free(b.packed);
	return failed;
}

void
vectors_release(struct vectors *v)
{
	free(v->kind);
	packing_release(&v->rows);
	*v = (struct vectors){0};
}
