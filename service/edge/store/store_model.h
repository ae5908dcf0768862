/*
 * Which models were in use when, and how a challenger did beside the active
 * one. Models are named by their folders; the store knows no weights.
 */
#ifndef EDGE_STORE_MODEL_H
#define EDGE_STORE_MODEL_H

#include "../model/model_folder.h"
#include "store.h"

enum { MODEL_ACTOR_BYTES = 64 };

/* A challenger judges beside the active model, and nobody acts on it. */
enum model_role { MODEL_ACTIVE, MODEL_CHALLENGER, MODEL_ROLES };

/*
 * That a model was put in use. Of each role the last that has no end is in
 * use; that of an active one is ended by rolling back, and then the one
 * before is in use again.
 */
struct store_model_use {
	int64_t number; /* counts from 1 */
	enum model_role role;
	char name[MODEL_FOLDER_BYTES_MAX + 1];
	char by[MODEL_ACTOR_BYTES]; /* public id of an API key, "operator" */
	int64_t at_ms, ended_at_ms; /* ended 0: it has no end */
	bool forced; /* although something spoke against it; written only */
};

/* Its name in the store. */
const char *model_role_name(enum model_role r);

struct model_use_visit {
	void (*each)(void *arg, const struct store_model_use *u);
	void *arg;
};

/* Visits all, the oldest first. 0 or -1. */
int store_each_model_use(
    struct store_reader *r, const struct model_use_visit *visit, struct err *e);

/*
 * What a challenger made of a comment, beside the verdict that it is recorded
 * with. All are counted; where the actions differ, the newest are kept.
 */
struct shadow_verdict {
	int64_t use;        /* the challenger's */
	struct span action; /* "hold" */
	double score;       /* of the head that decided; NAN: none */
};

/* How often a challenger did one thing where the active model did another,
 * or the same, on all sites. */
struct shadow_count {
	struct span before, after; /* actions of the active one, of it */
	int64_t n;
};

struct shadow_count_visit {
	int64_t use;
	void (*each)(void *arg, const struct shadow_count *c);
	void *arg;
};

/* 0 or -1. */
int store_each_shadow_count(struct store_reader *r,
    const struct shadow_count_visit *visit, struct err *e);

/* A comment on which the two differ. */
struct shadow_row {
	int64_t number; /* grows as they come */
	int64_t site;
	struct span comment; /* id of its record */
	struct span before, after;
	double before_score, after_score; /* NAN: none */
};

struct shadow_visit {
	int64_t use;
	int64_t below; /* only those of a lower number; 0: from the newest */
	unsigned most;
	void (*each)(void *arg, const struct shadow_row *row);
	void *arg;
};

/* Visits the newest whose records are still there, the last first. 0 or -1. */
int store_each_shadow(
    struct store_reader *r, const struct shadow_visit *visit, struct err *e);

/*
 * A recorded comment with what people say of it, for those who judge it once
 * more.
 */
struct judged_visit {
	int64_t site;
	struct span above, below; /* ids that theirs lie between; or empty */
	unsigned most;
	struct arena *arena; /* for one record at a time */
	/* `decision` is that which holds, as enum decision_kind; -1: none */
	void (*each)(void *arg, const struct record *r, int decision);
	void *arg;
};

/* Visits the newest of a site, the last first; a record that does not fit in
 * the arena is passed over. 0 or -1. */
int store_each_judged(
    struct store_reader *r, const struct judged_visit *visit, struct err *e);

#endif
