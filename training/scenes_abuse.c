/*
 * Comments that insult, threaten or wish ill, by language, and civil ones
 * of the same words and places: what differs between them is the abuse.
 */
#include "scenarios.h"
#include "voice.h"

/* Each has sections "abuse xx" and "ok xx", in scenarios/languages/xx.txt. */
static const char *const languages[] = {"ar", "bg", "bn", "ca", "cs", "da",
    "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hi-Latn", "hr", "hu",
    "id", "it", "ja", "ko", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sv",
    "ta", "th", "tl", "tr", "uk", "ur", "vi", "zh"};

enum { LANGUAGES = sizeof(languages) / sizeof(*languages) };

static struct span
text_of(struct story *s, const char *kind, const char *language)
{
	return world_text(
	    &s->world, world_format(&s->world, "%s %s", kind, language).p);
}

static struct span
join(struct story *s, struct span a, struct span b)
{
	return world_format(&s->world, "%s %s", a.p, b.p);
}

static void
add(struct story *s, struct span text, const char *language, enum label label)
{
	struct author a = persona_reader(&s->world);
	struct row row = scene_comment(s, &a, 0);
	row.lang = span_of(language);
	scene_add(s, row, voice_of(&s->world, text), label);
}

static const char *
any_language(struct story *s)
{
	return languages[random_below(&s->world.random, LANGUAGES)];
}

/* Some begin civilly, some go on. */
static void
play_abuse(struct story *s)
{
	const char *language = any_language(s);
	struct span text = text_of(s, "abuse", language);
	if (chance(s, 20))
		text = join(s, text_of(s, "ok", language), text);
	else if (chance(s, 20))
		text = join(s, text, text_of(s, "abuse", language));
	add(s, text, language, LABEL_ABUSE);
}

static void
play_ok(struct story *s)
{
	const char *language = any_language(s);
	struct span text = text_of(s, "ok", language);
	if (chance(s, 35))
		text = join(s, text, text_of(s, "ok", language));
	add(s, text, language, LABEL_OK);
}

const struct scene scenes_ok[] = {
    {"ok.language", 1, play_ok},
    {0},
};

const struct scene scenes_abuse[] = {
    {"abuse.language", 1, play_abuse},
    {0},
};
