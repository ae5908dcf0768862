/*
 * The model in use, swapped while requests run: who scores with the old one
 * keeps it until released. Owns the models; does not know where they come
 * from.
 */
#ifndef EDGE_MODEL_SLOT_H
#define EDGE_MODEL_SLOT_H

#include "../../core/model.h"

struct model_slot;

/* An empty slot; NULL when out of memory. */
struct model_slot *model_slot_open(void);

/* Every model must have been released. */
void model_slot_close(struct model_slot *s);

/*
 * Puts `m` (may be NULL) in use and takes it over; the one before is freed
 * when its last user releases it. 0, or -1 when out of memory: then `m` is
 * freed and the one before stays.
 */
int model_slot_set(struct model_slot *s, struct model *m);

/* The model in use, NULL when there is none; from any thread. Must be
 * released once for each acquire, NULL too. */
const struct model *model_slot_acquire(struct model_slot *s);
void model_slot_release(struct model_slot *s, const struct model *m);

#endif
