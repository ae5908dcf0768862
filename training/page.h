/*
 * A JSON object as a page for people: members as tables, arrays of objects as
 * tables of rows, objects as sections. Loads nothing and runs nothing, and
 * what strangers wrote stays text. Knows no meanings.
 */
#ifndef TRAINING_PAGE_H
#define TRAINING_PAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* What it says above the members: a heading, and what they mean. */
struct page_words {
	const char *title, *lead;
};

/* Writes `o` to `folder`/`name`.json and .html, each whole or not at all, for
 * their owner only. 0 or -1. */
int page_write(const char *folder, const char *name, const json_t *o,
    const struct page_words *words, struct err *e);

/* The page, NUL-terminated; free its p, which is NULL without memory. */
struct span page_html(const json_t *o, const struct page_words *words);

#endif
