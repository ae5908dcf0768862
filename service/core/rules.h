/*
 * What a site lists: authors, addresses, hosts, phrases and threads, compiled
 * so that matching a comment takes the time of reading it, however many
 * entries there are. Pure, on memory that someone gives; knows neither where
 * entries come from nor regular expressions, which match elsewhere but share
 * the types.
 *
 * Values are compared folded (unicode.h), so that look-alike letters, case
 * and invisible characters do not help; phrases and names also word by word,
 * whatever signs are between the words, with digits read as the letters that
 * they stand for ("cas1n0").
 */
#ifndef CORE_RULES_H
#define CORE_RULES_H

#include "arena.h"
#include "comment.h"
#include "reasons.h"
#include "siphash.h"
#include "text.h"

enum rule_kind {
	RULE_AUTHOR, /* the name, or the engine's id */
	RULE_EMAIL,  /* an address, or "@domain" with its sub-domains */
	RULE_IP,     /* an address or network, as 192.0.2.0/24 */
	RULE_HOST,   /* of links and of the author's address; sub-domains too */
	RULE_PHRASE, /* words of the text */
	RULE_THREAD, /* the thread; '*' at the end: all that begin so */
	RULE_REGEX,  /* not matched here */
	RULE_KINDS
};

/* From weak to strong. */
enum rule_effect { EFFECT_ALLOW, EFFECT_HOLD, EFFECT_BLOCK, RULE_EFFECTS };

enum {
	RULE_VALUE_BYTES_MAX = 512,
	RULE_WORDS_MAX = 32, /* of a phrase */
};

struct rule {
	struct span id;
	struct span value;
	int64_t
	    expires_at_ms; /* Unix time from which it is no more; 0: never */
	uint8_t kind;      /* enum rule_kind */
	uint8_t effect;    /* enum rule_effect */
};

struct rules; /* compiled */

/* An entry that a comment matches, and the bytes of the field that do. */
struct rule_hit {
	const struct rule *rule;
	enum reason_field field;  /* FIELD_NONE: no text, such as an address */
	struct text_range source; /* of the field */
};

/* The strongest hits, each entry once, by falling effect. */
struct rule_hits {
	struct rule_hit *items;
	uint32_t n, room; /* n <= room */
};

/* What is matched. */
struct rule_case {
	const struct comment *comment;
	const struct text *text; /* of its content */
	int64_t now_ms;          /* what has expired by then does nothing */
};

/*
 * Compiles the `n` rules, which are borrowed, into `a`; NULL when it is full.
 * Rules that rule_misfit would refuse match nothing. Whoever wrote them must
 * not know `key`: it says where they lie, not what they match.
 */
const struct rules *rules_compile(const struct rule *rules, uint32_t n,
    const struct siphash_key *key, struct arena *a);

/*
 * Adds what `c` matches to `hits`: 0, or -1 when the arena is full. The hits
 * live as long as the rules; the arena may be rewound. A host is allowed only
 * where all hosts of the comment are and none is disguised, for one good link
 * says nothing of the others; nor is one of an address that cannot be read.
 * Hosts are those of the text's links, and where browsers go.
 */
int rules_match(const struct rules *r, const struct rule_case *c,
    struct rule_hits *hits, struct arena *a);

/* Adds a hit; if there is no room, drops the weakest. */
void rule_hits_add(struct rule_hits *hits, const struct rule_hit *hit);

/* What `value` should be, in words; NULL: it is. `a` is scratch memory. */
const char *rule_misfit(
    enum rule_kind kind, struct span value, struct arena *a);

/* Names in the API; named: RULE_KINDS or RULE_EFFECTS when there is none. */
const char *rule_kind_name(enum rule_kind kind);
const char *rule_effect_name(enum rule_effect effect);
enum rule_kind rule_kind_named(struct span name);
enum rule_effect rule_effect_named(struct span name);

/* Whether the rule holds no more at `now_ms`. */
static inline bool
rule_is_over(const struct rule *r, int64_t now_ms)
{
	return r->expires_at_ms != 0 && r->expires_at_ms <= now_ms;
}

#endif
