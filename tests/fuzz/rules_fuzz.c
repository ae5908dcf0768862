/*
 * Any bytes as a list and a comment: lines of kind, effect and value, an
 * empty line, the text. Hits must be in order and inside of their fields, a
 * value must match itself, and too little memory must be refused. The first
 * byte sizes the arena.
 */
#include "../../service/core/rules.h"
#include "arena.h"

enum { RULES_MAX = 64, HITS_MAX = 8, BYTES_PER_BYTE = 512, LEAST = 1 << 18 };

static uint32_t
read_rules(struct span *rest, struct rule rules[RULES_MAX])
{
	uint32_t n = 0;

	while (n < RULES_MAX) {
		struct span line = take_line(rest);
		size_t most = RULE_VALUE_BYTES_MAX;

		if (line.n < 3)
			break;
		rules[n] = (struct rule){
		    .kind = (uint8_t)line.p[0] % RULE_KINDS,
		    .effect = (uint8_t)line.p[1] % RULE_EFFECTS,
		    .value = {line.p + 2,
			line.n - 2 < most ? line.n - 2 : most},
		};
		n++;
	}
	return n;
}

static struct span
field_of(const struct comment *c, enum reason_field f)
{
	switch (f) {
	case FIELD_CONTENT:
		return c->content;
	case FIELD_AUTHOR_NAME:
		return c->author.name;
	case FIELD_AUTHOR_URL:
		return c->author.url;
	case FIELD_NONE:
		break;
	}
	return (struct span){NULL, SIZE_MAX};
}

static void
check_hits(const struct rule_hits *hits, const struct comment *c)
{
	for (uint32_t i = 0; i < hits->n; i++) {
		const struct rule_hit *h = &hits->items[i];

		require(h->source.start <= h->source.end);
		require(h->source.end <= field_of(c, h->field).n);
		require(i == 0 || h[-1].rule->effect >= h->rule->effect);
	}
}

/* 0, or -1 when the arena is full. */
static int
match(const struct rules *r, const struct comment *c, struct rule_hits *hits,
    struct arena *a)
{
	struct text t;

	if (text_normalise(&t, c->content, c->format, a) != 0 ||
	    rules_match(r, &(struct rule_case){c, &t, 1}, hits, a) != 0)
		return -1;
	check_hits(hits, c);
	return 0;
}

/* What is listed matches a comment that has nothing else. */
static void
match_itself(const struct rule *rule, struct arena *a)
{
	struct comment c = {.thread = rule->value};
	struct rule_hit item;
	struct rule_hits hits = {&item, 0, 1};
	const struct rules *r;

	if (rule_misfit((enum rule_kind)rule->kind, rule->value, a) != NULL)
		return;
	switch ((enum rule_kind)rule->kind) {
	case RULE_AUTHOR:
		c.author.name = rule->value;
		break;
	case RULE_EMAIL:
		c.author.email = rule->value;
		break;
	case RULE_PHRASE:
		c.content = rule->value;
		break;
	case RULE_THREAD:
		break;
	case RULE_IP:
	case RULE_HOST:
	case RULE_REGEX:
	case RULE_KINDS:
		return;
	}
	if (rule->kind == RULE_EMAIL && rule->value.p[0] == '@')
		return;
	r = rules_compile(rule, 1, &siphash_open_key, a);
	if (r != NULL && match(r, &c, &hits, a) == 0)
		require(hits.n == 1);
}

static void
match_all(
    const struct rule *rules, uint32_t n, struct span text, struct arena *a)
{
	struct rule_hit items[HITS_MAX];
	size_t half = text.n / 2;
	struct span head = {text.p, half < 512 ? half : 512};
	struct comment c = {
	    .content = text,
	    .format = text.n % 2 ? FORMAT_HTML : FORMAT_TEXT,
	    .thread = head,
	    .author = {.name = head, .email = head, .url = head, .ip = head},
	};
	const struct rules *r = rules_compile(rules, n, &siphash_open_key, a);

	for (uint32_t room = 1; r != NULL && room <= HITS_MAX; room *= 2) {
		struct rule_hits hits = {items, 0, room};

		match(r, &c, &hits, a);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule rules[RULES_MAX];
	struct span rest = input_of(data, size);
	size_t most = LEAST + size * BYTES_PER_BYTE;
	struct arena a;
	uint32_t n;

	arena_open(&a, most - most / 256 * take_byte(&rest));
	n = read_rules(&rest, rules);
	match_all(rules, n, rest, &a);
	for (uint32_t i = 0; i < n; i++) {
		arena_rewind(&a, 0);
		match_itself(&rules[i], &a);
	}
	arena_drop(&a);
	return 0;
}
