#include "rules_phrases.h"

enum { ROOT = 0 };

int
phrases_init(struct phrases *p, uint32_t n, uint32_t words,
    const struct siphash_key *key, struct arena *a)
{
	uint32_t room = words + 1;
	unsigned log2 = 4;

	while (UINT32_C(1) << log2 < 2 * room)
		log2++;
	*p = (struct phrases){
	    .nodes = arena_array(a, room, sizeof(*p->nodes)),
	    .edges = arena_array(a, (size_t)1 << log2, sizeof(*p->edges)),
	    .sets = arena_array(a, n, sizeof(*p->sets)),
	    .n = 1,
	    .room = room,
	    .mask = (UINT32_C(1) << log2) - 1,
	    .odd = {key->k[0] | 1, key->k[1] | 1},
	    .shift = 64 - log2,
	};
	return p->nodes == NULL || p->edges == NULL || p->sets == NULL ? -1 : 0;
}

/*
 * Where the edge from `parent` by `word` is, or would be: multiply and shift
 * (Dietzfelbinger et al. 1997), by numbers that nobody knows.
 */
static uint32_t *
edge(const struct phrases *p, uint32_t parent, uint64_t word)
{
	uint64_t h = word * p->odd[0] + (parent + UINT64_C(1)) * p->odd[1];
	uint32_t i = (uint32_t)(h >> p->shift);

	for (; p->edges[i] != 0; i = (i + 1) & p->mask) {
		const struct phrase_node *node = &p->nodes[p->edges[i]];

		if (node->parent == parent && node->word == word)
			break;
	}
	return &p->edges[i];
}

void
phrases_add(
    struct phrases *p, const uint64_t *words, uint32_t n, const struct rule *r)
{
	uint32_t at = ROOT;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t *next = edge(p, at, words[i]);

		if (*next == 0) {
			*next = p->n++;
			p->nodes[*next] = (struct phrase_node){
			    .word = words[i],
			    .parent = at,
			    .depth = i + 1,
			};
		}
		at = *next;
	}
	if (p->nodes[at].set == 0)
		p->nodes[at].set = ++p->n_sets;
	rule_set_add(&p->sets[p->nodes[at].set - 1], r);
}

/* Where `word` leads from `at`, over shorter and shorter suffixes. */
static uint32_t
step(const struct phrases *p, uint32_t at, uint64_t word)
{
	for (;;) {
		uint32_t next = *edge(p, at, word);

		if (next != 0 || at == ROOT)
			return next;
		at = p->nodes[at].fail;
	}
}

/* Nodes but the root by rising depth. */
static void
sort_by_depth(const struct phrases *p, uint32_t *order)
{
	uint32_t first[RULE_WORDS_MAX + 2] = {0};

	for (uint32_t i = 1; i < p->n; i++)
		first[p->nodes[i].depth + 1]++;
	for (uint32_t d = 1; d <= RULE_WORDS_MAX + 1; d++)
		first[d] += first[d - 1];
	for (uint32_t i = 1; i < p->n; i++)
		order[first[p->nodes[i].depth]++] = i;
}

int
phrases_finish(struct phrases *p, struct arena *a)
{
	size_t used = a->used;
	uint32_t *order = arena_array(a, p->n, sizeof(*order));

	if (order == NULL)
		return -1;
	sort_by_depth(p, order);
	for (uint32_t i = 0; i + 1 < p->n; i++) {
		struct phrase_node *node = &p->nodes[order[i]];

		if (node->parent != ROOT)
			node->fail =
			    step(p, p->nodes[node->parent].fail, node->word);
		node->out =
		    node->set != 0 ? order[i] : p->nodes[node->fail].out;
	}
	arena_rewind(a, used);
	return 0;
}

void
phrases_match(const struct phrases *p, const struct rule_word *words,
    uint32_t n, struct rule_find *f)
{
	uint32_t at = ROOT;

	for (uint32_t i = 0; i < n; i++) {
		at = step(p, at, words[i].hash);
		for (uint32_t o = p->nodes[at].out; o != 0;
		     o = p->nodes[p->nodes[o].fail].out) {
			const struct phrase_node *node = &p->nodes[o];

			f->source = (struct text_range){
			    words[i + 1 - node->depth].source.start,
			    words[i].source.end};
			rule_set_hit(&p->sets[node->set - 1], f);
		}
	}
}
