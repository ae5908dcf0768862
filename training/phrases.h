/*
 * The lists of templates in training/scenarios/: files of sections, each a
 * [name] line and then one template (spintax.h) a line. Lines that begin
 * with # and empty ones are passed over.
 *
 * Lines of a section are dealt out in turn to the folds 0 to 4 and to the
 * test split, so that no two of these share a template. Sections whose name
 * begins with a dot are plain word lists and shared by all.
 */
#ifndef TRAINING_PHRASES_H
#define TRAINING_PHRASES_H

#include "../service/edge/process/err.h"
#include "corpus.h"
#include "random.h"

enum { DEAL_TEST = FOLDS, DEALS };

struct phrases;

/* All *.txt in the folders, which end with NULL, and below them; NULL and
 * `e`, which names file and line. */
struct phrases *phrases_open(const char *const *folders, struct err *e);
void phrases_close(struct phrases *p);

/* A text of the section for a fold or DEAL_TEST; free it. */
char *phrases_text(const struct phrases *p, const char *section, int deal,
    struct random *random);

#endif
