/*
 * The one door to CLD2, which is C++. It may be called from any thread.
 */
#ifndef EDGE_LANGUAGE_CLD2_H
#define EDGE_LANGUAGE_CLD2_H

#include "../../core/span.h"

#ifdef __cplusplus
extern "C" {
#endif

struct language_guess {
	char
	    code[8]; /* as CLD2 has it, NUL-terminated; "": none, or too long */
	int reliable;
	int percent; /* of the letters that are in it */
};

/* The most likely language of a text; bytes that are no UTF-8 have none. 0, or
 * -1: no memory to guess. */
int language_cld2(struct span text, struct language_guess *out);

#ifdef __cplusplus
}
#endif

#endif
