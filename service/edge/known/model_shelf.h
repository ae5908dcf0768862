/*
 * The folder of models, and which of them are in use: the active one, and
 * beside it, when there is one, a challenger that judges the same comments
 * and is not listened to. What is put in use is remembered in the store. A
 * change loads first, is written second, and holds last, so that a damaged
 * model changes nothing. Changes wait for the disk: off the loops' threads.
 */
#ifndef EDGE_MODEL_SHELF_H
#define EDGE_MODEL_SHELF_H

#include "../model/model_folder.h"
#include "../model/model_slot.h"
#include "../store/store_model.h"

struct model_shelf;

/*
 * A shelf that puts the active model in `active`; `standard`, a folder's
 * path, is the one until another is promoted, and the others lie beside it.
 * Loads nothing. NULL and `e`.
 */
struct model_shelf *model_shelf_open(struct store *store,
    struct model_slot *active, const char *standard, struct err *e);
void model_shelf_close(struct model_shelf *s);

/*
 * Loads what is to be in use, `standard` being what it is now: 0, or -1 and
 * all stays as it was. A promoted model that cannot be loaded gives way to
 * the standard one, and a challenger to none; both are logged.
 */
int model_shelf_load(
    struct model_shelf *s, const char *standard, struct err *e);

/* By names of folders; "": none. */
struct model_shelf_state {
	struct store_model_use active; /* number 0: it is the standard */
	struct store_model_use challenger;
	char previous[MODEL_FOLDER_BYTES_MAX + 1]; /* what rolling back gives */
	char in_use[MODEL_FOLDER_BYTES_MAX + 1];   /* the active one, or what
						    * stands in for it when that
						    * could not be loaded */
};

struct model_shelf_state model_shelf_state(struct model_shelf *s);

/* Where they lie, and the standard one. */
struct model_folder model_shelf_folder(struct model_shelf *s);

/* As model_folder_path and model_folder_each. */
int model_shelf_path(struct model_shelf *s, const char *name,
    char out[MODEL_PATH_BYTES], struct err *e);

int model_shelf_each(struct model_shelf *s,
    void (*each)(void *arg, const char *name), void *arg, struct err *e);

/* Removes a folder, with ERR_TAKEN unless nothing would be in use by it. 0 or
 * -1. */
int model_shelf_remove(struct model_shelf *s, const char *name, struct err *e);

/* Who wants which model; rolling back does not look at `name`. */
struct model_order {
	const char *name, *by;
	int64_t at_ms;
	bool forced; /* although something spoke against it */
};

/*
 * Changes: 0, or -1: ERR_MISSING; ERR_TAKEN, there is nothing to change, or
 * what is wrong with the model; ERR_DOWN. A new active model ends the
 * challenge: it was against the one before.
 */
int model_shelf_promote(
    struct model_shelf *s, const struct model_order *o, struct err *e);
int model_shelf_roll_back(
    struct model_shelf *s, const struct model_order *o, struct err *e);
int model_shelf_challenge(
    struct model_shelf *s, const struct model_order *o, struct err *e);
int model_shelf_end_challenge(
    struct model_shelf *s, const struct model_order *o, struct err *e);

/*
 * The challenger and the number of its use, NULL when there is none; from any
 * thread. Must be released to its slot.
 */
const struct model *model_shelf_acquire(struct model_shelf *s, int64_t *use);

/* The slot that the challenger is in. */
struct model_slot *model_shelf_challengers(struct model_shelf *s);

#endif
