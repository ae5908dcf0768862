/*
 * Telephone numbers in a draft, as people write them: digits with blanks,
 * hyphens and brackets between. What is counted, dated, priced or numbered is
 * written much alike, and is none.
 */
#ifndef CORE_TEXT_PHONE_H
#define CORE_TEXT_PHONE_H

#include <stdint.h>

#include "text_draft.h"

/* Digits that go on, whatever they are. */
struct phone {
	uint32_t end;     /* where a telephone number ends; 0: it is none */
	uint32_t crowded; /* before it too many digits follow for one; 0: all
			   * were read */
};

/*
 * Reads the digits that begin at glyph `at`, or behind a '+' there. What they
 * are may be told by what is in front of them, from glyph `from` on.
 */
struct phone phone_read(const struct draft *d, uint32_t at, uint32_t from);

#endif
