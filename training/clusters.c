#include "clusters.h"

#include <stdlib.h>
#include <xxhash.h>

#include "../service/core/fingerprint.h"
#include "progress.h"
#include "replay.h"

enum { ARENA_BYTES = 1 << 28, GRAM = 5, BINS = 32, LOOK_BACK = 8 };

static const double alike = 0.6;

/* One-permutation MinHash: the least hash of each bin; 0: none fell there. */
struct sketch {
	uint32_t of[BINS];
};

static struct sketch
sketch_of(const struct text *t)
{
	struct sketch s = {0};
	for (uint32_t i = 0; i + GRAM <= t->n; i++) {
		uint64_t hash =
		    XXH3_64bits(t->points + i, GRAM * sizeof(*t->points));
		uint32_t *bin = &s.of[hash % BINS];
		uint32_t value = (uint32_t)(hash >> 32) | 1;
		if (*bin == 0 || value < *bin)
			*bin = value;
	}
	return s;
}

/* An estimate of the Jaccard similarity of their runs. */
static bool
are_alike(const struct sketch *a, const struct sketch *b)
{
	int filled = 0, equal = 0;
	for (int i = 0; i < BINS; i++) {
		filled += a->of[i] != 0 || b->of[i] != 0;
		equal += a->of[i] != 0 && a->of[i] == b->of[i];
	}
	return equal > 0 && equal >= alike * filled;
}

/* Texts that agree in two bands may be nearly the same. */
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

/* What is gathered row by row. */
struct gathered {
	struct sketch *sketches; /* of each row */
	struct pair *pairs;
	size_t n;
};

static void
add(struct gathered *g, struct pair p)
{
	g->pairs = memory_append(g->pairs, g->n, sizeof(*g->pairs));
	g->pairs[g->n++] = p;
}

static void
add_row(struct gathered *g, const struct fingerprint *f, size_t row)
{
	for (uint64_t i = 0; i < FINGERPRINT_BANDS; i++)
		for (uint64_t j = i + 1; j < FINGERPRINT_BANDS; j++) {
			uint64_t parts[] = {i, j, f->band[i], f->band[j]};
			if (f->band[i] == 0 || f->band[j] == 0)
				continue;
			add(g, (struct pair){
				   XXH3_64bits(parts, sizeof(parts)), row});
		}
	add(g, (struct pair){f->text, row});
}

/* By key, of one key as they were added, rows rising: a byte at a time, the
 * least first (Knuth 5.2.5), a fraction of what comparing takes. */
static void
sort_pairs(struct pair *pairs, size_t n)
{
	enum { BYTES = sizeof(pairs->key), VALUES = 256 }; /* BYTES is even */
	struct pair *from = pairs, *other = memory_new(n, sizeof(*other)),
		    *to = other;
	for (int byte = 0; byte < BYTES; byte++) {
		size_t at[VALUES + 1] = {0};
		for (size_t i = 0; i < n; i++)
			at[(from[i].key >> 8 * byte) % VALUES + 1]++;
		for (int v = 1; v < VALUES; v++)
			at[v] += at[v - 1];
		for (size_t i = 0; i < n; i++)
			to[at[(from[i].key >> 8 * byte) % VALUES]++] = from[i];
		struct pair *done = from;
		from = to;
		to = done;
	}
	free(other);
}

static int
read_rows(struct clusters *k, const struct corpus *c, struct gathered *g,
    struct err *e)
{
	void *block = memory_new(ARENA_BYTES, 1);
	struct corpus_view view = {c};
	struct arena a;
	struct progress progress = progress_start("looking for repeats", c->n);
	int failed = 0;
	arena_init(&a, block, ARENA_BYTES);
	for (size_t i = 0; i < c->n && !failed; i++) {
		const struct row *row = corpus_row(&view, i);
		const struct comment *comment = &row->comment;
		struct text text;
		arena_rewind(&a, 0);
		if (text_normalise(
			&text, comment->content, comment->format, &a) < 0) {
			failed = replay_too_large(row, e);
			break;
		}
		struct fingerprint f = fingerprint_of(&text, &siphash_open_key);
		g->sketches[i] = sketch_of(&text);
		k->of[i] = i;
		/* of no text none is nearly the same */
		k->text[i] = text.n > 0 ? f.text : i;
		if (text.n > 0)
			add_row(g, &f, i);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	corpus_look_away(&view);
	free(block);
	return failed;
}

/* Joins a row with those before it that have the key, as far as it looks. */
static void
join_run(struct clusters *k, const struct sketch *sketches,
    const struct pair *pairs, size_t at)
{
	for (size_t i = 1; i <= LOOK_BACK && i <= at; i++) {
		size_t a = pairs[at].row, b = pairs[at - i].row;
		if (pairs[at - i].key != pairs[at].key)
			return;
		if (k->text[a] == k->text[b] ||
		    are_alike(&sketches[a], &sketches[b]))
			join(k->of, a, b);
	}
}

int
clusters_of(struct clusters *k, const struct corpus *c, struct err *e)
{
	struct gathered g = {memory_new(c->n, sizeof(*g.sketches)), NULL, 0};
	*k = (struct clusters){
	    .of = memory_new(c->n, sizeof(*k->of)),
	    .text = memory_new(c->n, sizeof(*k->text)),
	    .n = c->n,
	};
	int failed = read_rows(k, c, &g, e);
	sort_pairs(g.pairs, g.n);
	for (size_t i = 1; i < g.n && !failed; i++)
		join_run(k, g.sketches, g.pairs, i);
	for (size_t i = 0; i < c->n && !failed; i++)
		k->of[i] = find(k->of, i);
	free(g.sketches);
	free(g.pairs);
	return failed;
}

size_t
clusters_gather(const struct clusters *k, struct corpus *c)
{
	size_t *guides = memory_new(c->n, sizeof(*guides)), straddling = 0;
	bool *straddles = memory_new(c->n, sizeof(*straddles));
	for (size_t i = 0; i < c->n; i++)
		guides[i] = i;
	for (size_t i = c->n; i-- > 0;)
		if (c->rows[i].fold_said)
			guides[k->of[i]] = i;
	for (size_t i = 0; i < c->n; i++) {
		size_t cluster = k->of[i], guide = guides[cluster];
		if (c->rows[i].fold == c->rows[guide].fold)
			continue;
		straddling += !straddles[cluster];
		straddles[cluster] = true;
		if (!c->rows[i].fold_said)
			c->rows[i].fold = c->rows[guide].fold;
	}
	free(guides);
	free(straddles);
	return straddling;
}

int
clusters_gather_folds(struct corpus *c, struct err *e)
{
	struct clusters k = {0};
	size_t i = 0;
	while (i < c->n && c->rows[i].fold_said)
		i++;
	if (i == c->n)
		return 0;
	int failed = clusters_of(&k, c, e);
	if (!failed)
		clusters_gather(&k, c);
	clusters_release(&k);
	return failed;
}

void
clusters_release(struct clusters *k)
{
	free(k->of);
	free(k->text);
	*k = (struct clusters){0};
}
