/*
 * card.json of a model: what it was made of, how, and how good it is; for
 * people and for programs.
 */
#ifndef TRAINING_CARD_H
#define TRAINING_CARD_H

#include <jansson.h>

#include "../service/edge/process/err.h"
#include "output.h"

/* The card at `path`, a new reference; NULL and `e`. */
json_t *card_read(const char *path, struct err *e);

/* Writes `card` to `path`, whole or not at all. 0 or -1. */
int card_write(const char *path, const json_t *card,
    enum output_readers readers, struct err *e);

/* Sets its member `name` to `value`. 0 or -1. */
int card_set(const char *path, const char *name, json_t *value, struct err *e);

/* Sets figures.`name` of the card at `path` to `value`. 0 or -1. */
int card_add(const char *path, const char *name, json_t *value, struct err *e);

#endif
