/*
 * Comments by kind and by language: the scenes that are a single text of a
 * section of the templates, and which sections there are.
 */
#include "scenarios.h"
#include "voice.h"

/* A section, how often it is drawn, and the language it is written in. */
struct kind {
	const char *section;
	uint32_t weight;
	const char *lang; /* NULL: English */
};

/* End with a kind without section. */
static const struct kind ham_kinds[] = {
    {"ham fan", 16, NULL},
    {"ham video", 14, NULL},
    {"ham chat", 14, NULL},
    {"ham emoji", 8, NULL},
    {"ham money", 12, NULL},
    {"ham market", 10, NULL},
    {"ham scam", 8, NULL},
    {"ham contact", 10, NULL},
    {"ham music", 8, NULL},
    {"ham sports", 6, NULL},
    {"ham games", 8, NULL},
    {"ham politics", 7, NULL},
    {"ham recipe", 6, NULL},
    {"ham shop", 7, NULL},
    {"ham tech", 9, NULL},
    {"ham critic", 7, NULL},
    {"ham joke", 6, NULL},
    {"ham faith", 4, NULL},
    {"ham study", 6, NULL},
    {"ham world", 6, NULL},
    {0},
};

static const struct kind spam_kinds[] = {
    {"spam mentor opening", 8, NULL},
    {"spam mentor praise", 10, NULL},
    {"spam mentor echo", 7, NULL},
    {"spam mentor question", 5, NULL},
    {"spam mentor contact", 7, NULL},
    {"spam mentor subtle", 9, NULL},
    {"spam promo", 7, NULL},
    {"spam recovery", 7, NULL},
    {"spam prize", 10, NULL},
    {"spam channel", 14, NULL},
    {"spam lure", 10, NULL},
    {"spam slots", 7, NULL},
    {"spam health", 7, NULL},
    {"spam herbal", 6, NULL},
    {"spam seo", 7, NULL},
    {"spam jobs", 8, NULL},
    {"spam loans", 6, NULL},
    {"spam support", 4, NULL},
    {"spam goods", 6, NULL},
    {"spam cracks", 6, NULL},
    {"spam codes", 5, NULL},
    {"spam phishing", 6, NULL},
    {"spam airdrop", 6, NULL},
    {"spam chain", 5, NULL},
    {0},
};

static const struct kind ham_languages[] = {
    {"ham de", 12, "de"},
    {"ham es", 12, "es"},
    {"ham fr", 10, "fr"},
    {"ham pt", 10, "pt"},
    {"ham id", 8, "id"},
    {"ham ru", 12, "ru"},
    {"ham uk", 5, "uk"},
    {"ham it", 7, "it"},
    {"ham nl", 5, "nl"},
    {"ham pl", 6, "pl"},
    {"ham tr", 6, "tr"},
    {"ham vi", 5, "vi"},
    {"ham zh", 6, "zh"},
    {"ham ja", 5, "ja"},
    {"ham ko", 5, "ko"},
    {"ham ar", 6, "ar"},
    {"ham hi", 6, "hi"},
    {0},
};

static const struct kind spam_languages[] = {
    {"spam de", 12, "de"},
    {"spam es", 12, "es"},
    {"spam fr", 10, "fr"},
    {"spam pt", 10, "pt"},
    {"spam id", 8, "id"},
    {"spam ru", 14, "ru"},
    {"spam uk", 5, "uk"},
    {"spam it", 7, "it"},
    {"spam nl", 5, "nl"},
    {"spam pl", 6, "pl"},
    {"spam tr", 6, "tr"},
    {"spam vi", 5, "vi"},
    {"spam zh", 6, "zh"},
    {"spam ja", 5, "ja"},
    {"spam ko", 5, "ko"},
    {"spam ar", 6, "ar"},
    {"spam hi", 6, "hi"},
    {0},
};

static const struct kind *
draw(struct story *s, const struct kind *kinds)
{
	uint32_t total = 0;
	for (const struct kind *k = kinds; k->section != NULL; k++)
		total += k->weight;
	uint32_t at = random_below(&s->world.random, total);
	while (at >= kinds->weight)
		at -= kinds++->weight;
	return kinds;
}

/* The kind's name is the row's source: figures are shown by it. */
static struct row
comment_of(const struct story *s, const struct author *a, int64_t after_ms,
    const struct kind *k)
{
	struct row row = scene_comment(s, a, after_ms);
	row.source = span_of(k->section);
	if (k->lang != NULL)
		row.lang = span_of(k->lang);
	return row;
}

static void
add_ham(struct story *s, const struct kind *kinds)
{
	const struct kind *k = draw(s, kinds);
	struct author a = persona_reader(&s->world);
	struct row row = comment_of(s, &a, 0, k);
	struct span text = world_text(&s->world, k->section);
	if (chance(s, 25))
		text = world_format(&s->world, "%s %s", text.p,
		    world_text(&s->world, k->section).p);
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

static void
add_spam_of(struct story *s, const struct kind *kinds)
{
	const struct kind *k = draw(s, kinds);
	struct author a = spammer(s);
	add_spam(s, comment_of(s, &a, 0, k), world_text(&s->world, k->section));
}

void
scene_play_ham_kind(struct story *s)
{
	add_ham(s, ham_kinds);
}

void
scene_play_ham_language(struct story *s)
{
	add_ham(s, ham_languages);
}

void
scene_play_spam_kind(struct story *s)
{
	add_spam_of(s, spam_kinds);
}

void
scene_play_spam_language(struct story *s)
{
	add_spam_of(s, spam_languages);
}

/*
 * A talk among names that one person made up: a worry, praise of an adviser,
 * others who agree, somebody who asks, and how to reach the adviser.
 */
void
scene_play_chorus(struct story *s)
{
	static const struct kind parts[] = {
	    {"spam mentor opening", 1, NULL},
	    {"spam mentor praise", 1, NULL},
	    {"spam mentor echo", 1, NULL},
	    {"spam mentor question", 1, NULL},
	    {"spam mentor subtle", 1, NULL},
	    {"spam mentor contact", 1, NULL},
	};
	int64_t at = 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (chance(s, 25))
			continue;
		struct author a = persona_reader(&s->world);
		a.url = (struct span){0};
		add_spam(s, comment_of(s, &a, at, &parts[i]),
		    world_text(&s->world, parts[i].section));
		at += between(s, 20 * SECOND, 25 * MINUTE);
	}
}
