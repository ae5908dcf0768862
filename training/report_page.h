/*
 * Pieces that the trainer's pages are made of: what all begin and end with,
 * text as text, and tables.
 */
#ifndef TRAINING_REPORT_PAGE_H
#define TRAINING_REPORT_PAGE_H

#include <jansson.h>
#include <stdio.h>

#include "../service/core/span.h"

/* For text and for attributes in double quotes; what no page should hold
 * becomes a space. */
void page_escaped(FILE *f, struct span text);

/* What a member of what is told says, borrowed from it: p NULL, and 0, when it
 * is not there or no such thing. */
struct span page_text(const json_t *o, const char *key);
json_int_t page_count(const json_t *o, const char *key);

/* A page that stands alone: it loads nothing and runs nothing. */
void page_begin(FILE *f, const char *style, const char *title);
void page_end(FILE *f);

/* A table with its caption, in a box that scrolls; `titles` end with NULL,
 * the first column is of words. */
void page_table(FILE *f, const char *caption, const char *const *titles);
void page_table_end(FILE *f);

/* Cells; a number that is none is a dash. `digits` after the point. */
void page_word(FILE *f, struct span text);
void page_number(FILE *f, double value, int digits);

/* A cell: `k` of `n` in percent, and its 95 % interval; of none a dash. */
void page_share(FILE *f, size_t k, size_t n, int digits);

#endif
