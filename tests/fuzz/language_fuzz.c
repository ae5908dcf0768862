/*
 * Any bytes as a text whose language is asked, and to CLD2 as they are: there
 * is a code of ISO 639, or none. The first byte says the format.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../service/edge/format/language.h"
#include "../../service/edge/format/language_cld2.h"

/* More than normalising needs for each byte, and for none. */
enum { BYTES_PER_BYTE = 64, BYTES_AT_LEAST = 16384 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span source = {(const char *)data + 1, size - 1};
	size_t most = size * BYTES_PER_BYTE + BYTES_AT_LEAST;
	enum comment_format format;
	char code[LANGUAGE_BYTES];
	struct language_guess guess;
	struct arena a;
	struct text t;
	void *block;

	if (size == 0)
		return 0;
	block = malloc(most);
	assert(block != NULL);
	arena_init(&a, block, most);
	format = data[0] % 2 == 0 ? FORMAT_TEXT : FORMAT_HTML;
	assert(text_normalise(&t, source, format, &a) == 0);
	assert(language_of(&t, code) == 0);
	assert(*code == '\0' || language_is_code(span_of(code)));
	assert(language_cld2(source, &guess) == 0);
	assert(!language_is_code(source) || source.n == 2 || source.n == 3);
	assert(guess.percent >= 0 && guess.percent <= 100);
	free(block);
	return 0;
}
