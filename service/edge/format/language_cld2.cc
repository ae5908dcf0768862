/* The door to CLD2 and nothing else: C++ only because CLD2 is. */
#include "language_cld2.h"

#include <stdio.h> /* the next one needs FILE */
#include <string.h>

#include <cld2/public/compact_lang_det.h>

enum { LANGUAGES = 3, PLAIN = true };

struct language_guess
language_cld2(struct span text)
{
	CLD2::Language best[LANGUAGES];
	int percent[LANGUAGES], bytes, valid;
	double score[LANGUAGES];
	bool reliable;
	struct language_guess g = {{0}, 0, 0};
	const char *code;

	CLD2::ExtDetectLanguageSummaryCheckUTF8(text.n > 0 ? text.p : "",
	    (int)text.n, PLAIN, NULL, 0, best, percent, score, NULL, &bytes,
	    &reliable, &valid);
	if ((size_t)valid != text.n || best[0] == CLD2::UNKNOWN_LANGUAGE)
		return g; /* `best` is not set where the text is not valid */
	code = CLD2::LanguageCode(best[0]);
	if (strlen(code) >= sizeof(g.code))
		return g;
	snprintf(g.code, sizeof(g.code), "%s", code);
	g.reliable = reliable;
	g.percent = percent[0];
	return g;
}
