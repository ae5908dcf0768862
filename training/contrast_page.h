/*
 * What two models differ in, for people: figures of both with their intervals,
 * and the very comments whose verdict changes. As a page of its own, and in
 * pieces for others. It loads nothing, runs nothing, and what strangers wrote
 * stays text. `got` is what compare_models says.
 */
#ifndef TRAINING_CONTRAST_PAGE_H
#define TRAINING_CONTRAST_PAGE_H

#include <jansson.h>
#include <stdio.h>

#include "../service/edge/process/err.h"

/* The rows, and both sides, as they are called. */
struct contrast_words {
	const char *on, *old, *new;
};

/* A page that the pieces below may be on; page_end ends it. */
void contrast_page_begin(FILE *f, const char *title);

void contrast_page_figures(
    FILE *f, const json_t *got, const struct contrast_words *words);

/* What stands above the changes, once; and those of some rows. */
void contrast_page_lead(FILE *f);
void contrast_page_changes(
    FILE *f, const json_t *got, const struct contrast_words *words);

/* Writes `got` to `folder`/`name`.json and .html, each whole or not at all,
 * for their owner only. 0 or -1. */
int contrast_page_write(
    const char *folder, const char *name, const json_t *got, struct err *e);

#endif
