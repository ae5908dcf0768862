#include "rules_table.h"

static uint64_t
hash_of(const struct rules *r, enum key_space space, struct span bytes)
{
	struct siphash s = siphash_begin(&r->key);

	siphash_word(&s, space);
	return siphash_end(&s, bytes.p, bytes.n);
}

/* The slot where the key is, or would be. */
static uint32_t *
slot_of(const struct rules *r, enum key_space space, struct span bytes,
    uint64_t hash)
{
	uint32_t i = (uint32_t)hash & r->mask;

	for (; r->slots[i] != 0; i = (i + 1) & r->mask) {
		const struct key_item *one = &r->items[r->slots[i] - 1];

		if (one->hash == hash && one->space == space &&
		    span_equal(one->bytes, bytes))
			break;
	}
	return &r->slots[i];
}

int
rules_add_key(struct rules *r, const struct rule_key *k,
    const struct rule *rule, struct arena *a)
{
	struct span bytes = {k->bytes, k->n};
	uint64_t hash = hash_of(r, (enum key_space)k->space, bytes);
	uint32_t *slot = slot_of(r, (enum key_space)k->space, bytes, hash);

	if (*slot == 0) {
		bytes = arena_copy(a, bytes);
		if (bytes.p == NULL)
			return -1;
		r->items[r->n] =
		    (struct key_item){hash, bytes, k->space, {{0}}};
		*slot = ++r->n;
	}
	rule_set_add(&r->items[*slot - 1].set, rule);
	r->has[k->space] = true;
	if (k->space == KEY_IP)
		r->bits[(unsigned char)k->bytes[0]] = true;
	if (k->space == KEY_THREAD_START)
		r->starts[k->n] = true;
	return 0;
}

const struct rule_set *
rules_look_up(const struct rules *r, enum key_space space, struct span bytes)
{
	uint32_t slot = *slot_of(r, space, bytes, hash_of(r, space, bytes));

	return slot != 0 ? &r->items[slot - 1].set : NULL;
}
