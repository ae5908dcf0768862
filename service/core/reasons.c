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
    [REASON_OTHER] = {"other", "smaller reasons taken together", NULL},
    [REASON_LIMIT] = {"limit", "more comments than the limit allows", NULL},
    [REASON_MODEL_MISSING] = {"model.missing",
	"there is no model to judge with", NULL},
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
enum { PICKED_MAX = REASONS_MAX - 2 }; /* room for the tail and a rule */

/* Keeps items sorted by falling |weight|, dropping the weakest if full. */
static void
insert(struct reasons *r, const struct reason *one)
{
	uint32_t at = r->n;

	if (at == PICKED_MAX) {
		if (fabs(one->weight) <= fabs(r->items[at - 1].weight))
			return;
		at--;
	} else {
		r->n++;
	}
	for (; at > 0 && fabs(r->items[at - 1].weight) < fabs(one->weight);
	     at--)
		r->items[at] = r->items[at - 1];
	r->items[at] = *one;
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
			most = fmax(most, fabs(w[i]));
	return most;
}

/* Drops what is too weak to list; returns the sum of what stays. */
static double
trim_tail(struct reasons *r)
{
	double sum = 0, floor;

	floor = r->n > 0 ? fabs(r->items[0].weight) * tail_share : 0;
	while (r->n > 0 && fabs(r->items[r->n - 1].weight) < floor)
		r->n--;
	for (uint32_t i = 0; i < r->n; i++)
		sum += r->items[i].weight;
	return sum;
}

void
reasons_pick(struct reasons *r, const struct part *parts, const double *weights,
    uint32_t n)
{
	double floor = strongest_word(parts, weights, n) * phrase_share;
	double total = 0, listed;
	uint32_t used = 0, picked = 0;

	r->n = 0;
	for (uint32_t i = 0; i < n;) {
		struct reason one = {parts[i], weights[i]};

		while (++i < n && joins(parts, weights, i, floor)) {
			one.part.source.end = parts[i].source.end;
			one.weight += weights[i];
		}
		total += one.weight;
		used += one.weight != 0;
		if (one.weight != 0)
			insert(r, &one);
	}
	listed = trim_tail(r);
	picked = r->n;
	if (picked < used)
		r->items[r->n++] = (struct reason){
		    {.code = REASON_OTHER, .gap_ms = -1}, total - listed};
}

void
reasons_add_rule(struct reasons *r, enum reason_code code, uint32_t count)
{
	r->items[r->n++] = (struct reason){
	    {.code = (uint8_t)code, .count = count, .gap_ms = -1}, 0};
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

void
reason_text(const struct reason *r, char *out, size_t size)
{
	const struct wording *w = &wordings[r->part.code];
	const char *words =
	    r->weight <= 0 && w->pro != NULL ? w->pro : w->against;
	long long gap_s = (long long)(r->part.gap_ms / 1000);

	if (r->part.count == 0)
		snprintf(out, size, "%s", words);
	else if (r->part.gap_ms < 0)
		snprintf(out, size, "%s: %u", words, r->part.count);
	else
		snprintf(out, size, "%s: %u times, %lld s after the one before",
		    words, r->part.count, gap_s);
}
