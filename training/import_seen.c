#include "import_seen.h"

#include <stdlib.h>

#include "memory.h"

enum { SLOTS_FIRST = 1024 };

/* The slot of `key`, or the empty one where it belongs. */
static struct import_slot *
slot_of(const struct import_seen *s, uint64_t key)
{
	size_t at = (size_t)key & (s->size - 1);
	while (s->slots[at].key != 0 && s->slots[at].key != key)
		at = (at + 1) & (s->size - 1);
	return &s->slots[at];
}

static void
grow(struct import_seen *s)
{
	struct import_seen wide = {
	    .size = s->size != 0 ? 2 * s->size : SLOTS_FIRST, .n = s->n};
	wide.slots = memory_new(wide.size, sizeof(*wide.slots));
	for (size_t i = 0; i < s->size; i++)
		if (s->slots[i].key != 0)
			*slot_of(&wide, s->slots[i].key) = s->slots[i];
	free(s->slots);
	*s = wide;
}

size_t
import_seen_add(struct import_seen *s, uint64_t key, size_t fresh)
{
	key += key == 0; /* 0 says empty */
	if (2 * s->n >= s->size)
		grow(s);
	struct import_slot *slot = slot_of(s, key);
	if (slot->key == key)
		return slot->value;
	*slot = (struct import_slot){key, fresh};
	s->n++;
	return fresh;
}

size_t
import_seen_find(const struct import_seen *s, uint64_t key, size_t none)
{
	key += key == 0;
	if (s->n == 0)
		return none;
	const struct import_slot *slot = slot_of(s, key);
	return slot->key == key ? slot->value : none;
}

void
import_seen_release(struct import_seen *s)
{
	free(s->slots);
	*s = (struct import_seen){0};
}
