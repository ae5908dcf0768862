/* The door to CLD2 and nothing else: C++ only because CLD2 is. */
#include "language_cld2.h"

#include <new>
#include <stdio.h> /* the next one needs FILE */
#include <string.h>

#include <cld2/public/compact_lang_det.h>

enum { LANGUAGES = 3, PLAIN = true };

int
language_cld2(struct span text, struct language_guess *out)
{
	CLD2::Language best[LANGUAGES];
	int percent[LANGUAGES], bytes, valid;
	double score[LANGUAGES];
	bool reliable;
	const char *code;

	*out = {{0}, 0, 0};
	try {
		CLD2::ExtDetectLanguageSummaryCheckUTF8(
		    text.n > 0 ? text.p : "", (int)text.n, PLAIN, NULL, 0, best,
		    percent, score, NULL, &bytes, &reliable, &valid);
	} catch (const std::bad_alloc &) {
		return -1;
	}
	if ((size_t)valid != text.n || best[0] == CLD2::UNKNOWN_LANGUAGE)
		return 0; /* `best` is not set where the text is not valid */
	code = CLD2::LanguageCode(best[0]);
	if (strlen(code) >= sizeof(out->code))
		return 0;
	snprintf(out->code, sizeof(out->code), "%s", code);
	out->reliable = reliable;
	out->percent = percent[0];
	return 0;
}
