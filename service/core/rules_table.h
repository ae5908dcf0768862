/*
 * Compiled rules: a table of keys, and the phrases. Private to rules*.c.
 */
#ifndef CORE_RULES_TABLE_H
#define CORE_RULES_TABLE_H

#include "rules_keys.h"
#include "rules_phrases.h"

struct key_item {
	uint64_t hash;
	struct span bytes;
	uint8_t space; /* enum key_space */
	struct rule_set set;
};

struct rules {
	struct siphash_key key;
	struct key_item *items;
	uint32_t n;
	uint32_t *slots; /* places in items, counting from 1; 0: free */
	uint32_t mask;   /* of slots: a power of two, less 1 */
	/* lengths worth a look-up: of networks, and of starts of threads */
	bool bits[IP_BITS + 1], starts[KEY_BYTES_MAX + 1];
	bool has[KEY_THREAD_START + 1];
	struct phrases phrases,
	    letters; /* by words; by letters that stand alone */
};

/* Lists `rule` under a key: 0, or -1 when the arena is full. */
int rules_add_key(struct rules *r, const struct rule_key *k,
    const struct rule *rule, struct arena *a);

/* What is listed under a key; NULL: nothing. */
const struct rule_set *rules_look_up(
    const struct rules *r, enum key_space space, struct span bytes);

#endif
