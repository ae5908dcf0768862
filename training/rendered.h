/*
 * How engines hand comments out that they keep as HTML: each makes
 * paragraphs, links and quotation marks in its own manner. Good and bad texts
 * are rendered alike, so that it says nothing of them.
 */
#ifndef TRAINING_RENDERED_H
#define TRAINING_RENDERED_H

#include "persona.h"

/* `text` as the HTML of some engine, in the pool; tags that people may use
 * stay. */
struct span rendered_of(struct world *w, struct span text);

#endif
