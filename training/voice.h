/*
 * How people type: the same sentence in lower case, without commas, with
 * mistakes, in chat spelling, or as some site's interface passes it on. Good
 * and bad texts are given a voice alike, so that it says nothing of them.
 */
#ifndef TRAINING_VOICE_H
#define TRAINING_VOICE_H

#include "persona.h"

/* `text` as it is or as somebody might have typed it, in the pool. */
struct span voice_of(struct world *w, struct span text);

#endif
