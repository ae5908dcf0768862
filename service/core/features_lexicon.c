#include "features_sink.h"
#include "lexicon.h"

/*
 * What a text has of the lexicon, in any language: insults, and what spam
 * offers and asks for. Each counts as the first, second and so on of its kind.
 * What they say is learned where there are labels, and holds where there are
 * none.
 */
static const double value = 0.25;

enum {
	INSULTS_MOST = 4,
	OFFERS_OF_A_KIND = 2,
	OFFERS_MOST = OFFERS_OF_A_KIND * (LEXICON_END - 2),
	KEYWORDS_MOST = LEXICON_END,
};

_Static_assert(
    INSULTS_MOST + OFFERS_MOST + KEYWORDS_MOST <= FEATURES_LEXICON_MOST,
    "room for all");

static struct lexicon_walk
walk_of(const struct text *t, const struct token_values *v)
{
	return (struct lexicon_walk){.words = v->words + 1, .n = t->n_tokens};
}

/* The first of each kind, and the offers, to be put behind the insults. */
struct found {
	uint8_t of_kind[LEXICON_END];
	uint32_t n;
	struct feature offers[OFFERS_MOST];
};

static void
note(struct found *found, struct features *f, enum lexicon_kind kind,
    uint32_t token)
{
	bool insult = kind == LEXICON_INSULT;
	uint32_t nth = found->of_kind[kind];

	if (nth == (insult ? INSULTS_MOST : OFFERS_OF_A_KIND))
		return;
	found->of_kind[kind]++;
	if (insult)
		sink_put(f, sink_hash(VIEW_INSULTS, nth, 0), token);
	else
		sink_write(&found->offers[found->n++],
		    sink_hash(VIEW_OFFERS, kind, nth), token);
}

void
features_of_lexicon(
    struct features *f, const struct text *t, const struct token_values *v)
{
	struct lexicon_walk w = walk_of(t, v);
	struct found found;
	enum lexicon_kind kind;

	memset(&found, 0, offsetof(struct found, offers));
	while ((kind = lexicon_walk(&w)) != LEXICON_NONE)
		note(&found, f, kind, w.token);
	sink_close_view(f, VIEW_INSULTS, value);
	memcpy(sink_next(f), found.offers, found.n * sizeof(*found.offers));
	sink_end(f, sink_next(f) + found.n);
	sink_close_view(f, VIEW_OFFERS, value);
}

/* Each kind once, and first that there is one. */
void
features_of_keywords(
    struct features *f, const struct text *name, const struct token_values *v)
{
	const uint32_t part = features_part(f, REASON_AUTHOR_NAME);
	struct lexicon_walk w = walk_of(name, v);
	bool had[LEXICON_END] = {[LEXICON_INSULT] = true};
	enum lexicon_kind kind;

	while ((kind = lexicon_walk(&w)) != LEXICON_NONE) {
		if (had[kind])
			continue;
		if (!had[LEXICON_NONE])
			sink_put(
			    f, sink_hash(VIEW_KEYWORDS, LEXICON_NONE, 0), part);
		sink_put(f, sink_hash(VIEW_KEYWORDS, kind, 0), part);
		had[kind] = had[LEXICON_NONE] = true;
	}
	sink_close_view(f, VIEW_KEYWORDS, value);
}
