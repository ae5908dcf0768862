#include "packing.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* The more bits say which value, the more words are only on the way. */
enum { NUMBERS_LOG2_MAX = 12, SLOTS_LOG2 = NUMBERS_LOG2_MAX + 1 };

struct packer {
	/* the different values of a row, and where they are found by their
	 * bits */
	uint16_t slots[1 << SLOTS_LOG2]; /* number of a value; 0: none */
	float values[1 << NUMBERS_LOG2_MAX];
	uint32_t n;
	uint16_t *words;
	size_t n_words, room;
	char *row; /* as it lies */
	size_t row_room;
};

struct packer *
packer_open(void)
{
	return memory_new(1, sizeof(struct packer));
}

void
packer_close(struct packer *p)
{
	if (p == NULL)
		return;
	free(p->words);
	free(p->row);
	free(p);
}

static uint32_t
bits_of(float value)
{
	uint32_t bits;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* The slot of the value, or the empty one where it goes. */
static uint16_t *
slot_of(struct packer *p, float value)
{
	uint32_t slot = (bits_of(value) * 2654435761u) >> (32 - SLOTS_LOG2);
	while (p->slots[slot] != 0 &&
	       bits_of(p->values[p->slots[slot]]) != bits_of(value))
		slot = (slot + 1) % (1 << SLOTS_LOG2);
	return &p->slots[slot];
}

/* Its number, or 0 when there is no room for another. */
static uint16_t
number_of(struct packer *p, float value)
{
	uint16_t *slot = slot_of(p, value);
	if (*slot != 0)
		return *slot;
	if (p->n == 1 << NUMBERS_LOG2_MAX)
		return 0;
	p->values[p->n] = value;
	return *slot = (uint16_t)p->n++;
}

/* Most rows have few values, so taking them out is less than clearing all. */
static void
forget(struct packer *p)
{
	/* last in, first out: no search meets a gap */
	while (p->n > 1)
		*slot_of(p, p->values[--p->n]) = 0;
	p->values[0] = 0;
	p->n = 1;
}

static bool
number_all(struct packer *p, struct packed_entry *entries, size_t n)
{
	forget(p);
	for (size_t i = 0; i < n; i++) {
		entries[i].number = number_of(p, entries[i].value);
		if (entries[i].number == 0)
			return false;
	}
	return true;
}

/* Clears the lowest `bits` of the values' bits. */
static void
coarsen(struct packed_entry *entries, size_t n, unsigned bits)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t coarse = bits_of(entries[i].value) >> bits << bits;
		memcpy(&entries[i].value, &coarse, sizeof(coarse));
	}
}

static void
put_word(struct packer *p, uint32_t word)
{
	if (p->n_words == p->room) {
		p->room = 2 * p->room + 1024;
		p->words = memory_grow(p->words, p->room, sizeof(*p->words));
	}
	p->words[p->n_words++] = (uint16_t)word;
}

/* As digits of a number: the high one, as often as it takes, then the low. */
static void
put_entry(struct packer *p, uint32_t gap, uint32_t number, uint32_t bits)
{
	uint32_t base = 1u << (PACKED_WORD_BITS - bits);
	while (gap >= base) {
		uint32_t high = gap / base < base ? gap / base : base - 1;
		put_word(p, high << bits);
		gap -= high * base;
	}
	put_word(p, gap << bits | number);
}

static uint32_t
bits_for(uint32_t n)
{
	uint32_t bits = 1;
	while (1u << bits < n)
		bits++;
	return bits;
}

/* One behind the other. */
static struct span
lay_out(struct packer *p, uint32_t bits)
{
	struct packed_row row = {
	    (uint32_t)p->n_words, (uint16_t)p->n, (uint16_t)bits};
	size_t values = p->n * sizeof(*p->values);
	size_t words = p->n_words * sizeof(*p->words);
	size_t n = sizeof(row) + values + words, whole = (n + 3) / 4 * 4;
	if (p->row_room < whole) {
		p->row_room = 2 * whole;
		p->row = memory_grow(p->row, p->row_room, 1);
	}
	memcpy(p->row, &row, sizeof(row));
	memcpy(p->row + sizeof(row), p->values, values);
	memcpy(p->row + sizeof(row) + values, p->words, words);
	memset(p->row + n, 0, whole - n);
	return (struct span){p->row, whole};
}

struct span
packer_put(struct packer *p, struct packed_entry *entries, size_t n)
{
	for (unsigned bits = 0; !number_all(p, entries, n); bits++)
		coarsen(entries, n, bits + 1);
	uint32_t bits = bits_for(p->n), before = 0;
	p->n_words = 0;
	for (size_t i = 0; i < n; i++) {
		put_entry(
		    p, entries[i].bucket - before, entries[i].number, bits);
		before = entries[i].bucket;
	}
	return lay_out(p, bits);
}
