/*
 * A charset, where to cut, and bytes: what comes out is what a plain reading
 * of all of them says, cut between code points. That of windows-1252 is
 * glibc's.
 */
#include <iconv.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/format/charset.h"
#include "arena.h"

enum { BYTES_MAX = 600, ARENA_LEAST = 64 };

static size_t
write_western(uint8_t byte, char out[4])
{
	static iconv_t door;
	char in = (char)byte, *from = &in, *to = out;
	size_t left = 1, room = 4;

	if (door == NULL)
		door = iconv_open("UTF-8", "CP1252");
	/* glibc leaves five undefined, the web makes controls of them */
	if (iconv(door, &from, &left, &to, &room) == (size_t)-1)
		return utf8_write(byte, out);
	return 4 - room;
}

static struct span
read_all(struct span s, enum charset charset, char *out)
{
	size_t n = 0, at = 0;

	while (at < s.n) {
		uint32_t cp;
		bool bad;

		if (charset == CHARSET_WINDOWS_1252) {
			n += write_western((uint8_t)s.p[at++], out + n);
			continue;
		}
		at += utf8_read(s, at, &cp, &bad);
		n += utf8_write(cp, out + n);
	}
	return (struct span){out, n};
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	enum charset charset = charset_named(take_line(&in));
	size_t bytes = 2u * take_byte(&in);
	bool tight = take_byte(&in) % 4 == 0;
	struct span got, all;
	struct arena a;
	char *plain;

	in = take(&in, BYTES_MAX);
	plain = malloc(4 * in.n + 1);
	require(plain != NULL);
	arena_open(&a, tight ? bytes : 2 * bytes + ARENA_LEAST);
	got = charset_read(in, charset, bytes, &a);
	require(got.p != NULL || tight);
	if (got.p != NULL) {
		all = read_all(in, charset, plain);
		require(span_equal(got, utf8_prefix(all, bytes)));
		require(utf8_valid(got));
	}
	arena_drop(&a);
	free(plain);
	return 0;
}
