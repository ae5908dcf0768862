/*
 * Phrases found in a text, all at once: the automaton of Aho and Corasick
 * (1975) over words. Private to rules*.c.
 */
#ifndef CORE_RULES_PHRASES_H
#define CORE_RULES_PHRASES_H

#include "rules_set.h"
#include "rules_words.h"

struct phrase_node {
	uint64_t word;   /* that leads here from the parent */
	uint32_t parent; /* node 0 is the root */
	uint32_t fail;   /* the longest proper suffix that begins a phrase */
	uint32_t out;    /* the longest phrase that ends here; 0: none */
	uint32_t set;    /* of the phrase that this is, counting from 1 */
	uint32_t depth;  /* in words */
};

struct phrases {
	struct phrase_node *nodes;
	uint32_t n, room;
	uint32_t *edges; /* nodes by parent and word, 0: free */
	uint32_t mask;   /* of edges: a power of two, less 1 */
	uint64_t
	    odd[2];     /* secret numbers that words and parents are dealt by */
	unsigned shift; /* leaves as many bits as there are in the mask */
	struct rule_set *sets;
	uint32_t n_sets;
};

/*
 * Room for `n` phrases of `words` words in all: 0, or -1. Words lie where
 * `key` says.
 */
int phrases_init(struct phrases *p, uint32_t n, uint32_t words,
    const struct siphash_key *key, struct arena *a);

/* Adds the phrase of the `n` words, at least one, that `r` lists. */
void phrases_add(
    struct phrases *p, const uint64_t *words, uint32_t n, const struct rule *r);

/* After the last one: 0, or -1. */
int phrases_finish(struct phrases *p, struct arena *a);

/* Adds the phrases that are in the `n` words to f->hits. */
void phrases_match(const struct phrases *p, const struct rule_word *words,
    uint32_t n, struct rule_find *f);

#endif
