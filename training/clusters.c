#include "clusters.h"

#include <stdlib.h>
#include <xxhash.h>

#include "../service/core/fingerprint.h"
#include "progress.h"

enum { ARENA_BYTES = 1 << 28 };

/* Texts that agree in two bands of them are nearly the same. */
struct pair {
	uint64_t key;
	size_t row;
};

static size_t
find(size_t *of, size_t row)
{
	while (of[row] != row)
		row = of[row] = of[of[row]];
	return row;
}

/* The first row of both is that of the two together. */
static void
join(size_t *of, size_t a, size_t b)
{
	a = find(of, a);
	b = find(of, b);
	of[a > b ? a : b] = a < b ? a : b;
}

static void
add(struct pair **pairs, size_t *n, struct pair p)
{
	*pairs = memory_append(*pairs, *n, sizeof(**pairs));
	(*pairs)[(*n)++] = p;
}

static void
add_row(struct pair **pairs, size_t *n, const struct fingerprint *f, size_t row)
{
	for (uint64_t i = 0; i < FINGERPRINT_BANDS; i++)
		for (uint64_t j = i + 1; j < FINGERPRINT_BANDS; j++) {
			uint64_t parts[] = {i, j, f->band[i], f->band[j]};
			if (f->band[i] == 0 || f->band[j] == 0)
				continue;
			add(pairs, n,
			    (struct pair){
				XXH3_64bits(parts, sizeof(parts)), row});
		}
	add(pairs, n, (struct pair){f->text, row});
}

static int
by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static int
read_rows(struct clusters *k, const struct corpus *c, struct pair **pairs,
    size_t *n, struct err *e)
{
	void *block = memory_new(ARENA_BYTES, 1);
	struct arena a;
	struct progress progress = progress_start("looking for repeats", c->n);
	int failed = 0;
	arena_init(&a, block, ARENA_BYTES);
	for (size_t i = 0; i < c->n && !failed; i++) {
		const struct comment *row = &c->rows[i].comment;
		struct text text;
		arena_rewind(&a, 0);
		if (text_normalise(&text, row->content, row->format, &a) < 0) {
			failed =
			    err_set(e, ERR_TOO_LARGE, "a row is too large");
			break;
		}
		struct fingerprint f = fingerprint_of(&text);
		k->of[i] = i;
		k->text[i] = f.text;
		add_row(pairs, n, &f, i);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	free(block);
	return failed;
}

int
clusters_of(struct clusters *k, const struct corpus *c, struct err *e)
{
	struct pair *pairs = NULL;
	size_t n = 0;
	*k = (struct clusters){
	    .of = memory_new(c->n, sizeof(*k->of)),
	    .text = memory_new(c->n, sizeof(*k->text)),
	    .n = c->n,
	};
	int failed = read_rows(k, c, &pairs, &n, e);
	qsort(pairs, n, sizeof(*pairs), by_key);
	for (size_t i = 1; i < n && !failed; i++)
		if (pairs[i].key == pairs[i - 1].key)
			join(k->of, pairs[i].row, pairs[i - 1].row);
	for (size_t i = 0; i < c->n && !failed; i++)
		k->of[i] = find(k->of, i);
	free(pairs);
	return failed;
}

void
clusters_release(struct clusters *k)
{
	free(k->of);
	free(k->text);
	*k = (struct clusters){0};
}
