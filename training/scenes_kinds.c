/*
 * Comments by kind: the scenes that are a single text of a section of the
 * templates, and which sections there are.
 */
#include "scenarios.h"
#include "voice.h"

/* Sections of the templates. */
static const struct scene_share ham_kinds[] = {
    {"ham fan", 16},
    {"ham grateful", 10},
    {"ham video", 14},
    {"ham chat", 14},
    {"ham emoji", 8},
    {"ham money", 12},
    {"ham market", 10},
    {"ham scam", 8},
    {"ham contact", 10},
    {"ham music", 8},
    {"ham sports", 6},
    {"ham games", 8},
    {"ham politics", 7},
    {"ham recipe", 6},
    {"ham shop", 7},
    {"ham tech", 9},
    {"ham critic", 7},
    {"ham joke", 6},
    {"ham faith", 4},
    {"ham study", 6},
    {"ham world", 6},
    {0},
};

static const struct scene_share spam_kinds[] = {
    {"spam mentor opening", 8},
    {"spam mentor praise", 10},
    {"spam mentor echo", 7},
    {"spam mentor question", 5},
    {"spam mentor contact", 7},
    {"spam mentor subtle", 9},
    {"spam promo", 7},
    {"spam recovery", 7},
    {"spam testimony", 8},
    {"spam prize", 10},
    {"spam channel", 14},
    {"spam lure", 10},
    {"spam slots", 7},
    {"spam health", 7},
    {"spam herbal", 6},
    {"spam seo", 7},
    {"spam jobs", 8},
    {"spam loans", 6},
    {"spam support", 4},
    {"spam goods", 6},
    {"spam cracks", 6},
    {"spam codes", 5},
    {"spam phishing", 6},
    {"spam airdrop", 6},
    {"spam chain", 5},
    {0},
};

const char *
scene_draw(struct story *s, const struct scene_share *of)
{
	uint32_t total = 0;
	for (const struct scene_share *i = of; i->name != NULL; i++)
		total += i->weight;
	uint32_t at = random_below(&s->world.random, total);
	while (at >= of->weight)
		at -= of++->weight;
	return of->name;
}

/* The section is the row's source: figures are shown by it. */
static struct row
comment_of(const struct story *s, const struct author *a, int64_t after_ms,
    const char *section)
{
	struct row row = scene_comment(s, a, after_ms);
	row.source = span_of(section);
	return row;
}

void
scene_add_ham(struct story *s, const char *section, const char *lang)
{
	struct author a = persona_reader(&s->world);
	struct row row = comment_of(s, &a, 0, section);
	row.lang = span_of(lang);
	struct span text = world_text(&s->world, section);
	if (chance(s, 25))
		text = world_format(&s->world, "%s %s", text.p,
		    world_text(&s->world, section).p);
	text = voice_of(&s->world, text);
	if (chance(s, 55))
		row.comment.fill_ms = between(s, 2500, 15000) +
				      (int64_t)text.n * between(s, 20, 400);
	scene_add(s, row, text, LABEL_HAM);
}

/* Who writes spam of a kind: a seller with a page, somebody with a name like
 * any other, or a program. */
static struct author
spammer(struct story *s)
{
	if (chance(s, 35))
		return persona_seller(&s->world, ".keyword");
	if (chance(s, 8))
		return persona_bot(&s->world);
	struct author a = persona_reader(&s->world);
	if (chance(s, 35))
		a.name = world_text(&s->world, ".handle");
	if (chance(s, 70))
		a.url = (struct span){0};
	return a;
}

static void
add_spam(struct story *s, struct row row, struct span text)
{
	if (chance(s, 25))
		text = world_format(&s->world, "%s %s", text.p,
		    world_text(&s->world, "spam pitch tail").p);
	if (chance(s, 45))
		row.comment.fill_ms = between(s, 700, 60000);
	scene_add(s, row, voice_of(&s->world, text), LABEL_SPAM);
}

void
scene_add_spam(struct story *s, const char *section, const char *lang)
{
	struct author a = spammer(s);
	struct row row = comment_of(s, &a, 0, section);
	row.lang = span_of(lang);
	add_spam(s, row, world_text(&s->world, section));
}

void
scene_play_ham_kind(struct story *s)
{
	scene_add_ham(s, scene_draw(s, ham_kinds), "en");
}

void
scene_play_spam_kind(struct story *s)
{
	scene_add_spam(s, scene_draw(s, spam_kinds), "en");
}

/*
 * A talk among names that one person made up: a worry, praise of an adviser,
 * others who agree, somebody who asks, and how to reach the adviser.
 */
void
scene_play_chorus(struct story *s)
{
	static const char *const parts[] = {
	    "spam mentor opening",
	    "spam mentor praise",
	    "spam mentor echo",
	    "spam mentor question",
	    "spam mentor subtle",
	    "spam mentor contact",
	};
	int64_t at = 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (chance(s, 25))
			continue;
		struct author a = persona_reader(&s->world);
		a.url = (struct span){0};
		add_spam(s, comment_of(s, &a, at, parts[i]),
		    world_text(&s->world, parts[i]));
		at += between(s, 20 * SECOND, 25 * MINUTE);
	}
}
