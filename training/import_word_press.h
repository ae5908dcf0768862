/*
 * What WordPress's comment_approved says, the same in both of its formats.
 * Owns nothing.
 */
#ifndef TRAINING_IMPORT_WORD_PRESS_H
#define TRAINING_IMPORT_WORD_PRESS_H

#include "import.h"

extern const struct import_word import_word_press[];

#endif
