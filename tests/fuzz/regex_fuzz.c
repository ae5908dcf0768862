/*
 * Any bytes as regular expressions of a site, a line each up to an empty one,
 * and a text: a pattern that is refused is named, and what matches does once,
 * somewhere in the text.
 */
#include "../../service/core/utf8.h"
#include "../../service/edge/known/regex.h"
#include "input.h"

enum { PATTERNS_MAX = 8, PATTERN_BYTES_MAX = 200, TEXT_BYTES_MAX = 2000 };

struct hits {
	size_t text_bytes, n_patterns;
	bool seen[PATTERNS_MAX];
};

static void
hit(void *arg, size_t pattern, size_t start, size_t end)
{
	struct hits *h = arg;

	require(pattern < h->n_patterns && !h->seen[pattern]);
	require(start <= end && end <= h->text_bytes);
	h->seen[pattern] = true;
}

static size_t
read_patterns(struct span *in, struct span patterns[PATTERNS_MAX])
{
	size_t n = 0;

	while (n < PATTERNS_MAX) {
		struct span line = take_line(in);

		if (line.n == 0)
			break;
		patterns[n++] = take(&line, PATTERN_BYTES_MAX);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size), patterns[PATTERNS_MAX], text;
	struct hits h = {.n_patterns = read_patterns(&in, patterns)};
	struct regex_visit visit = {hit, &h};
	struct regex_fault fault = {0};
	struct regex_set *s = regex_set_open(patterns, h.n_patterns, &fault);

	if (s == NULL) {
		require(fault.pattern <= h.n_patterns && fault.text[0] != '\0');
		return 0;
	}
	text = take(&in, TEXT_BYTES_MAX);
	h.text_bytes = text.n;
	if (utf8_valid(text))
		regex_set_match(s, text, &visit);
	regex_set_close(s);
	return 0;
}
