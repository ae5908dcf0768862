#include "packing.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* The more bits say which value, the more words are only on the way. */
enum { NUMBERS_LOG2_MAX = 12, SLOTS_LOG2 = NUMBERS_LOG2_MAX + 1 };

/* The different values of a row, and where they are found by their bits. */
struct table {
	uint16_t slots[1 << SLOTS_LOG2]; /* number of a value; 0: none */
	float values[1 << NUMBERS_LOG2_MAX];
	uint32_t n;
};

static uint32_t
bits_of(float value)
{
	uint32_t bits;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* Its number, or 0 when there is no room for another. */
static uint16_t
number_of(struct table *t, float value)
{
	uint32_t slot = (bits_of(value) * 2654435761u) >> (32 - SLOTS_LOG2);
	while (t->slots[slot] != 0) {
		if (bits_of(t->values[t->slots[slot]]) == bits_of(value))
			return t->slots[slot];
		slot = (slot + 1) % (1 << SLOTS_LOG2);
	}
	if (t->n == 1 << NUMBERS_LOG2_MAX)
		return 0;
	t->values[t->n] = value;
	return t->slots[slot] = (uint16_t)t->n++;
}

static bool
number_all(struct table *t, struct packed_entry *entries, size_t n)
{
	memset(t->slots, 0, sizeof(t->slots));
	t->values[0] = 0;
	t->n = 1;
	for (size_t i = 0; i < n; i++) {
		entries[i].number = number_of(t, entries[i].value);
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
put_values(struct packing *p, const struct table *t)
{
	if (p->n_values + t->n > p->values_room) {
		p->values_room = 2 * (p->n_values + t->n);
		p->values =
		    memory_grow(p->values, p->values_room, sizeof(*p->values));
	}
	memcpy(p->values + p->n_values, t->values, t->n * sizeof(*t->values));
	p->n_values += t->n;
}

static void
put_word(struct packing *p, uint32_t word)
{
	if (p->n_words == p->words_room) {
		p->words_room = 2 * p->words_room + 1024;
		p->words =
		    memory_grow(p->words, p->words_room, sizeof(*p->words));
	}
	p->words[p->n_words++] = (uint16_t)word;
}

/* As digits of a number: the high one, as often as it takes, then the low. */
static void
put_entry(struct packing *p, uint32_t gap, uint32_t number, uint32_t bits)
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

void
packing_put(
    struct packing *p, size_t row, struct packed_entry *entries, size_t n)
{
	struct table table;
	for (unsigned bits = 0; !number_all(&table, entries, n); bits++)
		coarsen(entries, n, bits + 1);
	struct packed_row r = {.word = p->n_words,
	    .value = p->n_values,
	    .bits = bits_for(table.n)};
	uint32_t before = 0;
	put_values(p, &table);
	for (size_t i = 0; i < n; i++) {
		put_entry(
		    p, entries[i].bucket - before, entries[i].number, r.bits);
		before = entries[i].bucket;
	}
	r.n_words = (uint32_t)(p->n_words - r.word);
	p->rows[row] = r;
}

void
packing_release(struct packing *p)
{
	free(p->words);
	free(p->values);
	free(p->rows);
	*p = (struct packing){0};
}
