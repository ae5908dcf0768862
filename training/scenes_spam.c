/* What spammers do: every comment here is spam. */
#include "scenarios.h"
#include "voice.h"

static void
add(struct story *s, struct row row, struct span text)
{
	scene_add(s, row, text, LABEL_SPAM);
}

/* Programs fill a form in no time; people who are paid for it do not. */
static void
add_quick(struct story *s, struct row row, struct span text)
{
	if (chance(s, 60))
		row.comment.fill_ms = between(s, 150, 2500);
	if (chance(s, 12))
		row.comment.honeypot = row.comment.author.url.n != 0
					   ? row.comment.author.url
					   : row.comment.author.name;
	add(s, row, text);
}

static void
add_slow(struct story *s, struct row row, struct span text)
{
	if (chance(s, 50))
		row.comment.fill_ms = between(s, 1500, 60000);
	add(s, row, text);
}

/* Pattern 1: tokens for everything, in pairs from one address. */
static void
play_tokens(struct story *s)
{
	struct author a = persona_bot(&s->world);
	add_quick(
	    s, scene_comment(s, &a, 0), world_text(&s->world, "spam tokens"));
	if (chance(s, 30))
		return;
	struct author b = persona_bot(&s->world);
	b.ip = a.ip;
	b.user_agent = a.user_agent;
	scene_go_to_thread(s);
	struct row row =
	    scene_comment(s, &b, between(s, 15 * SECOND, 25 * SECOND));
	add_quick(s, row, world_text(&s->world, "spam tokens"));
}

/* Pattern 2: one address in three notations, in any order. */
static void
play_triple(struct story *s)
{
	struct world *w = &s->world;
	struct author a = persona_seller(w, ".keyword");
	const char *url = world_text(w, ".bot page").p;
	const char *word = world_text(w, ".keyword").p;
	const char *title = s->title.p;
	struct span plain = world_format(w, "%s | %s %s", word, title, url);
	struct span tag = world_format(
	    w, "<a href=\"%s\" rel=\"nofollow\">%s | %s</a>", url, word, title);
	struct span code =
	    world_format(w, "[url=%s]%s | %s[/url]", url, word, title);
	const char *parts[] = {plain.p, tag.p, code.p};
	size_t first = random_below(&w->random, 3);
	size_t second = (first + 1 + random_below(&w->random, 2)) % 3;
	struct row row = scene_comment(s, &a, 0);
	row.comment.author.user_agent = world_text(w, ".old browser");
	row.comment.format = chance(s, 50) ? FORMAT_HTML : FORMAT_TEXT;
	add_quick(s, row,
	    world_format(w, "%s\n%s\n%s", parts[first], parts[second],
		parts[3 - first - second]));
}

/* Pattern 3: long and warm, with the title, from several addresses. */
static void
play_spun(struct story *s)
{
	struct world *w = &s->world;
	struct author a = persona_seller(w, ".keyword");
	int64_t at = 0;
	for (int64_t n = between(s, 1, 3); n > 0; n--) {
		const char *opening = world_text(w, "spam spun opening").p;
		const char *middle = world_text(w, "spam spun middle").p;
		const char *end = world_text(w, "spam spun end").p;
		struct span text =
		    world_format(w, "%s %s %s", opening, middle, end);
		a.ip = persona_neighbour(w, a.ip, 16);
		add_slow(s, scene_comment(s, &a, at), text);
		scene_go_to_thread(s);
		at += between(s, MINUTE, 30 * MINUTE);
	}
}

/* Pattern 4: praise, a keyword for a name, the link in the URL field. */
static void
play_flattery(struct story *s)
{
	struct author a = persona_seller(&s->world, ".keyword");
	if (a.url.n == 0)
		a.url = world_text(&s->world, ".sold page");
	add_slow(
	    s, scene_comment(s, &a, 0), world_text(&s->world, "spam flattery"));
}

/* Pattern 5: the same again within half a minute, broken differently. */
static void
play_again(struct story *s)
{
	struct world *w = &s->world;
	struct author a = persona_seller(w, ".keyword");
	const char *head = world_text(w, "spam flattery").p;
	const char *tail = world_text(w, "spam pitch").p;
	int64_t at = 0;
	for (int64_t n = between(s, 2, 4), i = 0; i < n; i++) {
		const char *gap = i == 0 ? " " : i == 1 ? "\n" : "\n\n";
		add_quick(s, scene_comment(s, &a, at),
		    world_format(w, "%s%s%s", head, gap, tail));
		at += between(s, 4 * SECOND, 30 * SECOND);
	}
}

/* Pattern 6. */
static void
play_pharmacy(struct story *s)
{
	struct author a = persona_seller(&s->world, ".drug");
	struct row row = scene_comment(s, &a, 0);
	row.comment.format = chance(s, 50) ? FORMAT_HTML : FORMAT_TEXT;
	add_quick(s, row, world_text(&s->world, "spam pharmacy"));
}

/* Pattern 7. */
static void
play_trackback(struct story *s)
{
	struct author a = persona_seller(&s->world, ".keyword");
	struct row row = scene_comment(s, &a, 0);
	row.comment.author.email = (struct span){0};
	row.comment.author.user_agent = (struct span){0};
	row.comment.format = FORMAT_HTML;
	add(s, row, world_text(&s->world, "spam trackback"));
}

/* Pattern 8: Cyrillic twins of Latin letters, written as entities. */
static struct span
homoglyphs(struct story *s, struct span text)
{
	static const struct {
		char latin;
		unsigned twin;
	} twins[] = {{'a', 0x430}, {'c', 0x441}, {'e', 0x435}, {'o', 0x43e},
	    {'p', 0x440}, {'x', 0x445}, {'y', 0x443}, {'i', 0x456}};
	struct span out = {"", 0};
	for (size_t i = 0; i < text.n; i++) {
		unsigned twin = 0;
		for (size_t t = 0; t < 8; t++)
			if (twins[t].latin == text.p[i] && chance(s, 35))
				twin = twins[t].twin;
		out = twin != 0
			  ? world_format(&s->world, "%s&#%u;", out.p, twin)
			  : world_format(&s->world, "%s%c", out.p, text.p[i]);
	}
	return out;
}

static void
play_homoglyphs(struct story *s)
{
	struct author a = persona_seller(&s->world, ".keyword");
	struct row row = scene_comment(s, &a, 0);
	row.comment.format = FORMAT_HTML;
	add_quick(s, row, homoglyphs(s, world_text(&s->world, "spam pitch")));
}

/* Pattern 9: nothing, and again within a minute or so. */
static void
play_empties(struct story *s)
{
	struct author a = persona_reader(&s->world);
	int64_t at = 0;
	if (chance(s, 60))
		a.url = (struct span){0};
	for (int64_t n = between(s, 2, 5); n > 0; n--) {
		struct row row = scene_comment(s, &a, at);
		add(s, row,
		    span_of(chance(s, 85)   ? ""
			    : chance(s, 50) ? " "
					    : "\n"));
		at += between(s, 5 * SECOND, 100 * SECOND);
	}
}

static void
play_empty(struct story *s)
{
	struct author a = persona_reader(&s->world);
	add(s, scene_comment(s, &a, 0), span_of(""));
}

static void
play_pitch(struct story *s)
{
	struct author a = persona_seller(&s->world, ".keyword");
	struct row row = scene_comment(s, &a, 0);
	struct span text = world_text(&s->world, "spam pitch");
	add_slow(s, row, voice_of(&s->world, text));
}

/* A pitch without a page in the form, by a name like any other. */
static void
play_plain(struct story *s)
{
	struct author a = persona_reader(&s->world);
	a.url = (struct span){0};
	struct span text = world_text(&s->world, "spam pitch");
	add_slow(s, scene_comment(s, &a, 0), voice_of(&s->world, text));
}

/* One machine, many names, a comment every few seconds. */
static void
play_flood(struct story *s)
{
	struct world *w = &s->world;
	struct span ip = persona_ip(w), agent = world_text(w, ".browser");
	int64_t at = 0;
	for (int64_t n = between(s, 6, 30); n > 0; n--) {
		struct author a = persona_seller(w, ".keyword");
		a.ip = chance(s, 80) ? ip : persona_neighbour(w, ip, 24);
		a.user_agent = agent;
		add_quick(s, scene_comment(s, &a, at),
		    world_text(
			w, chance(s, 50) ? "spam pitch" : "spam flattery"));
		if (chance(s, 60))
			scene_go_to_thread(s);
		at += between(s, SECOND, 25 * SECOND);
	}
}

/*
 * An account that people trusted, until somebody took it over; mostly one
 * made for it, with just the comments that it takes.
 */
static void
play_taken_over(struct story *s)
{
	static const char *const sections[] = {
	    "spam pitch", "spam pharmacy", "spam flattery"};
	struct author a = persona_reader(&s->world);
	int64_t approved = between(s, 1, chance(s, 80) ? 8 : 60), at = 0;
	if (chance(s, 50))
		a.url = world_text(&s->world, ".sold page");
	for (int64_t n = between(s, 1, 3); n > 0; n--) {
		struct row row = scene_comment(s, &a, at);
		row.approved = approved;
		add_slow(s, row,
		    world_text(&s->world,
			sections[random_below(&s->world.random, 3)]));
		scene_go_to_thread(s);
		at += between(s, MINUTE, 20 * MINUTE);
	}
}

/* The same by a program: a flood under a good name. */
static void
play_trusted_flood(struct story *s)
{
	struct author a = persona_reader(&s->world);
	int64_t approved = between(s, 3, 60), at = 0;
	bool one_text = chance(s, 50);
	struct span text = world_text(&s->world, "spam pitch");
	for (int64_t n = between(s, 6, 15); n > 0; n--) {
		struct row row = scene_comment(s, &a, at);
		row.approved = approved;
		add_quick(s, row, text);
		if (!one_text)
			text = world_text(&s->world, "spam pitch");
		scene_go_to_thread(s);
		at += between(s, SECOND, 25 * SECOND);
	}
}

/* One text on many pages, by the same or by other names. */
static void
play_everywhere(struct story *s)
{
	struct world *w = &s->world;
	bool one_name = chance(s, 50);
	struct author a = persona_seller(w, ".keyword");
	struct span text =
	    world_text(w, chance(s, 70) ? "spam pitch" : "spam flattery");
	int64_t at = 0;
	for (int64_t n = between(s, 3, 10); n > 0; n--) {
		scene_go_to_thread(s);
		add_quick(s, scene_comment(s, &a, at), text);
		if (!one_name)
			a = persona_seller(w, ".keyword");
		at += between(s, 10 * SECOND, 12 * MINUTE);
	}
}

/* A program that fills every field it finds, hidden ones too. */
static void
play_honeypot(struct story *s)
{
	struct author a = persona_seller(&s->world, ".keyword");
	struct row row = scene_comment(s, &a, 0);
	row.comment.fill_ms = between(s, 100, 2000);
	row.comment.honeypot = world_text(&s->world, ".keyword");
	add(s, row,
	    chance(s, 50) ? world_text(&s->world, "spam pitch")
			  : world_text(&s->world, "ham short"));
}

const struct scene scenes_spam[] = {
    {"spam.tokens", 40, play_tokens},
    {"spam.triple", 40, play_triple},
    {"spam.spun", 60, play_spun},
    {"spam.flattery", 130, play_flattery},
    {"spam.again", 20, play_again},
    {"spam.pharmacy", 60, play_pharmacy},
    {"spam.trackback", 30, play_trackback},
    {"spam.homoglyphs", 25, play_homoglyphs},
    {"spam.empties", 45, play_empties},
    {"spam.empty", 8, play_empty},
    {"spam.pitch", 160, play_pitch},
    {"spam.plain", 50, play_plain},
    {"spam.kind", 380, scene_play_spam_kind},
    {"spam.language", 260, scene_play_spam_language},
    {"spam.chorus", 22, scene_play_chorus},
    {"spam.flood", 5, play_flood},
    {"spam.taken_over", 7, play_taken_over},
    {"spam.trusted_flood", 1, play_trusted_flood},
    {"spam.everywhere", 14, play_everywhere},
    {"spam.honeypot", 25, play_honeypot},
    {0},
};
