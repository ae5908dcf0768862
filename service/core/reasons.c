#include "reasons.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Name in the API, and what it says for a positive and a negative weight. */
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
	"the author's name looks like those of spammers",
	"the author's name looks ordinary"},
    [REASON_AUTHOR_URL] = {"author.url",
	"the author's web address looks like those of spammers",
	"the author's web address looks ordinary"},
    [REASON_EMPTY] = {"empty", "the comment has no text", NULL},
    [REASON_LENGTH] = {"length", "spam often has this length",
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
enum { PICKED_MAX = REASONS_MAX - REASONS_LISTED_MAX - 4 };

/* Neighbouring parts [first, end) that are listed as one. */
struct phrase {
	uint32_t first, end;
	double weight, own;
};

struct picked {
	struct phrase items[PICKED_MAX]; /* by falling |weight| */
	uint32_t n;
};

/* Inserts `one`, dropping the weakest if full. */
static void
insert(struct picked *p, struct phrase one)
{
	uint32_t at = p->n;

	if (at == PICKED_MAX) {
		if (fabs(one.weight) <= fabs(p->items[at - 1].weight))
			return;
		at--;
	} else {
		p->n++;
	}
	for (; at > 0 && fabs(p->items[at - 1].weight) < fabs(one.weight); at--)
		p->items[at] = p->items[at - 1];
	p->items[at] = one;
}

/* Whether part i goes on with the phrase that part i - 1 is in. */
static bool
joins(const struct part *parts, const double *w, uint32_t i, double floor)
{
	return parts[i].code == REASON_TEXT &&
	       parts[i - 1].code == REASON_TEXT && fabs(w[i]) >= floor &&
	       fabs(w[i - 1]) >= floor && (w[i] > 0) == (w[i - 1] > 0);
}

static double
strongest_word(const struct part *parts, const double *w, uint32_t n)
{
	double most = 0;

	for (uint32_t i = 0; i < n; i++)
		if (parts[i].code == REASON_TEXT)
			most = fabs(w[i]) > most ? fabs(w[i]) : most;
	return most;
}

/* Drops what is too weak to list. */
static void
trim_tail(struct picked *p)
{
	double floor = p->n > 0 ? fabs(p->items[0].weight) * tail_share : 0;

	while (p->n > 0 && fabs(p->items[p->n - 1].weight) < floor)
		p->n--;
}

/* Whether more of it is the site's than the model's. */
static bool
is_own(const struct phrase *one)
{
	double rest = one->weight - one->own;

	return one->weight > 0 ? one->own > rest : one->own < rest;
}

/* Lists what was picked; the sum of its weights. */
static double
list(struct reasons *r, const struct picked *p, const struct part *parts)
{
	double sum = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		const struct phrase *one = &p->items[i];

		r->items[i] = (struct reason){
		    .part = parts[one->first],
		    .weight = one->weight,
		    .own = is_own(one),
		};
		r->items[i].part.source.end = parts[one->end - 1].source.end;
		sum += one->weight;
	}
	r->n = p->n;
	return sum;
}

void
reasons_pick(struct reasons *r, const struct part *parts, const double *weights,
    const double *own, uint32_t n)
{
	double floor = strongest_word(parts, weights, n) * phrase_share;
	double total = 0, listed;
	struct picked picked;
	uint32_t used = 0;

	picked.n = 0;
	for (uint32_t i = 0; i < n;) {
		struct phrase one = {i, i, 0, 0};

		if (weights[i] == 0) { /* most do, and join nothing */
			i++;
			continue;
		}
		do {
			one.weight += weights[one.end];
			one.own += own != NULL ? own[one.end] : 0;
			one.end++;
		} while (one.end < n && joins(parts, weights, one.end, floor));
		i = one.end;
		total += one.weight;
		used++;
		insert(&picked, one);
	}
	trim_tail(&picked);
	listed = list(r, &picked, parts);
	if (picked.n < used)
		r->items[r->n++] = (struct reason){
		    .part = {.code = REASON_OTHER, .gap_ms = -1},
		    .weight = total - listed,
		};
}

void
reasons_add_rule(struct reasons *r, enum reason_code code, uint32_t count)
{
	r->items[r->n++] = (struct reason){
	    .part = {.code = (uint8_t)code, .count = count, .gap_ms = -1},
	};
}

void
reasons_add_listed(
    struct reasons *r, const struct part *matches, const struct rule *rule)
{
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
