/*
 * Comments by language: spam, everyday ones, and abuse beside what is civil
 * with the same words and places, so that what differs is the abuse.
 */
#include "scenarios.h"
#include "voice.h"

/* Each has a file scenarios/languages/xx.txt, with the sections "everyday xx",
 * "talk xx", "ok xx", "abuse xx" and, but for English, "spam xx". The weight is
 * that of ham and spam; of all else there is as much in each, but of talk. */
static const struct scene_share languages[] = {
    {"ar", 6},
    {"bg", 2},
    {"am", 1},
    {"bn", 2},
    {"ca", 2},
    {"cs", 2},
    {"da", 2},
    {"de", 12},
    {"el", 2},
    {"en", 0}, /* has scenes of its own */
    {"es", 12},
    {"fa", 2},
    {"fi", 2},
    {"fr", 10},
    {"he", 2},
    {"hi", 6},
    {"hi-Latn", 2},
    {"hr", 2},
    {"hu", 2},
    {"id", 8},
    {"it", 7},
    {"ja", 5},
    {"kn", 1},
    {"ko", 5},
    {"ml", 1},
    {"mr", 1},
    {"ms", 2},
    {"ne", 1},
    {"nl", 5},
    {"no", 2},
    {"pl", 6},
    {"pt", 10},
    {"ro", 2},
    {"ru", 14},
    {"si", 1},
    {"sk", 1},
    {"sl", 1},
    {"sv", 2},
    {"sw", 1},
    {"ta", 2},
    {"te", 1},
    {"th", 2},
    {"tl", 2},
    {"tr", 6},
    {"uk", 5},
    {"ur", 2},
    {"vi", 5},
    {"zh", 6},
    {0},
};

enum { LANGUAGES = sizeof(languages) / sizeof(*languages) - 1 };

enum { TALK_ENGLISH_PERCENT = 25 };

static const char *
any_language(struct story *s)
{
	return languages[random_below(&s->world.random, LANGUAGES)].name;
}

static const char *
section_of(struct story *s, const char *kind, const char *language)
{
	return world_format(&s->world, "%s %s", kind, language).p;
}

static struct span
text_of(struct story *s, const char *kind, const char *language)
{
	return world_text(&s->world, section_of(s, kind, language));
}

static struct span
join(struct story *s, const char *a, const char *b)
{
	return world_format(&s->world, "%s %s", a, b);
}

/* One, `percent` times in a hundred two of them. */
static struct span
texts_of(
    struct story *s, const char *kind, const char *language, uint32_t percent)
{
	struct span text = text_of(s, kind, language);
	return chance(s, percent)
		   ? join(s, text.p, text_of(s, kind, language).p)
		   : text;
}

static void
add(struct story *s, struct span text, const char *language, enum label label)
{
	struct author a = persona_reader(&s->world);
	struct row row = scene_comment(s, &a, 0);
	row.lang = span_of(language);
	scene_add(s, row, voice_of(&s->world, text), label);
}

void
scene_play_ham_language(struct story *s)
{
	const char *language = scene_draw(s, languages);
	scene_add_ham(s, section_of(s, "everyday", language), language);
}

void
scene_play_spam_language(struct story *s)
{
	const char *language = scene_draw(s, languages);
	scene_add_spam(s, section_of(s, "spam", language), language);
}

/* Some begin civilly, some go on. */
static void
play_abuse(struct story *s)
{
	const char *language = any_language(s);
	struct span text = text_of(s, "abuse", language);
	if (chance(s, 20)) {
		struct span civil = text_of(s, "ok", language);
		text = join(s, civil.p, text.p);
	} else if (chance(s, 20)) {
		struct span more = text_of(s, "abuse", language);
		text = join(s, text.p, more.p);
	}
	add(s, text, language, LABEL_ABUSE);
}

static void
play_ok(struct story *s)
{
	const char *language = any_language(s);
	add(s, texts_of(s, "ok", language, 35), language, LABEL_OK);
}

/* Good to both heads: as often one's as the other's. */
static void
add_everyday(struct story *s, const char *kind, const char *language)
{
	struct span text = texts_of(s, kind, language, 20);
	add(s, text, language, chance(s, 50) ? LABEL_HAM : LABEL_OK);
}

static void
play_everyday(struct story *s)
{
	add_everyday(s, "everyday", any_language(s));
}

/* About what spam offers, by people who offer nothing. */
static void
play_talk(struct story *s)
{
	bool english = chance(s, TALK_ENGLISH_PERCENT);
	add_everyday(s, "talk", english ? "en" : any_language(s));
}

const struct scene scenes_ok[] = {
    {"ok.language", 1, play_ok},
    {0},
};

const struct scene scenes_abuse[] = {
    {"abuse.language", 1, play_abuse},
    {0},
};

const struct scene scenes_everyday[] = {
    {"everyday.language", 1, play_everyday},
    {"everyday.talk", 1, play_talk},
    {0},
};
