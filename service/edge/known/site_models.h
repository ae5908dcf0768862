/*
 * The model in a slot, the one in use or its challenger, as each site's own
 * decisions make it. Learned on a thread
 * beside the loops, and swapped while requests run: from the tenth label on,
 * with every tenth more (adapt_is_due), after an undo, after another model
 * came, and a day later, since texts end. Once started it
 * learns from the store what was decided before. Where all sites' take more
 * than a bound, those that asked least recently go until they ask again. Any
 * thread.
 */
#ifndef EDGE_SITE_MODELS_H
#define EDGE_SITE_MODELS_H

#include "../model/model_slot.h"
#include "site_model.h"

struct site_models;

struct site_models_config {
	struct store *store;
	struct model_slot *models;
	size_t comment_bytes;       /* as in site_learning */
	size_t bytes_max;           /* of what is learned, of all sites */
	struct site_models *beside; /* is told the same; NULL: none */
};

/* Learns nothing yet; NULL and `e`. */
struct site_models *site_models_open(
    const struct site_models_config *c, struct err *e);

/* Before it starts: has it learn all sites that decided something of late,
 * not only those that ask. 0 or -1. */
int site_models_begin(struct site_models *m, struct err *e);

/* Starts the thread, once there is a model. 0, or -1 and `e`. */
int site_models_start(struct site_models *m, struct err *e);

/* Every model must have been released. Those beside it learn no more, either,
 * and are to be closed after. Harmless on NULL. */
void site_models_close(struct site_models *m);

/*
 * The model in the slot as `site` has it; as it is while nothing was learned,
 * or if site 0 asks. NULL when there is none. Must be released once for each
 * acquire, NULL too.
 */
const struct model *site_models_acquire(struct site_models *m, int64_t site);

/* The same of what was acquired from the slot, and need not be released. */
const struct model *site_models_take(
    struct site_models *m, const struct model *base, int64_t site);
void site_models_release(struct site_models *m, const struct model *model);

/* What became of a site, acquired in that way; NULL: it is the model as it
 * is. */
const struct site_model *site_models_of(const struct model *acquired);

/* Another model came into a slot, or left it: what was learned beside the one
 * before goes, and is learned beside this one before anybody asks. */
void site_models_renew(struct site_models *m);

enum site_news { SITE_DECIDED, SITE_UNDONE };

/* A decision that teaches was written, or one was taken back. */
void site_models_tell(struct site_models *m, int64_t site, enum site_news n);

#endif
