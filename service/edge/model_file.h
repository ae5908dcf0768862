/*
 * A folder of models/ ↔ a struct model: reads and writes model.bin, checks
 * its size, digest and contents, and keeps the one in use. Nothing half-read
 * ever gets out. The trainer uses it too.
 */
#ifndef EDGE_MODEL_FILE_H
#define EDGE_MODEL_FILE_H

#include "../core/model.h"
#include "err.h"

/*
 * Loads `folder`/model.bin. NULL and `e` when it is missing, damaged, of
 * another format or of other features. Free with model_file_free.
 */
struct model *model_file_load(const char *folder, struct err *e);
void model_file_free(struct model *m);

/* Writes `m` to `folder`/model.bin: whole or not at all. 0 or -1. */
int model_file_save(const char *folder, const struct model *m, struct err *e);

/* The model in use, swapped while requests run. */
struct model_slot;

struct model_slot *model_slot_open(void);
void model_slot_close(struct model_slot *s);

/* Puts `m` (may be NULL) in use and takes it over; the one before is freed
 * when its last user releases it. */
void model_slot_set(struct model_slot *s, struct model *m);

/* The model in use, NULL when there is none; from any thread. Must be
 * released once for each acquire, NULL too. */
const struct model *model_slot_acquire(struct model_slot *s);
void model_slot_release(struct model_slot *s, const struct model *m);

#endif
