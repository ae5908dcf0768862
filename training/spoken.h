/*
 * Which language a row is in: what it says itself, or else what the service's
 * own guess makes of its text. Owns the memory to read in.
 */
#ifndef TRAINING_SPOKEN_H
#define TRAINING_SPOKEN_H

#include "corpus.h"

struct spoken;

/* What a text is called whose language cannot be told: it is short, or mixed.
 */
#define SPOKEN_UNCLEAR "cannot be told"

struct spoken *spoken_open(void);
void spoken_close(struct spoken *s);

/* The row's `lang`, as long as the row lives, or a code of ISO 639 or
 * SPOKEN_UNCLEAR, until the next one. */
struct span spoken_of(struct spoken *s, const struct row *row);

#endif
