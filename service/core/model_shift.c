#include "model_shift.h"

static const struct model_delta free_slot;

const struct model_shift model_shift_none = {.scale = 1, .slots = &free_slot};

struct model_shift
model_shift_said(const struct model_say *s)
{
	return (struct model_shift){
	    .scale = s->scale, .slots = &free_slot, .added = s->added};
}

static size_t
slot_of(uint32_t key, unsigned slots_log2)
{
	return slots_log2 == 0 ? 0 : key * 0x9E3779B1u >> (32 - slots_log2);
}

static size_t
next_slot(size_t at, unsigned slots_log2)
{
	return (at + 1) & (((size_t)1 << slots_log2) - 1);
}

void
model_shift_put(
    struct model_delta *slots, unsigned slots_log2, struct model_delta d)
{
	size_t at = slot_of(d.key, slots_log2);

	while (slots[at].key != 0)
		at = next_slot(at, slots_log2);
	slots[at] = d;
}

double
model_shift_delta(const struct model_shift *s, size_t bucket)
{
	uint32_t key = (uint32_t)bucket + 1;
	size_t at = slot_of(key, s->slots_log2);

	while (s->slots[at].key != 0) {
		if (s->slots[at].key == key)
			return (double)s->slots[at].weight;
		at = next_slot(at, s->slots_log2);
	}
	return 0;
}
