/*
 * Which models were in use when, and how a challenger did beside the active
 * one. Models are named by their folders; the store knows no weights.
 */
#ifndef EDGE_STORE_MODEL_H
#define EDGE_STORE_MODEL_H

#include "model_folder.h"
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

#endif
