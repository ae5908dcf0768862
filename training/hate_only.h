/*
 * Corpora that look for hate of groups only, and call a mere insult ok. That
 * would teach a head of abuse that insults are fine.
 */
#ifndef TRAINING_HATE_ONLY_H
#define TRAINING_HATE_ONLY_H

#include "options.h"

/*
 * Takes the label of what such a file calls ok and has an insult or another
 * hostile phrase (core/lexicon.h), but for rows of the fold `asked` (-1: none),
 * whose figures are of the labels as they are. 0, or -1 and `e`: a row is too
 * large.
 */
int hate_only_forget(
    struct corpus *c, const struct operands *files, long asked, struct err *e);

#endif
