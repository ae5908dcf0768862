/*
 * Comments on blogs: what readers write, longer than elsewhere, about the
 * blog's topic, with sources; and what programs and paid writers leave there
 * for the page that their name leads to.
 */
#include "scenarios.h"
#include "voice.h"

/* Each has a file scenarios/blogs/NAME.txt with the sections "blog NAME",
 * "blog NAME short" and "blog NAME link". */
static const struct scene_share topics[] = {
    {"books", 3},
    {"business", 4},
    {"cars", 3},
    {"cooking", 3},
    {"craft", 3},
    {"education", 3},
    {"family", 3},
    {"fashion", 3},
    {"film", 3},
    {"games", 3},
    {"garden", 3},
    {"health", 3},
    {"meta", 4},
    {"money", 3},
    {"music", 3},
    {"photo", 3},
    {"politics", 3},
    {"religion", 3},
    {"science", 3},
    {"sport", 3},
    {"travel", 3},
    {0},
};

/* The same; readers quote traces, logs and settings there. */
static const struct scene_share technical[] = {
    {"apple", 3},
    {"data", 3},
    {"dotnet", 4},
    {"electronics", 3},
    {"linux", 4},
    {"security", 3},
    {"web", 4},
    {0},
};

/* Blogs in other languages: these sections are in scenarios/languages/. */
static const struct scene_share languages[] = {
    {"cs", 2},
    {"de", 3},
    {"es", 3},
    {"fr", 3},
    {"id", 2},
    {"it", 2},
    {"ja", 2},
    {"ko", 2},
    {"nl", 2},
    {"pl", 2},
    {"pt", 3},
    {"ru", 3},
    {"sv", 1},
    {"tr", 2},
    {"vi", 2},
    {"zh", 4},
    {0},
};

static const struct scene_share spam_kinds[] = {
    {"blogspam flattery", 30},
    {"blogspam short", 10},
    {"blogspam topic", 12},
    {"blogspam scrap", 14},
    {"blogspam seo", 8},
    {"blogspam goods", 9},
    {"blogspam link", 15},
    {"blogspam foreign", 8},
    {0},
};

static struct span
part(struct story *s, const char *topic, const char *kind)
{
	const char *section =
	    world_format(&s->world, "blog %s%s", topic, kind).p;
	return world_text(&s->world, section);
}

/* `a` and `b` in one paragraph, on two lines or in two paragraphs. */
static struct span
then(struct story *s, struct span a, struct span b)
{
	const char *between_them = chance(s, 60)   ? " "
				   : chance(s, 40) ? "\n"
						   : "\n\n";
	return world_format(&s->world, "%s%s%s", a.p, between_them, b.p);
}

static struct span
text_about(struct story *s, const char *topic, bool traces)
{
	if (chance(s, 20))
		return part(s, topic, " short");
	bool link_only = chance(s, 6);
	struct span text = part(s, topic, link_only ? " link" : "");
	while (chance(s, 45))
		text = then(s, text, part(s, topic, ""));
	if (traces && chance(s, 25))
		text = then(s, text, world_text(&s->world, "blog trace"));
	if (chance(s, 18))
		text = chance(s, 70) ? then(s, text, part(s, topic, " link"))
				     : then(s, part(s, topic, " link"), text);
	return text;
}

static struct span
voiced(struct story *s, struct span text)
{
	return chance(s, 50) ? voice_of(&s->world, text) : text;
}

static void
play_reader(struct story *s)
{
	const struct scene_share *blogs = chance(s, 25)   ? languages
					  : chance(s, 27) ? technical
							  : topics;
	const char *topic = scene_draw(s, blogs);
	struct author a = persona_reader(&s->world);
	struct row row = scene_comment(s, &a, 0);
	row.source = world_format(&s->world, "blog %s", topic);
	row.lang = span_of(blogs == languages ? topic : "en");
	struct span text = text_about(s, topic, blogs == technical);
	scene_add(s, row, voiced(s, text), LABEL_HAM);
}

/* Mostly the search phrase that the page is to be found by; some use a name. */
static struct author
spammer(struct story *s)
{
	struct author a = persona_seller(&s->world, ".blog keyword");
	if (a.url.n == 0 || chance(s, 70))
		a.url = world_text(&s->world, ".blog sold page");
	return a;
}

static void
play_spammer(struct story *s)
{
	const char *kind = scene_draw(s, spam_kinds);
	struct author a = spammer(s);
	struct row row = scene_comment(s, &a, 0);
	row.source = span_of(kind);
	s->withheld.who = false; /* praise alone is no spam */
	struct span text = world_text(&s->world, kind);
	if (chance(s, 20))
		text = then(s, text, world_text(&s->world, "blogspam link"));
	scene_add(s, row, voiced(s, text), LABEL_SPAM);
}

const struct scene scenes_blog_ham[] = {
    {"blog.reader", 1, play_reader},
    {0},
};

const struct scene scenes_blog_spam[] = {
    {"blog.spammer", 1, play_spammer},
    {0},
};
