/*
 * A comment and its signals as a sparse vector of hashed features, grouped
 * into views. Every occurrence is a feature of its own: within a view of n
 * occurrences each has the value weight / sqrt(n), less for long texts, so
 * length does not decide, nothing needs to be deduplicated, and each occurrence
 * has its exact share in the margin. Knows no weights.
 *
 * Hashing trick: Weinberger et al. 2009; the view has a say in the hash.
 * What has few values is numbered instead: measures, shapes, kinds of phrases,
 * behaviour. Those weigh much, so no word may share a bucket with one.
 */
#ifndef CORE_FEATURES_H
#define CORE_FEATURES_H

#include <stdint.h>

#include "arena.h"
#include "comment.h"
#include "reasons.h"
#include "signals.h"
#include "text.h"

/* Changes whenever a comment's features do, or which of them count
 * (excerpt.h): models name it. */
enum { FEATURES_VERSION = 18 };

struct feature {
	uint32_t hash; /* 32 bits; a model takes as many as it has buckets;
			* in a numbered view the number */
	uint32_t part; /* what it counts for: index into features.parts */
};

/* Features [first, last) of the vector, each of the same value. */
struct feature_view {
	uint32_t first, last;
	double value;
	uint8_t kind; /* which view it is, below FEATURE_KINDS */
	bool numbered;
	bool behaviour; /* what no text says: a site has no say in it */
	bool of_text;   /* parts are tokens and never fall; scaled */
};

enum {
	FEATURE_VIEWS_MAX = 15,
	FEATURE_TEXT_VIEWS = 4, /* of_text: so many at most */
	FEATURE_KINDS = 16,     /* all are below */
	FEATURE_NUMBERS = 8192, /* all are below; of behaviour below: */
	FEATURE_BEHAVIOUR_NUMBERS = 1024,

	/* a comment has at most so many, of each byte of its content … */
	FEATURES_PER_BYTE = 10,
	FEATURES_BESIDE = 1143, /* … and of all else */
};

enum { FEATURE_CELL_BYTES = 4 };

/*
 * What somebody will look up by hashes: 1 << log2 cells. It is fetched while
 * features are still being extracted.
 */
struct feature_cells {
	const void *first; /* NULL: nothing */
	unsigned log2;
};

struct features {
	struct feature_cells cells;
	struct feature *items;
	uint32_t n;
	struct feature_view views[FEATURE_VIEWS_MAX];
	uint32_t n_views;
	struct part *parts; /* what reasons can name (reasons.h) */
	uint32_t n_parts;
	uint32_t n_tokens; /* of the text: its first parts */
};

/*
 * A view's sum grows with the square root of its length. Beyond this many
 * occurrences, more than nearly all comments have, it grows no more: else a
 * long text would be extreme whatever it says.
 */
enum { FEATURES_FULL = 128 };

/* The roots of 1 to FEATURES_FULL, in front of them 1. */
extern const double features_divisors[FEATURES_FULL + 1];

/* What the weight of a scaled view is divided by for each of `n` features. */
static inline double
features_divisor(uint32_t n)
{
	return n <= FEATURES_FULL ? features_divisors[n]
				  : n / features_divisors[FEATURES_FULL];
}

/*
 * The part that features of `code` count for. Parts are the tokens of the
 * text, then one for each code.
 */
static inline uint32_t
features_part(const struct features *f, enum reason_code code)
{
	return f->n_parts - REASON_CODES + (uint32_t)code;
}

/*
 * Extracts the features: 0, or -1 when the arena is full. `s->known` false
 * leaves the counts out. Of `f` the cells are the caller's to say.
 */
int features_extract(struct features *f, const struct comment *c,
    const struct text *t, const struct signals *s, struct arena *a);

/*
 * Leaves only what the lexicon says (lexicon.h), but for what is about money:
 * what there is to learn from a comment for languages that nobody labelled.
 */
void features_keep_phrases(struct features *f);

/* Whether there is an insult or another hostile phrase (lexicon.h). */
bool features_hostile(const struct features *f);

/*
 * What features see of a user agent: a part of it that says all that the
 * whole does, empty for most. Lives as long as the program.
 */
struct span features_agent(struct span agent);

#endif
