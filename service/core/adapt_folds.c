#include "adapt_folds.h"

/* With few labels each is dear, with many a round takes long. */
enum { FEW = 200, FOLDS_OF_FEW = 10, FOLDS_OF_MANY = 5 };

/* Keys of a row: its text, and each pair of bands. Rows that share one are
 * near; two bands, since one may be a common phrase. */
enum { KEYS_MAX = 1 + FINGERPRINT_BANDS * (FINGERPRINT_BANDS - 1) / 2 };

struct slot {
	uint64_t key; /* 0: free */
	uint32_t row; /* the first that had it */
};

struct groups {
	uint32_t *of; /* of a row: an earlier one of its group, or itself */
	struct slot *slots;
	size_t mask;
	uint64_t odd; /* that keys are dealt by: of a text, so under its key */
};

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ (b << 1 | b >> 63)) * 0x9E3779B97F4A7C15u;

	return (h ^ h >> 32) | 1;
}

static uint32_t
keys_of(uint64_t keys[KEYS_MAX], const struct fingerprint *f)
{
	uint32_t n = 0;

	keys[n++] = mix(f->text, 1);
	for (unsigned i = 0; i < FINGERPRINT_BANDS; i++)
		for (unsigned j = 0; j < i; j++)
			if (f->band[i] != 0 && f->band[j] != 0)
				keys[n++] = mix(mix(f->band[i], f->band[j]),
				    2 + i * FINGERPRINT_BANDS + j);
	return n;
}

static uint32_t
first_of(struct groups *g, uint32_t row)
{
	while (g->of[row] != row) {
		g->of[row] = g->of[g->of[row]];
		row = g->of[row];
	}
	return row;
}

/* The groups become one; the earlier row stands for it. */
static void
join(struct groups *g, uint32_t a, uint32_t b)
{
	uint32_t x = first_of(g, a), y = first_of(g, b);

	if (x < y)
		g->of[y] = x;
	else
		g->of[x] = y;
}

static void
add_key(struct groups *g, uint64_t key, uint32_t row)
{
	size_t at = (size_t)(key * g->odd >> 32) & g->mask;

	while (g->slots[at].key != 0 && g->slots[at].key != key)
		at = (at + 1) & g->mask;
	if (g->slots[at].key == key)
		join(g, g->slots[at].row, row);
	else
		g->slots[at] = (struct slot){key, row};
}

static int
groups_of(struct groups *g, const struct adapt_label *labels, uint32_t n,
    struct arena *a)
{
	size_t slots = 1;

	while (slots < 2 * KEYS_MAX * (size_t)n)
		slots *= 2;
	g->mask = slots - 1;
	g->odd = n > 0 ? labels[0].row->fingerprint.text | 1 : 1;
	g->of = arena_alloc(a, n * sizeof(*g->of));
	g->slots = arena_array(a, slots, sizeof(*g->slots));
	if (g->of == NULL || g->slots == NULL)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t keys[KEYS_MAX];
		uint32_t n_keys = keys_of(keys, &labels[i].row->fingerprint);

		g->of[i] = i;
		for (uint32_t k = 0; k < n_keys; k++)
			add_key(g, keys[k], i);
	}
	return 0;
}

uint8_t
adapt_folds(uint8_t *folds, const struct adapt_label *labels, uint32_t n,
    struct arena *a)
{
	uint8_t k = n <= FEW ? FOLDS_OF_FEW : FOLDS_OF_MANY;
	size_t used = a->used;
	struct groups g;
	uint32_t dealt = 0;

	if (groups_of(&g, labels, n, a) != 0)
		return 0;
	/* first the bad, then the good: every fold gets its share of both */
	for (int bad = 1; bad >= 0; bad--)
		for (uint32_t i = 0; i < n; i++)
			if (labels[i].bad == bad && first_of(&g, i) == i)
				folds[i] = (uint8_t)(dealt++ % k);
	for (uint32_t i = 0; i < n; i++)
		folds[i] = folds[first_of(&g, i)];
	arena_rewind(a, used);
	return k;
}
