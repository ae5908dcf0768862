/*
 * tables PASSES: tables in memory that strangers' values go into, tried with
 * values that were chosen to collide. Prints the CPU time of each by sort of
 * values, in ms, the least of so many passes.
 *
 * The values are words of 102 letters and digits: at random; all the same to
 * djb2; all the same to FNV-1a of 32 bits.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../service/core/rules.h"
#include "../../service/core/signals.h"
#include "../../service/edge/format/json.h"
#include "../../service/edge/http/limiter.h"
#include "../../service/edge/known/precedents.h"
#include "../../service/edge/known/trust.h"
#include "../../service/edge/process/secrets.h"
#include "../../service/edge/review/campaign_text.h"
#include "../../service/edge/state/state_backend.h"
#include "../../service/edge/store/store_ops.h"
#include "../dice.h"

enum {
	BLOCKS = 17, /* of two sorts, so that there are 2^17 words of them */
	BLOCK_BYTES = 6,
	WORD_BYTES = BLOCKS * BLOCK_BYTES,
	N = 1 << BLOCKS,
	LETTERS = 26,
	BLOCKS_ALL = LETTERS * LETTERS * LETTERS * LETTERS,
	RULES = 50000,    /* LIST_ENTRIES_MAX */
	TEXT_WORDS = 310, /* as many as a comment has room for */
	JSON_KEYS = 9500, /* likewise a batch */
	ARENA_BYTES = 512 << 20,
};

typedef char word[WORD_BYTES];
typedef char block[BLOCK_BYTES];

static struct siphash_key secret;
static struct arena arena;
static int passes;

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "tables: %s\n", what);
	exit(1);
}

static struct span
span_at(const word *w, uint32_t i)
{
	return (struct span){w[i], WORD_BYTES};
}

/* The three sorts of words. */

static void
fill_random(word *w)
{
	for (uint32_t i = 0; i < N; i++)
		for (int k = 0; k < WORD_BYTES; k++)
			w[i][k] = (char)('a' + roll(LETTERS));
}

/* At each place one of two blocks, as the bits of the word's number say. */
static void
fill_blocks(word *w, const block choices[BLOCKS][2])
{
	for (uint32_t i = 0; i < N; i++)
		for (int k = 0; k < BLOCKS; k++)
			memcpy(w[i] + k * BLOCK_BYTES, choices[k][i >> k & 1],
			    BLOCK_BYTES);
}

/* "bx" and "d6" are the same to it: 33 * 98 + 120 = 33 * 100 + 54. */
static void
fill_djb2(word *w)
{
	block choices[BLOCKS][2];

	for (int k = 0; k < BLOCKS; k++)
		memcpy(choices[k], "bxbxbxd6d6d6", sizeof(choices[k]));
	fill_blocks(w, choices);
}

static uint32_t
fnv(uint32_t h, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x01000193u;
	return h;
}

struct hashed_block {
	uint32_t hash;
	block text;
};

static int
by_hash(const void *a, const void *b)
{
	const struct hashed_block *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Two blocks that lead from `h` to the same; returns that. */
static uint32_t
find_pair(block pair[2], uint32_t h, struct hashed_block *all)
{
	uint32_t i;

	for (i = 0; i < BLOCKS_ALL; i++) {
		/* four letters tell them apart, two more stir */
		for (uint32_t k = 0, rest = i; k < BLOCK_BYTES; k++) {
			all[i].text[k] = (char)('a' + rest % LETTERS);
			rest = k < 3 ? rest / LETTERS : i * (k + 4);
		}
		all[i].hash = fnv(h, all[i].text, BLOCK_BYTES);
	}
	qsort(all, BLOCKS_ALL, sizeof(*all), by_hash);
	for (i = 1; i < BLOCKS_ALL && all[i].hash != all[i - 1].hash; i++)
		continue;
	if (i == BLOCKS_ALL)
		fail("FNV has no collision of blocks");
	memcpy(pair[0], all[i - 1].text, BLOCK_BYTES);
	memcpy(pair[1], all[i].text, BLOCK_BYTES);
	return all[i].hash;
}

static void
fill_fnv(word *w)
{
	struct hashed_block *all = calloc(BLOCKS_ALL, sizeof(*all));
	block choices[BLOCKS][2];
	uint32_t h = 0x811c9dc5u;

	if (all == NULL)
		fail("no memory");
	for (int k = 0; k < BLOCKS; k++)
		h = find_pair(choices[k], h, all);
	free(all);
	fill_blocks(w, choices);
}

/* The tables, each with all that it does for a word. */

static void
ignore(struct state_touch *t)
{
	(void)t;
}

static void
try_state(const word *w)
{
	static const unsigned char key[STATE_SECRET_BYTES] = "of the state";
	struct err e;
	struct state_shared *shared = state_shared_open("memory", key, &e);
	struct state *s = state_open(shared, NULL, STATE_OFTEN, &e);
	struct text none = {.n = 0};
	struct fingerprint print = {.text = 1};

	for (uint32_t i = 0; i < N; i++) {
		struct comment c = {
		    .author = {.name = span_at(w, i)}, .thread = span_at(w, i)};
		struct signal_keys k;
		struct state_touch t = {.site = 1, .keys = &k, .done = ignore};

		signal_keys_of(&k, &c, &none, &print, &secret);
		state_touch(s, &t);
	}
	state_close(s);
	state_shared_close(shared);
}

static void
try_limiter(const word *w)
{
	static const unsigned char key[16] = "of the limiter";
	static const struct limiter_quota quota = {.limit = 10, .window_s = 60};
	struct err e;
	struct limiter *l = limiter_open(16, &e);

	for (uint32_t i = 0; i < N; i++)
		limiter_take(l, secrets_mac(key, span_at(w, i)), &quota, i);
	limiter_close(l);
}

static const struct rules *
compile(const word *w, enum rule_kind kind)
{
	struct rule *rules = arena_array(&arena, RULES, sizeof(*rules));
	const struct rules *r;

	for (uint32_t i = 0; i < RULES; i++)
		rules[i] = (struct rule){.value = span_at(w, i), .kind = kind};
	r = rules_compile(rules, RULES, &secret, &arena);
	if (r == NULL)
		fail("the rules need more memory");
	return r;
}

static void
try_names(const word *w)
{
	const struct rules *r = compile(w, RULE_AUTHOR);
	size_t used = arena.used;
	struct text none = {.n = 0};
	struct rule_hit items[1];

	for (uint32_t i = 0; i < N; i++) {
		struct comment c = {.author = {.name = span_at(w, i)}};
		struct rule_hits hits = {items, 0, 1};

		rules_match(
		    r, &(struct rule_case){&c, &none, 0}, &hits, &arena);
		arena_rewind(&arena, used);
	}
}

/* A text of some words, from word `first` on. */
static struct text
text_at(const word *w, uint32_t first)
{
	char *p = arena_alloc(&arena, TEXT_WORDS * (WORD_BYTES + 1));
	struct text t;

	for (uint32_t i = 0; i < TEXT_WORDS; i++) {
		memcpy(p + i * (WORD_BYTES + 1), w[first + i], WORD_BYTES);
		p[i * (WORD_BYTES + 1) + WORD_BYTES] = ' ';
	}
	if (text_normalise(&t, (struct span){p, TEXT_WORDS * (WORD_BYTES + 1)},
		FORMAT_TEXT, &arena) != 0)
		fail("the text needs more memory");
	return t;
}

static void
try_phrases(const word *w)
{
	const struct rules *r = compile(w, RULE_PHRASE);
	size_t used = arena.used;
	struct comment c = {.fill_ms = -1};
	struct rule_hit items[1];

	for (uint32_t at = 0; at + TEXT_WORDS <= N; at += 8 * TEXT_WORDS) {
		struct text t = text_at(w, at);
		struct rule_hits hits = {items, 0, 1};

		rules_match(r, &(struct rule_case){&c, &t, 0}, &hits, &arena);
		arena_rewind(&arena, used);
	}
}

static void
try_campaign(const word *w)
{
	struct text texts[CAMPAIGN_TEXTS_MAX];
	struct campaign_text out;

	for (uint32_t i = 0; i < CAMPAIGN_TEXTS_MAX; i++)
		texts[i] = text_at(w, i * TEXT_WORDS);
	if (campaign_text_compare(&out, texts, CAMPAIGN_TEXTS_MAX, &arena) != 0)
		fail("the campaign needs more memory");
}

/* A store whose decisions are about texts of one word each. */
static const word *decided;

static int
each_decision(
    struct store *s, const struct decision_visit *visit, struct err *e)
{
	size_t used = arena.used;
	struct text t;

	(void)s, (void)e;
	for (uint32_t i = 0; i < visit->most; i++) {
		struct decision d = {.site = 1,
		    .kind = DECISION_APPROVE,
		    .learn = true,
		    .author = 7,
		    .order = i + 1};

		text_normalise(&t, span_at(decided, i), FORMAT_TEXT, &arena);
		d.fingerprint = fingerprint_of(&t, &secret);
		visit->each(visit->arg, &d);
		arena_rewind(&arena, used);
	}
	return 0;
}

static const struct store_ops ops = {.each_decision = each_decision};
static struct store store = {&ops};

static void
try_precedents(const word *w)
{
	struct err e;

	decided = w;
	precedents_close(precedents_open(&store, &e));
}

static void
try_trust(const word *w)
{
	struct err e;

	decided = w;
	trust_close(trust_open(&store, &e));
}

static void
try_json(const word *w)
{
	enum { MEMBER_BYTES = WORD_BYTES + 5 }; /* "…":1, */
	char *p = arena_alloc(&arena, JSON_KEYS * MEMBER_BYTES + 1);
	size_t n = 0;
	json_t *o;
	struct err e;

	p[n++] = '{';
	for (uint32_t i = 0; i < JSON_KEYS; i++) {
		p[n++] = '"';
		memcpy(p + n, w[i], WORD_BYTES);
		n += WORD_BYTES;
		memcpy(p + n, "\":1,", 4);
		n += 4;
	}
	p[n - 1] = '}';
	o = json_read((struct span){p, n}, &e);
	if (o == NULL)
		fail(e.text);
	json_decref(o);
}

static const struct table {
	const char *name;
	void (*try)(const word *w);
} tables[] = {
    {"state", try_state},
    {"limiter", try_limiter},
    {"names", try_names},
    {"phrases", try_phrases},
    {"campaign", try_campaign},
    {"precedents", try_precedents},
    {"trust", try_trust},
    {"json", try_json},
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static const struct sort {
	const char *name;
	void (*fill)(word *w);
} sorts[] = {
    {"random", fill_random},
    {"djb2", fill_djb2},
    {"fnv", fill_fnv},
};

enum { SORTS = sizeof(sorts) / sizeof(sorts[0]) };

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return 1e3 * (double)t.tv_sec + (double)t.tv_nsec / 1e6;
}

/* The sorts take turns. */
static void
measure(const struct table *t, word *const words[SORTS], double ms[SORTS])
{
	for (int pass = 0; pass < passes; pass++) {
		for (int s = 0; s < SORTS; s++) {
			double before = cpu_ms(), took;

			arena_rewind(&arena, 0);
			t->try((const word *)words[s]);
			took = cpu_ms() - before;
			if (pass == 0 || took < ms[s])
				ms[s] = took;
		}
	}
}

static void
flood(void)
{
	word *words[SORTS];
	double ms[SORTS];

	for (int s = 0; s < SORTS; s++) {
		words[s] = calloc(N, sizeof(word));
		if (words[s] == NULL)
			fail("no memory");
		sorts[s].fill(words[s]);
	}
	for (int t = 0; t < TABLES; t++) {
		measure(&tables[t], words, ms);
		printf("{\"table\":\"%s\"", tables[t].name);
		for (int s = 0; s < SORTS; s++)
			printf(",\"%s\":%.2f", sorts[s].name, ms[s]);
		printf("}\n");
	}
}

int
main(int argc, char **argv)
{
	void *memory = malloc(ARENA_BYTES);
	struct err e;

	if (argc != 2 || memory == NULL || secrets_init(&e) != 0)
		fail("tables PASSES");
	passes = (int)strtol(argv[1], NULL, 10);
	arena_init(&arena, memory, ARENA_BYTES);
	secret = secrets_random_key();
	flood();
	free(memory);
	return 0;
}
