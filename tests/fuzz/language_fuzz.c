/*
 * Any bytes as a text whose language is asked, and to CLD2 as they are: there
 * is a code of ISO 639, or none. The first byte says the format.
 */
#include "../../service/edge/format/language.h"
#include "../../service/edge/format/language_cld2.h"
#include "arena.h"

/* More than normalising needs for each byte, and for none. */
enum { BYTES_PER_BYTE = 64, BYTES_AT_LEAST = 16384 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span source = input_of(data, size);
	size_t most = size * BYTES_PER_BYTE + BYTES_AT_LEAST;
	enum comment_format format;
	char code[LANGUAGE_BYTES];
	struct language_guess guess;
	struct arena a;
	struct text t;

	format = take_byte(&source) % 2 == 0 ? FORMAT_TEXT : FORMAT_HTML;
	arena_open(&a, most);
	require(text_normalise(&t, source, format, &a) == 0);
	require(language_of(&t, code) == 0);
	require(*code == '\0' || language_is_code(span_of(code)));
	require(language_cld2(source, &guess) == 0);
	require(!language_is_code(source) || source.n == 2 || source.n == 3);
	require(guess.percent >= 0 && guess.percent <= 100);
	arena_drop(&a);
	return 0;
}
