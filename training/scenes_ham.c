/* Ordinary life of a blog: every comment here is ham. */
#include "scenarios.h"
#include "voice.h"

/* People take their time, if the engine tells. */
static void
add(struct story *s, struct row row, struct span text)
{
	if (chance(s, 55)) {
		int64_t per_byte = between(s, 20, 400);
		row.comment.fill_ms =
		    between(s, 2500, 15000) + (int64_t)text.n * per_byte;
	}
	scene_add(s, row, text, LABEL_HAM);
}

/* Most sorts of comment, by section; * is where sentences are combined. */
static const struct {
	const char *section;
	uint32_t percent;
} sorts[] = {
    {"ham short", 14},
    {"ham thanks", 12},
    {"ham question", 15},
    {"ham opinion", 14},
    {"ham disagree", 8},
    {"ham correction", 7},
    {"ham code", 6},
    {"ham link", 7},
    {"ham reply", 8},
    {"ham story", 9},
};

static struct span
sentence(struct story *s)
{
	uint32_t at = random_below(&s->world.random, 100);
	size_t i = 0;
	while (i + 1 < sizeof(sorts) / sizeof(*sorts) && at >= sorts[i].percent)
		at -= sorts[i++].percent;
	return world_text(&s->world, sorts[i].section);
}

/* One to four sentences, in one paragraph or several. */
static struct span
ordinary_text(struct story *s)
{
	struct span text = sentence(s);
	while (chance(s, 35)) {
		const char *join = chance(s, 25) ? "\n\n" : " ";
		struct span more = sentence(s);
		text = world_format(&s->world, "%s%s%s", text.p, join, more.p);
	}
	return voice_of(&s->world, text);
}

static void
play_ordinary(struct story *s)
{
	struct author a = persona_reader(&s->world);
	add(s, scene_comment(s, &a, 0), ordinary_text(s));
}

/* Praise that says little, by people who sell nothing. */
static void
play_short(struct story *s)
{
	struct author a = persona_reader(&s->world);
	if (chance(s, 70))
		a.url = (struct span){0};
	struct span text = world_text(&s->world, "ham short");
	add(s, scene_comment(s, &a, 0), voice_of(&s->world, text));
}

/* Somebody with much to say: different comments within minutes. */
static void
play_chatty(struct story *s)
{
	struct author a = persona_reader(&s->world);
	int64_t at = 0;
	for (int64_t n = between(s, 3, 7); n > 0; n--) {
		if (chance(s, 40))
			scene_go_to_thread(s);
		add(s, scene_comment(s, &a, at), ordinary_text(s));
		at += between(s, 25 * SECOND, 6 * MINUTE);
	}
}

/*
 * Known here for long: says what others say, praise and links too. How many
 * comments came before says nothing of a comment, only whether it is many.
 */
static void
play_regular(struct story *s)
{
	struct author a = persona_reader(&s->world);
	int64_t approved = between(s, 1, chance(s, 40) ? 10 : 200);
	int64_t at = 0;
	for (int64_t n = chance(s, 20) ? between(s, 2, 4) : 1; n > 0; n--) {
		struct row row = scene_comment(s, &a, at);
		row.approved = approved++;
		struct span text = ordinary_text(s);
		if (chance(s, 25))
			text = world_text(&s->world, "ham short");
		else if (chance(s, 25))
			text = world_format(&s->world, "%s %s", text.p,
			    world_text(&s->world, "ham link").p);
		add(s, row, text);
		at += between(s, MINUTE, 20 * MINUTE);
	}
}

/* Two people who answer each other. */
static void
play_dialogue(struct story *s)
{
	struct author people[2];
	people[0] = persona_reader(&s->world);
	people[1] = persona_reader(&s->world);
	int64_t at = 0;
	for (int64_t n = between(s, 3, 6), i = 0; i < n; i++) {
		struct span text = i == 0 ? ordinary_text(s)
					  : world_text(&s->world, "ham reply");
		add(s, scene_comment(s, &people[i % 2], at), text);
		at += between(s, 40 * SECOND, 15 * MINUTE);
	}
}

/* An office or a school: several people, one address. */
static void
play_shared_ip(struct story *s)
{
	struct span ip = persona_ip(&s->world);
	int64_t at = 0;
	for (int64_t n = between(s, 3, 8); n > 0; n--) {
		struct author a = persona_reader(&s->world);
		a.ip = ip;
		add(s, scene_comment(s, &a, at), ordinary_text(s));
		at += between(s, 30 * SECOND, 9 * MINUTE);
	}
}

/* A post that everybody reads at once. */
static void
play_rush(struct story *s)
{
	int64_t at = 0;
	for (int64_t n = between(s, 8, 25); n > 0; n--) {
		struct author a = persona_reader(&s->world);
		struct span text = chance(s, 30)
				       ? world_text(&s->world, "ham short")
				       : ordinary_text(s);
		add(s, scene_comment(s, &a, at), text);
		at += between(s, 5 * SECOND, 4 * MINUTE);
	}
}

/* The button pressed twice: an accident, once. */
static void
play_double(struct story *s)
{
	struct author a = persona_reader(&s->world);
	struct span text = ordinary_text(s);
	if (text.n < 40)
		text = ordinary_text(s);
	struct row row = scene_comment(s, &a, 0);
	add(s, row, text);
	row = scene_comment(s, &a, between(s, 2 * SECOND, 20 * SECOND));
	add(s, row, text);
}

/* The same few words from different people. */
static void
play_same_words(struct story *s)
{
	struct span text = world_text(&s->world, "ham same");
	int64_t at = 0;
	for (int64_t n = between(s, 2, 4); n > 0; n--) {
		struct author a = persona_reader(&s->world);
		add(s, scene_comment(s, &a, at), text);
		at += between(s, MINUTE, 40 * MINUTE);
	}
}

/* Sent too early: nothing in it. */
static void
play_empty(struct story *s)
{
	struct author a = persona_reader(&s->world);
	scene_add(s, scene_comment(s, &a, 0), (struct span){"", 0}, LABEL_HAM);
}

const struct scene scenes_ham[] = {
    {"ham.ordinary", 480, play_ordinary},
    {"ham.kind", 420, scene_play_ham_kind},
    {"ham.language", 330, scene_play_ham_language},
    {"ham.short", 80, play_short},
    {"ham.chatty", 22, play_chatty},
    {"ham.regular", 110, play_regular},
    {"ham.dialogue", 22, play_dialogue},
    {"ham.shared_ip", 12, play_shared_ip},
    {"ham.rush", 7, play_rush},
    {"ham.double", 6, play_double},
    {"ham.same_words", 12, play_same_words},
    {"ham.empty", 25, play_empty},
    {0},
};
