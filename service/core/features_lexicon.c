#include "features_sink.h"
#include "lexicon.h"

/*
 * What a text has of the lexicon, in any language: insults, what spam offers
 * and asks for, and how people talk to each other. Each counts as the first,
 * second and so on of its kind. What they say is learned where there are
 * labels, and holds where there are none.
 */
static const double value = 0.25;

enum {
	INSULTS_MOST = 4,
	OF_A_KIND = 2,
	HITS_MOST = OF_A_KIND * (LEXICON_END - 1),
	KEYWORDS_MOST = 1 + LEXICON_FUND - LEXICON_EARN + 1,
};

_Static_assert(
    INSULTS_MOST + HITS_MOST + KEYWORDS_MOST <= FEATURES_LEXICON_MOST,
    "room for all");

/* Numbers: of insults, then of each kind in a text, in a name. */
enum {
	NUMBERS_INSULTS = NUMBERS_LEXICON,
	NUMBERS_KINDS = NUMBERS_INSULTS + INSULTS_MOST,
	NUMBERS_KEYWORDS = NUMBERS_LEXICON + 256,
};

_Static_assert(
    NUMBERS_KINDS + LEXICON_END * OF_A_KIND <= (int)NUMBERS_KEYWORDS &&
	NUMBERS_KEYWORDS + LEXICON_END <= (int)NUMBERS_END,
    "numbers run out");

static struct lexicon_walk
walk_of(const struct text *t, const struct token_values *v)
{
	return (struct lexicon_walk){.text = t, .words = v->words + 1};
}

/* The first of each kind, but of mere insults. */
struct hits {
	uint8_t insults, of_kind[LEXICON_END];
	uint32_t n;
	struct hit {
		enum lexicon_kind kind;
		uint32_t nth, token;
	} items[HITS_MOST];
};

static void
note(struct hits *h, struct features *f, enum lexicon_kind kind, uint32_t token)
{
	uint32_t nth = h->of_kind[kind];

	if (lexicon_insults(kind) && h->insults < INSULTS_MOST)
		sink_put_number(f, NUMBERS_INSULTS + h->insults++, token);
	if (kind == LEXICON_INSULT || nth == OF_A_KIND)
		return;
	h->of_kind[kind]++;
	h->items[h->n++] = (struct hit){kind, nth, token};
}

/* What is known stands on its first word; the others are shown with it. */
static void
tie(struct features *f, const struct lexicon_walk *w)
{
	for (uint32_t i = w->token + 1; i < w->end; i++)
		f->parts[i].tied = true;
}

/* Money is what many comments are about that offer nothing. */
static enum view_kind
view_of(enum lexicon_kind kind)
{
	bool money = kind == LEXICON_EARN || kind == LEXICON_INVEST ||
		     kind == LEXICON_FUND;

	return money ? VIEW_MONEY : VIEW_PHRASES;
}

static void
put_view(struct features *f, const struct hits *h, enum view_kind view)
{
	for (uint32_t i = 0; i < h->n; i++) {
		const struct hit *hit = &h->items[i];

		if (view_of(hit->kind) == view)
			sink_put_number(f,
			    NUMBERS_KINDS + hit->kind * OF_A_KIND + hit->nth,
			    hit->token);
	}
	sink_close_view(f, view, value);
}

void
features_of_lexicon(
    struct features *f, const struct text *t, const struct token_values *v)
{
	struct lexicon_walk w = walk_of(t, v);
	enum lexicon_kind kind;
	struct hits hits;

	memset(&hits, 0, offsetof(struct hits, items));
	while ((kind = lexicon_walk(&w)) != LEXICON_NONE) {
		note(&hits, f, kind, w.token);
		tie(f, &w);
	}
	sink_close_view(f, VIEW_INSULTS, value);
	put_view(f, &hits, VIEW_PHRASES);
	put_view(f, &hits, VIEW_MONEY);
}

/* Each kind of offer once, and first that there is one. */
void
features_of_keywords(
    struct features *f, const struct text *name, const struct token_values *v)
{
	const uint32_t part = features_part(f, REASON_AUTHOR_NAME);
	struct lexicon_walk w = walk_of(name, v);
	bool had[LEXICON_END] = {false};
	enum lexicon_kind kind;

	while ((kind = lexicon_walk(&w)) != LEXICON_NONE) {
		if (had[kind] || !lexicon_offers(kind))
			continue;
		if (!had[LEXICON_NONE])
			sink_put_number(
			    f, NUMBERS_KEYWORDS + LEXICON_NONE, part);
		sink_put_number(f, NUMBERS_KEYWORDS + kind, part);
		had[kind] = had[LEXICON_NONE] = true;
	}
	sink_close_view(f, VIEW_KEYWORDS, value);
}

static bool
is_of_phrases(const struct feature_view *w)
{
	return w->kind == VIEW_INSULTS || w->kind == VIEW_PHRASES ||
	       w->kind == VIEW_KEYWORDS;
}

void
features_keep_phrases(struct features *f)
{
	uint32_t n = 0, views = 0;

	for (uint32_t i = 0; i < f->n_views; i++) {
		struct feature_view w = f->views[i];
		uint32_t items = w.last - w.first;

		if (!is_of_phrases(&w))
			continue;
		memmove(f->items + n, f->items + w.first,
		    items * sizeof(*f->items));
		w.first = n;
		w.last = n += items;
		f->views[views++] = w;
	}
	f->n = n;
	f->n_views = views;
}

/* Of a view of insults or kinds; the former has no others. */
static bool
is_hostile(const struct feature_view *w, uint32_t number)
{
	return w->kind == VIEW_INSULTS ||
	       (w->kind == VIEW_PHRASES &&
		   lexicon_hostile((number - NUMBERS_KINDS) / OF_A_KIND));
}

bool
features_hostile(const struct features *f)
{
	for (uint32_t i = 0; i < f->n_views; i++)
		for (uint32_t k = f->views[i].first; k < f->views[i].last; k++)
			if (is_hostile(&f->views[i], f->items[k].hash))
				return true;
	return false;
}
