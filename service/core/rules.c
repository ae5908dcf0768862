#include "rules.h"

#include "rules_keys.h"
#include "rules_table.h"

static const struct {
	const char *name, *expected;
} kinds[RULE_KINDS] = {
    [RULE_AUTHOR] = {"author", "an author's name or id"},
    [RULE_EMAIL] = {"email",
	"a mail address, or @ and a domain such as \"@shop.example\""},
    [RULE_IP] = {"ip", "an IP address or a network such as 192.0.2.0/24"},
    [RULE_HOST] = {"host", "a host name such as \"shop.example\""},
    [RULE_PHRASE] = {"phrase", "1 to 32 words"},
    [RULE_THREAD] = {"thread",
	"the thread as the engine names it, or how it begins and \"*\""},
    [RULE_REGEX] = {"regex", "a regular expression"},
};

static const char *const effects[RULE_EFFECTS] = {
    [EFFECT_ALLOW] = "allow",
    [EFFECT_HOLD] = "hold",
    [EFFECT_BLOCK] = "block",
};

const char *
rule_kind_name(enum rule_kind kind)
{
	return kinds[kind].name;
}

const char *
rule_effect_name(enum rule_effect effect)
{
	return effects[effect];
}

enum rule_kind
rule_kind_named(struct span name)
{
	int i = 0;

	while (i < RULE_KINDS && !span_equal(name, span_of(kinds[i].name)))
		i++;
	return (enum rule_kind)i;
}

enum rule_effect
rule_effect_named(struct span name)
{
	int i = span_index(name, effects, RULE_EFFECTS);

	return i < 0 ? RULE_EFFECTS : (enum rule_effect)i;
}

void
rule_hits_add(struct rule_hits *h, const struct rule_hit *hit)
{
	uint32_t at = h->n;

	for (uint32_t i = 0; i < h->n; i++)
		if (h->items[i].rule == hit->rule)
			return;
	while (at > 0 && h->items[at - 1].rule->effect < hit->rule->effect)
		at--;
	if (at == h->room)
		return;
	h->n += h->n < h->room;
	memmove(&h->items[at + 1], &h->items[at],
	    (h->n - 1 - at) * sizeof(*h->items));
	h->items[at] = *hit;
}

static int
add_keys(struct rules *r, const struct rule *rule, struct arena *a)
{
	struct rule_key keys[RULE_KEYS_MAX];
	int n = rule_keys(rule, keys, a);

	for (int i = 0; i < n; i++)
		if (rules_add_key(r, &keys[i], rule, a) != 0)
			return -1;
	return n < 0 ? -1 : 0;
}

/* Reads what a phrase is found by, in memory to be rewound: how many words
 * or letters; 0: it is none that can be used; -1: the arena is full. */
typedef int phrase_reader(
    uint64_t out[RULE_WORDS_MAX], struct span phrase, struct arena *a);

static int
words_of(uint64_t out[RULE_WORDS_MAX], struct span phrase, struct arena *a)
{
	struct rule_words w;
	struct text t;

	if (text_normalise(&t, phrase, FORMAT_TEXT, a) != 0 ||
	    rules_words(&w, &t, 0, a) != 0)
		return -1;
	if (w.n > RULE_WORDS_MAX)
		return 0;
	for (uint32_t i = 0; i < w.n; i++)
		out[i] = w.items[i].hash;
	return (int)w.n;
}

static int
letters_of(uint64_t out[RULE_WORDS_MAX], struct span phrase, struct arena *a)
{
	struct text t;

	if (text_normalise(&t, phrase, FORMAT_TEXT, a) != 0)
		return -1;
	return (int)rules_letters(out, &t);
}

/* All that is compiled. */
struct listed {
	const struct rule *rules;
	uint32_t n;
	const struct siphash_key *key;
};

/* Words or letters of phrases, one phrase after the other. */
struct phrase_words {
	uint64_t *hashes;
	uint8_t *n; /* of each rule; 0: it is no phrase that can be used */
	uint32_t phrases, all;
};

/* Reads all phrases, each once. 0 or -1. */
static int
read_phrases(struct phrase_words *p, phrase_reader *read,
    const struct listed *l, struct arena *a)
{
	size_t most = 0, used;

	for (uint32_t i = 0; i < l->n; i++)
		most += l->rules[i].kind == RULE_PHRASE ? RULE_WORDS_MAX : 0;
	p->hashes = arena_alloc(a, most * sizeof(*p->hashes));
	p->n = arena_array(a, l->n, sizeof(*p->n));
	if (p->hashes == NULL || p->n == NULL)
		return -1;
	used = a->used;
	for (uint32_t i = 0; i < l->n; i++) {
		int words;

		if (l->rules[i].kind != RULE_PHRASE)
			continue;
		words = read(p->hashes + p->all, l->rules[i].value, a);
		if (words < 0)
			return -1;
		p->all += (uint32_t)words;
		p->n[i] = (uint8_t)words;
		p->phrases += words > 0;
		arena_rewind(a, used);
	}
	return 0;
}

static int
add_phrases(struct phrases *to, phrase_reader *read, const struct listed *l,
    struct arena *a)
{
	struct phrase_words p = {.all = 0};
	const uint64_t *at;

	if (read_phrases(&p, read, l, a) != 0 ||
	    phrases_init(to, p.phrases, p.all, l->key, a) != 0)
		return -1;
	at = p.hashes;
	for (uint32_t i = 0; i < l->n; at += p.n[i++])
		if (p.n[i] > 0)
			phrases_add(to, at, p.n[i], &l->rules[i]);
	return phrases_finish(to, a);
}

/* An empty table with room for the keys of `n` rules; NULL: full. */
static struct rules *
new_rules(uint32_t n, struct arena *a)
{
	struct rules *r = arena_array(a, 1, sizeof(*r));
	uint32_t slots = 16;

	while (slots < 2 * RULE_KEYS_MAX * n)
		slots *= 2;
	if (r == NULL)
		return NULL;
	r->mask = slots - 1;
	r->slots = arena_array(a, slots, sizeof(*r->slots));
	r->items = arena_array(a, n * RULE_KEYS_MAX, sizeof(*r->items));
	return r->slots == NULL || r->items == NULL ? NULL : r;
}

const struct rules *
rules_compile(const struct rule *rules, uint32_t n,
    const struct siphash_key *key, struct arena *a)
{
	const struct listed all = {rules, n, key};
	uint32_t keyed = 0;
	struct rules *r;

	for (uint32_t i = 0; i < n; i++)
		keyed += rules[i].kind != RULE_PHRASE;
	r = new_rules(keyed, a);
	if (r != NULL)
		r->key = *key;
	for (uint32_t i = 0; r != NULL && i < n; i++)
		if (add_keys(r, &rules[i], a) != 0)
			return NULL;
	if (r == NULL || add_phrases(&r->phrases, words_of, &all, a) != 0 ||
	    add_phrases(&r->letters, letters_of, &all, a) != 0)
		return NULL;
	return r;
}

const char *
rule_misfit(enum rule_kind kind, struct span value, struct arena *a)
{
	struct rule r = {.value = value, .kind = (uint8_t)kind};
	struct rule_key keys[RULE_KEYS_MAX];
	size_t used = a->used;
	uint64_t words[RULE_WORDS_MAX];
	bool fits;

	if (kind == RULE_PHRASE)
		fits = words_of(words, value, a) > 0;
	else
		fits = kind == RULE_REGEX ? value.n > 0
					  : rule_keys(&r, keys, a) > 0;
	arena_rewind(a, used);
	return fits ? NULL : kinds[kind].expected;
}
