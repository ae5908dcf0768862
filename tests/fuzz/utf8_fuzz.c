/*
 * Any bytes as UTF-8: code points and replaced sequences are those of ICU,
 * what is valid is so for both, and what is read is written the same.
 */
#include <unicode/utf8.h>

#include "../../service/core/utf8.h"
#include "input.h"

/* As many whole sequences, good or bad, as go into so many bytes. */
static void
check_prefix(struct span s, size_t bytes)
{
	size_t n = 0;

	while (n < s.n) {
		uint32_t cp;
		bool bad;
		size_t next = n + utf8_read(s, n, &cp, &bad);

		if (next > bytes)
			break;
		n = next;
	}
	require(utf8_prefix(s, bytes).n == n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = input_of(data, size);
	size_t at = 0, theirs = 0;
	bool whole = true;

	while (at < size) {
		char written[4];
		uint32_t cp;
		UChar32 wanted;
		bool bad = false;
		size_t n = utf8_read(s, at, &cp, &bad);

		U8_NEXT_OR_FFFD(data, theirs, size, wanted);
		require(cp == (uint32_t)wanted && at + n == theirs);
		require(bad ? cp == UTF8_REPLACEMENT
			    : utf8_write(cp, written) == n &&
				  memcmp(written, data + at, n) == 0);
		whole = whole && !bad;
		at += n;
	}
	require(utf8_valid(s) == whole);
	for (size_t bytes = 0; bytes < 8; bytes++)
		check_prefix(s, size / 2 + bytes);
	return 0;
}
