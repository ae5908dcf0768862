/* Random texts read 16 glyphs at a time, and the same one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../fuzz/text_lanes.h"

enum { TEXTS = 20000, PIECES_MAX = 40 };

/* Around the edges of 16 glyphs all kinds of them have to meet. */
static const char *const pieces[] = {" ", " ", " ", "a", "I", "the", "Word",
    "LOUD", "it's", "'", "''", "x'", "don'", ".", ",", "!", "!!", "!!!", "...",
    "....", "aa", "aaa", "oooo", "1000", "2", "v1agra", "4you", "@", "$", "|",
    "-", "_", "(", ")", "+49 151 1234567", "me@example.com", "dot", "Dot",
    "site dot com", "site . com", "example.com/path?x=1", "http://a.b/", ":",
    "/", "v i a g r a", "a b c d", "a.b.c.d", "d", "D", "\n", "  ", "\t",
    "internationalisation", "0123456789abcdef", "]", ">", "\"", "#", "%", "~"};

static const char *const others[] = {"\xC3\xA9", "caf\xC3\xA9",
    "\xD0\xBF\xD1\x80\xD0\xB8", "p\xD0\xB0y", "e\xCC\x81", "\xE2\x80\x99s",
    "\xF0\x9F\x98\x80", "\xE4\xB8\x80", "\xEF\xBB\xBF", "\xFF", "&amp;", "<b>",
    "[url=http://x.com]", "\xE2\x84\xAA", "\x01"};

#define ROWS(table) (sizeof(table) / sizeof *(table))

static struct lanes lanes;

static uint32_t
draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33) % below;
}

static size_t
append(char *out, size_t n, const char *piece)
{
	size_t bytes = strlen(piece);

	memcpy(out + n, piece, bytes);
	return n + bytes;
}

/* A text of pieces; one in `rare` is of the others, if it is not 0. */
static struct span
invent(uint64_t *state, char *out, uint32_t rare)
{
	uint32_t left = draw(state, PIECES_MAX);
	size_t n = 0;

	for (; left > 0; left--)
		n = append(out, n,
		    rare > 0 && draw(state, rare) == 0
			? others[draw(state, ROWS(others))]
			: pieces[draw(state, ROWS(pieces))]);
	return (struct span){out, n};
}

static void
require_none(const char *differs, struct span text)
{
	if (differs != NULL)
		fail_msg("%s: \"%.*s\"", differs, (int)text.n, text.p);
}

static void
ascii_at_once_and_one_by_one(void **unused)
{
	char bytes[LANES_BYTES];
	uint64_t state = 1;

	(void)unused;
	for (int i = 0; i < TEXTS; i++) {
		struct span text = invent(&state, bytes, 0);

		require_none(lanes_ascii(&lanes, text), text);
	}
}

static void
tokens_at_once_and_one_by_one(void **unused)
{
	char bytes[LANES_BYTES];
	uint64_t state = 2;

	(void)unused;
	for (int i = 0; i < TEXTS; i++) {
		struct span text = invent(&state, bytes, 8);

		require_none(lanes_tokens(&lanes, text), text);
	}
}

/* Both ways are asked: else nothing above could ever differ. */
static void
most_texts_are_plain(void **unused)
{
	char bytes[LANES_BYTES];
	uint64_t state = 3;
	int plain = 0;

	(void)unused;
	for (int i = 0; i < 1000; i++) {
		struct span text = invent(&state, bytes, 0);
		struct text t = {0};
		struct draft d;

		arena_init(&lanes.arena, lanes.block, sizeof(lanes.block));
		d = lanes_draft(&lanes, text, &t);
		plain += draft_tokens_plain(&d, lanes.plain, &t);
	}
	assert_in_range(plain, 100, 900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ascii_at_once_and_one_by_one),
	    cmocka_unit_test(tokens_at_once_and_one_by_one),
	    cmocka_unit_test(most_texts_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
