#include "names.h"

#include <stdlib.h>

#include <xxhash.h>

enum { SLOTS_FIRST = 64 };

/* The slot of `name`, or the free one where it would be. */
static uint32_t *
find(const struct names *k, struct span name)
{
	size_t at = XXH3_64bits(name.p, name.n) & (k->n_slots - 1);
	while (
	    k->slots[at] != 0 && !span_equal(k->items[k->slots[at] - 1], name))
		at = (at + 1) & (k->n_slots - 1);
	return &k->slots[at];
}

/* Half of the slots stay free. */
static void
grow(struct names *k)
{
	if (2 * (size_t)k->n < k->n_slots)
		return;
	free(k->slots);
	k->n_slots = k->n_slots != 0 ? 2 * k->n_slots : SLOTS_FIRST;
	k->slots = memory_new(k->n_slots, sizeof(*k->slots));
	for (uint32_t i = 0; i < k->n; i++)
		*find(k, k->items[i]) = i + 1;
}

uint32_t
names_number(struct names *k, struct span name)
{
	grow(k);
	uint32_t *slot = find(k, name);
	if (*slot == 0) {
		k->items = memory_append(k->items, k->n, sizeof(*k->items));
		k->items[k->n++] = pool_copy(&k->pool, name);
		*slot = k->n;
	}
	return *slot - 1;
}

void
names_release(struct names *k)
{
	free(k->items);
	free(k->slots);
	pool_release(&k->pool);
	*k = (struct names){0};
}

int
names_order(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n != 0 ? memcmp(a.p, b.p, n) : 0;
	if (order != 0 || a.n == b.n)
		return order;
	return a.n < b.n ? -1 : 1;
}
