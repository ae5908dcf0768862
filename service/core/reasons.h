/*
 * Why a verdict is what it is: the parts of the margin, each a code, a
 * weight and, for text, the bytes it stands on. The parts add up to the
 * margin less the bias; what is not listed is folded into one part `other`.
 */
#ifndef CORE_REASONS_H
#define CORE_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "text.h"

/* In the order of the table in reasons.c, which names and words them. */
enum reason_code {
	REASON_TEXT, /* words of the comment */
	REASON_AUTHOR_NAME,
	REASON_AUTHOR_URL,
	REASON_EMPTY,
	REASON_LENGTH,
	REASON_LINKS,
	REASON_MARKUP,
	REASON_CONTACT, /* mail addresses, telephone numbers */
	REASON_SHOUTING,
	REASON_PUNCTUATION,
	REASON_DIGITS,
	REASON_EMOJI,
	REASON_LAYOUT, /* line breaks */
	REASON_REPETITION,
	REASON_OBFUSCATION, /* invisible, lookalike, mixed, spaced out */
	REASON_SCRIPT,
	REASON_STYLE,    /* other measures of the text */
	REASON_IDENTITY, /* which fields the author gave */
	REASON_AGENT,
	REASON_FILL_TIME,
	REASON_HONEYPOT,
	REASON_RATE_AUTHOR,
	REASON_RATE_EMAIL,
	REASON_RATE_IP,
	REASON_RATE_NET,
	REASON_RATE_THREAD,
	REASON_REPEAT_AUTHOR,
	REASON_REPEAT_IP,
	REASON_REPEAT_TEXT,
	REASON_NEAR_TEXT,
	REASON_REPEAT_HOST,
	REASON_TRUST,         /* approved comments of the author */
	REASON_OTHER,         /* the tail */
	REASON_PADDED,        /* the cost of leaving an end of the text out */
	REASON_LIMIT,         /* policy: more comments than allowed */
	REASON_MODEL_MISSING, /* policy: nothing to judge with */
	REASON_DECIDED,       /* ruling: a person decided about this text */
	REASON_TRUSTED,       /* ruling: the author's role */
	REASON_ASKED,         /* ruling: a value that is for tests */
	REASON_UNPROVEN,      /* policy: too little data to reject */
	REASON_UNFAMILIAR,    /* policy: most of the text is new */
	REASON_CUT,           /* policy: not all of it was read */
	REASON_UNTRIED,       /* policy: not all that is listed was tried */
	REASON_LIST_AUTHOR,   /* ruling: listed; in the order of rules.h */
	REASON_LIST_EMAIL,
	REASON_LIST_IP,
	REASON_LIST_HOST,
	REASON_LIST_PHRASE,
	REASON_LIST_THREAD,
	REASON_LIST_REGEX,
	REASON_CODES
};

enum reason_field {
	FIELD_NONE,
	FIELD_CONTENT,
	FIELD_AUTHOR_NAME,
	FIELD_AUTHOR_URL,
};

/* Something that features count for. */
struct part {
	uint8_t code;             /* enum reason_code */
	uint8_t field;            /* enum reason_field */
	bool tied;                /* to the word in front, as one phrase */
	struct text_range source; /* bytes of the field; FIELD_NONE: none */
	uint32_t count;           /* repeats and rates; 0: does not apply */
	int64_t gap_ms;           /* likewise; -1: does not apply */
};

/* How many there may be. */
enum {
	REASONS_PICKED_MAX = 10, /* parts of the margin */
	REASONS_TAIL_MAX = 1,    /* what is left of it */
	REASONS_RULES_MAX = 5,   /* why held, cut, untried, a limit, a ruling */
	REASONS_LISTED_MAX = 4,
	REASONS_MAX = REASONS_PICKED_MAX + REASONS_TAIL_MAX +
		      REASONS_RULES_MAX + REASONS_LISTED_MAX,
};
enum { REASON_TEXT_BYTES = 160 }; /* more than the longest, with its NUL */

struct rule;

struct reason {
	struct part part;
	double weight;           /* its share of the margin */
	bool own;                /* most of which the site's decisions say */
	const struct rule *rule; /* listed (rules.h); else NULL */
};

struct reasons {
	struct reason items[REASONS_MAX]; /* by falling |weight| */
	uint32_t n;
};

/*
 * The strongest of the `n` parts with their `weights`; words that are tied
 * are one, and neighbouring words that pull the same way become one phrase.
 * What is too weak or too much to list becomes one last part `other`: the
 * weights of the result always add up to those given, but for rounding. Words
 * must come first, in order. `own` is what of each weight the site's decisions
 * say; NULL: nothing.
 */
void reasons_pick(struct reasons *r, const struct part *parts,
    const double *weights, const double *own, uint32_t n);

/*
 * Adds a reason of weight 0 that the policy decided by, at the end; `count`
 * is what exceeded a limit, else 0.
 */
void reasons_add_rule(struct reasons *r, enum reason_code code, uint32_t count);

/*
 * Adds a reason of weight 0 that is listed: what matches `rule`, of the code
 * that stands for its kind, at the end.
 */
void reasons_add_listed(
    struct reasons *r, const struct part *matches, const struct rule *rule);

/* The stable name of a code in the API, such as "repeat.author". */
const char *reason_name(enum reason_code code);

/*
 * The reason in plain words, NUL-terminated and cut to `size` bytes, of which
 * REASON_TEXT_BYTES are enough for all. Never contains text of the comment.
 */
void reason_text(const struct reason *r, char *out, size_t size);

/* The name of a field in the API, such as "author.name"; NULL: none. */
const char *reason_field_name(enum reason_field field);

#endif
