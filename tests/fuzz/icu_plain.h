/*
 * A text folded by ICU alone, as a whole, to hold what unicode_fold makes of
 * it point by point against: only where normalising explains all there is,
 * which look-alikes, controls and what has no script of its own do not.
 */
#ifndef FUZZ_ICU_PLAIN_H
#define FUZZ_ICU_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include "../../service/core/unicode.h"

/* Whether ICU alone says what becomes of `cp`. */
static inline bool
icu_plain_point(uint32_t cp)
{
	static const uint32_t scripts[] = {USCRIPT_LATIN, USCRIPT_CYRILLIC,
	    USCRIPT_GREEK, USCRIPT_HANGUL, USCRIPT_HAN, USCRIPT_ARABIC,
	    USCRIPT_DEVANAGARI, USCRIPT_INHERITED, USCRIPT_HIRAGANA};
	struct unicode_point u = unicode_point(cp);
	size_t i = 0;

	if (u.lookalike || !u_isdefined((UChar32)cp) ||
	    !(u.class_mask & (UNICODE_LETTER | UNICODE_MARK)))
		return false;
	while (i < sizeof scripts / sizeof *scripts && scripts[i] != u.script)
		i++;
	return i < sizeof scripts / sizeof *scripts;
}

/* A mark of no script, or an enclosing one: what folding strips. */
static inline bool
icu_plain_is_loose(UChar32 c)
{
	UErrorCode e = U_ZERO_ERROR;

	return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 &&
	       (uscript_getScript(c, &e) <= USCRIPT_INHERITED ||
		   u_charType(c) == U_ENCLOSING_MARK);
}

/* Without white space, controls and loose marks, in `out`: how many units. */
static inline int32_t
icu_plain_strip(const UChar *in, int32_t n, UChar *out)
{
	int32_t kept = 0;

	for (int32_t at = 0, from = 0; at < n; from = at) {
		UChar32 c;

		U16_NEXT(in, at, n, c);
		if (!icu_plain_is_loose(c) && !u_isUWhiteSpace(c) &&
		    u_charType(c) != U_FORMAT_CHAR &&
		    u_charType(c) != U_CONTROL_CHAR)
			for (; from < at; from++)
				out[kept++] = in[from];
	}
	return kept;
}

/*
 * ICU's NFKC_Casefold of the string, in NFD, stripped, in `out`: how many
 * units; -1: they do not fit. Then in NFD again: marks that one that is gone
 * held apart have an order of their own.
 */
enum { ICU_PLAIN_UNITS = 2048 };

static inline int32_t
icu_plain(const UChar *in, int32_t n, UChar out[ICU_PLAIN_UNITS])
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&e);
	UChar folded[ICU_PLAIN_UNITS], parts[ICU_PLAIN_UNITS];

	n = unorm2_normalize(unorm2_getNFKCCasefoldInstance(&e), in, n, folded,
	    ICU_PLAIN_UNITS, &e);
	n = unorm2_normalize(nfd, folded, n, parts, ICU_PLAIN_UNITS, &e);
	if (U_FAILURE(e))
		return -1;
	n = icu_plain_strip(parts, n, folded);
	n = unorm2_normalize(nfd, folded, n, out, ICU_PLAIN_UNITS, &e);
	return U_FAILURE(e) ? -1 : n;
}

#endif
