#include "reasons.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bits.h"

/*
 * Name in the API, and what it says for a positive and a negative weight, of
 * whichever head it is.
 */
struct wording {
	const char *name;
	const char *against; /* weight > 0: speaks for spam or abuse */
	const char *pro;     /* weight <= 0; NULL: as `against` */
};

static const struct wording wordings[REASON_CODES] = {
    [REASON_TEXT] = {"text",
	"words like these are typical of what people "
	"removed",
	"words like these are typical of good comments"},
    [REASON_AUTHOR_NAME] = {"author.name",
	"names like the author's are typical of what people removed",
	"the author's name looks ordinary"},
    [REASON_AUTHOR_URL] = {"author.url",
	"web addresses like the author's are typical of what people removed",
	"the author's web address looks ordinary"},
    [REASON_EMPTY] = {"empty", "the comment has no text", NULL},
    [REASON_LENGTH] = {"length", "what people removed often has this length",
	"good comments often have this length"},
    [REASON_LINKS] = {"links", "the number of links", NULL},
    [REASON_MARKUP] = {"markup", "HTML or BBCode in the text", NULL},
    [REASON_CONTACT] = {"contact",
	"a mail address or telephone number in the text", NULL},
    [REASON_SHOUTING] = {"shouting", "the share of capital letters",
	"an ordinary share of capital letters"},
    [REASON_PUNCTUATION] = {"punctuation", "the use of punctuation",
	"an ordinary use of punctuation"},
    [REASON_DIGITS] = {"digits", "the share of digits",
	"an ordinary share of digits"},
    [REASON_EMOJI] = {"emoji", "the number of emoji", NULL},
    [REASON_LAYOUT] = {"layout", "the line breaks", NULL},
    [REASON_REPETITION] = {"repetition", "the text repeats itself",
	"the text does not repeat itself"},
    [REASON_OBFUSCATION] = {"obfuscation",
	"characters that hide what is written", NULL},
    [REASON_SCRIPT] = {"script", "the share of letters of other scripts", NULL},
    [REASON_STYLE] = {"style", "the length of words and the share of letters",
	NULL},
    [REASON_IDENTITY] = {"identity", "which details the author gave", NULL},
    [REASON_AGENT] = {"agent", "the program that sent the comment", NULL},
    [REASON_FILL_TIME] = {"fill_time", "how fast the form was filled",
	"the form was filled at human speed"},
    [REASON_HONEYPOT] = {"honeypot",
	"a field was filled that people do not "
	"see",
	NULL},
    [REASON_RATE_AUTHOR] = {"rate.author", "comments by this author lately",
	NULL},
    [REASON_RATE_EMAIL] = {"rate.email",
	"comments from this mail address "
	"lately",
	NULL},
    [REASON_RATE_IP] = {"rate.ip", "comments from this IP address lately",
	NULL},
    [REASON_RATE_NET] = {"rate.net", "comments from this network lately", NULL},
    [REASON_RATE_THREAD] = {"rate.thread", "comments on this page lately",
	NULL},
    [REASON_REPEAT_AUTHOR] = {"repeat.author",
	"the same author sent the same text", NULL},
    [REASON_REPEAT_IP] = {"repeat.ip",
	"the same text came from the same IP address", NULL},
    [REASON_REPEAT_TEXT] = {"repeat.text", "the same text came before", NULL},
    [REASON_NEAR_TEXT] = {"near.text", "nearly the same text came before",
	NULL},
    [REASON_REPEAT_HOST] = {"repeat.host", "links to the same site lately",
	NULL},
    [REASON_TRUST] = {"trust", "comments by this author that people approved",
	NULL},
    [REASON_OTHER] = {"other", "smaller reasons taken together", NULL},
    [REASON_PADDED] = {"padded",
	"this end of the text is left out, since it may be there to hide the "
	"rest",
	NULL},
    [REASON_LIMIT] = {"limit", "more comments than the limit allows", NULL},
    [REASON_MODEL_MISSING] = {"model.missing",
	"there is no model to judge with", NULL},
    [REASON_DECIDED] = {"decided",
	"a person decided about this text, or nearly the same, before", NULL},
    [REASON_TRUSTED] = {"trusted", "the role of the author is trusted", NULL},
    [REASON_ASKED] = {"asked", "a value that asks for this verdict, for tests",
	NULL},
    [REASON_UNPROVEN] = {"unproven",
	"held, not rejected: too few good comments are known to promise that "
	"hardly any is rejected",
	NULL},
    [REASON_UNFAMILIAR] = {"unfamiliar",
	"held, not rejected: most of this text is new to the model", NULL},
    [REASON_CUT] = {"cut",
	"too long: only the beginning was read, and nobody knows what the rest "
	"says",
	NULL},
    [REASON_UNTRIED] = {"untried",
	"the site's regular expressions would take too long on this text, so "
	"not all were tried",
	NULL},
    [REASON_LIST_AUTHOR] = {"list.author",
	"the author is on a list of the site", NULL},
    [REASON_LIST_EMAIL] = {"list.email",
	"the mail address is on a list of the site", NULL},
    [REASON_LIST_IP] = {"list.ip", "the IP address is on a list of the site",
	NULL},
    [REASON_LIST_HOST] = {"list.host",
	"a link leads where a list of the site says", NULL},
    [REASON_LIST_PHRASE] = {"list.phrase",
	"words that are on a list of the site", NULL},
    [REASON_LIST_THREAD] = {"list.thread", "the page is on a list of the site",
	NULL},
    [REASON_LIST_REGEX] = {"list.regex",
	"the text fits a pattern on a list of the site", NULL},
};

static const char *const field_names[] = {
    [FIELD_NONE] = NULL,
    [FIELD_CONTENT] = "content",
    [FIELD_AUTHOR_NAME] = "author.name",
    [FIELD_AUTHOR_URL] = "author.url",
};

/* Below this share of the strongest, a part goes to the tail. */
static const double tail_share = 0.01;
/* Words this strong, by the strongest word, join into a phrase. */
static const double phrase_share = 0.2;

/* Neighbouring parts [first, end) that are listed as one. */
struct phrase {
	uint32_t first, end;
	double weight, own;
};

/*
 * The strongest so far. What is inserted takes the slot of what it drives out,
 * so that only numbers move; where to, no branch could foretell.
 */
struct picked {
	/* REASONS_PICKED_MAX, falling, < 0: none; and their slots, then the
	 * free one. What is behind them has room for what is moved and says
	 * nothing. */
	double strengths[2 * REASONS_PICKED_MAX + 1];
	uint8_t slots[2 * REASONS_PICKED_MAX + 1];
	struct phrase items[REASONS_PICKED_MAX + 1];
	uint32_t used; /* how many were inserted */
	double total;  /* their weights */
};

static void
picked_init(struct picked *p)
{
	p->used = 0;
	p->total = 0;
	for (uint32_t i = 0; i <= REASONS_PICKED_MAX; i++) {
		p->strengths[i] = -1;
		p->slots[i] = (uint8_t)i;
	}
}

/* Inserts `one`, dropping the weakest if full. */
static inline void
insert(struct picked *p, const struct phrase *one)
{
	double strength = fabs(one->weight);
	uint8_t slot = p->slots[REASONS_PICKED_MAX], theirs[REASONS_PICKED_MAX];
	double weaker[REASONS_PICKED_MAX]; /* always so many: known to be few */
	uint64_t at = 0;

	p->total += one->weight;
	p->used++;
	if (strength <=
	    p->strengths[REASONS_PICKED_MAX - 1]) /* most of long texts */
		return;
	for (int i = 0; i < REASONS_PICKED_MAX; i++)
		at += p->strengths[i] >= strength;
	memcpy(weaker, p->strengths + at, sizeof(weaker));
	memcpy(p->strengths + at + 1, weaker, sizeof(weaker));
	memcpy(theirs, p->slots + at, sizeof(theirs));
	memcpy(p->slots + at + 1, theirs, sizeof(theirs));
	p->strengths[at] = strength;
	p->slots[at] = slot;
	p->items[slot] = *one;
}

static double
strongest_word(const double *w, uint32_t n)
{
	double most = 0;

	for (uint32_t i = 0; i < n; i++)
		most = fabs(w[i]) > most ? fabs(w[i]) : most;
	return most;
}

/* How many parts are words: the first ones. */
static uint32_t
count_words(const struct part *parts, uint32_t n)
{
	uint32_t words = 0;

	while (words < n && parts[words].code == REASON_TEXT)
		words++;
	return words;
}

/* Whether words of these weights next to each other are of one phrase. */
static inline bool
joins(double a, double b, double floor)
{
	return fabs(a) >= floor && fabs(b) >= floor && (a > 0) == (b > 0);
}

/* The word at `at` of `n`, with those that are tied to it. */
static inline struct phrase
word_at(const struct part *parts, const double *w, const double *own,
    uint32_t n, uint32_t at)
{
	struct phrase one = {at, at, 0, 0};

	do {
		one.weight += w[one.end];
		one.own += own != NULL ? own[one.end] : 0;
		one.end++;
	} while (one.end < n && parts[one.end].tied);
	return one;
}

static void
pick_words(struct picked *p, const struct part *parts, const double *w,
    const double *own, uint32_t n)
{
	double floor = strongest_word(w, n) * phrase_share, before = 0;
	struct phrase one = {0};

	while (one.end < n) {
		struct phrase next = word_at(parts, w, own, n, one.end);
		bool joined = joins(before, next.weight, floor);

		before = next.weight;
		if (joined) {
			next.first = one.first;
			next.weight += one.weight;
			next.own += one.own;
		} else if (one.weight != 0) {
			insert(p, &one);
		}
		one = next;
	}
	if (one.weight != 0)
		insert(p, &one);
}

/* Picks of parts [from, n), of which most weigh nothing. */
static void
pick_others(struct picked *p, const double *w, const double *own, uint32_t from,
    uint32_t n)
{
	enum { AT_ONCE = 64 };

	for (; from < n; from += AT_ONCE) {
		uint32_t end = n - from < AT_ONCE ? n : from + AT_ONCE;
		uint64_t weighty = 0;

		for (uint32_t i = end; i-- > from;)
			weighty = weighty << 1 | (w[i] != 0);
		for (; weighty != 0; weighty &= weighty - 1) {
			uint32_t i = from + bits_lowest(weighty);

			insert(p, &(struct phrase){i, i + 1, w[i],
				      own != NULL ? own[i] : 0});
		}
	}
}

/* Whether more of it is the site's than the model's. */
static bool
is_own(const struct phrase *one)
{
	double rest = one->weight - one->own;

	return one->weight > 0 ? one->own > rest : one->own < rest;
}

/* Lists what was picked and is not too weak; the sum of its weights. */
static double
list(struct reasons *r, const struct picked *p, const struct part *parts)
{
	double floor = p->strengths[0] * tail_share, sum = 0;

	for (r->n = 0; r->n < REASONS_PICKED_MAX; r->n++) {
		double strength = p->strengths[r->n];
		const struct phrase *one = &p->items[p->slots[r->n]];
		struct reason *to = &r->items[r->n];

		if (strength < 0 || strength < floor)
			break;
		*to = (struct reason){
		    .part = parts[one->first],
		    .weight = one->weight,
		    .own = is_own(one),
		};
		to->part.source.end = parts[one->end - 1].source.end;
		sum += one->weight;
	}
	return sum;
}

void
reasons_pick(struct reasons *r, const struct part *parts, const double *weights,
    const double *own, uint32_t n)
{
	uint32_t words = count_words(parts, n);
	struct picked picked;
	double listed;

	picked_init(&picked);
	pick_words(&picked, parts, weights, own, words);
	pick_others(&picked, weights, own, words, n);
	listed = list(r, &picked, parts);
	if (r->n < picked.used)
		r->items[r->n++] = (struct reason){
		    .part = {.code = REASON_OTHER, .gap_ms = -1},
		    .weight = picked.total - listed,
		};
}

void
reasons_add_rule(struct reasons *r, enum reason_code code, uint32_t count)
{
	assert(r->n < REASONS_MAX);
	r->items[r->n++] = (struct reason){
	    .part = {.code = (uint8_t)code, .count = count, .gap_ms = -1},
	};
}

void
reasons_add_listed(
    struct reasons *r, const struct part *matches, const struct rule *rule)
{
	assert(r->n < REASONS_MAX);
	r->items[r->n++] = (struct reason){.part = *matches, .rule = rule};
}

const char *
reason_name(enum reason_code code)
{
	return wordings[code].name;
}

const char *
reason_field_name(enum reason_field field)
{
	return field_names[field];
}

static void
copy_words(const char *words, char *out, size_t size)
{
	size_t n = strlen(words);

	if (n >= size)
		n = size - 1;
	memcpy(out, words, n);
	out[n] = '\0';
}

void
reason_text(const struct reason *r, char *out, size_t size)
{
	const struct wording *w = &wordings[r->part.code];
	const char *words =
	    r->weight <= 0 && w->pro != NULL ? w->pro : w->against;
	long long gap_s = (long long)(r->part.gap_ms / 1000);

	if (r->part.count == 0 && !r->own) /* most are: printf takes longer */
		copy_words(words, out, size);
	else if (r->part.count == 0)
		snprintf(out, size, "%s, by what this site decided", words);
	else if (r->part.gap_ms < 0)
		snprintf(out, size, "%s: %u", words, r->part.count);
	else
		snprintf(out, size, "%s: %u times, %lld s after the one before",
		    words, r->part.count, gap_s);
}
