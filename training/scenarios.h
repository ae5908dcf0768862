/*
 * Our own labelled comments: scenes of a blog's life, invented, with all the
 * metadata that public corpora lack. Each scene is one or more comments and
 * adds them to the story.
 *
 * Texts are worth what they add on sites that nobody trained on: measure
 * with and without them on several such corpora (evaluate --text-only), and
 * leave out what does not show there. 20,000 rows teach as much as 40,000;
 * their weight against the other corpora (train --weight) hardly matters
 * between a half and two.
 */
#ifndef TRAINING_SCENARIOS_H
#define TRAINING_SCENARIOS_H

#include "persona.h"

struct story {
	struct world world;
	struct row *rows; /* source is the scene's name */
	size_t n;
	int64_t now_ms;     /* the scene's start */
	struct span thread; /* where it plays, unless it says otherwise */
	struct span title;  /* of the thread's page */
	const char *scene;
	struct withheld {
		bool email, ip, agent, who;
	} withheld; /* what the engine of this scene does not pass on */
};

struct scene {
	const char *name;
	uint32_t weight; /* how often, relative to the others */
	void (*play)(struct story *s);
};

/* Good and bad ones of a head, and what is good to both; each ends with a
 * scene without name. */
extern const struct scene scenes_ham[], scenes_spam[];
extern const struct scene scenes_ok[], scenes_abuse[];
extern const struct scene scenes_everyday[];
extern const struct scene scenes_blog_ham[], scenes_blog_spam[];

/* One comment of a kind, or in another language than English. */
void scene_play_ham_kind(struct story *s);
void scene_play_ham_language(struct story *s);
void scene_play_spam_kind(struct story *s);
void scene_play_spam_language(struct story *s);

/* A name, and how often it is drawn; a table ends with one without name. */
struct scene_share {
	const char *name;
	uint32_t weight;
};

const char *scene_draw(struct story *s, const struct scene_share *of);

/* A comment of a section of the templates, and its author. */
void scene_add_ham(struct story *s, const char *section, const char *lang);
void scene_add_spam(struct story *s, const char *section, const char *lang);

/* A talk of made-up people who praise an adviser. */
void scene_play_chorus(struct story *s);

/* A comment to be filled in, by `a`, `after_ms` into the scene. */
struct row scene_comment(
    const struct story *s, const struct author *a, int64_t after_ms);

/* Adds the comment with its text and label. */
void scene_add(
    struct story *s, struct row row, struct span text, enum label label);

/* A page of the blog; sets the title too. */
void scene_go_to_thread(struct story *s);

enum { SECOND = 1000, MINUTE = 60 * SECOND }; /* in milliseconds */

/* A number from `low` to `high`, both included. */
static inline int64_t
between(struct story *s, int64_t low, int64_t high)
{
	return random_range(&s->world.random, low, high);
}

/* True `percent` times in a hundred. */
static inline int
chance(struct story *s, uint32_t percent)
{
	return random_chance(&s->world.random, percent);
}

#endif
