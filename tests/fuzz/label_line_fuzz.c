/*
 * Any bytes as labels to import, a line each: what is taken is valid UTF-8
 * within the bounds that /v1 has, and what is not is named with its line.
 */
#include <stdio.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/check/comment_json.h"
#include "../../service/edge/review/label_line.h"
#include "arena.h"

enum { ROOM = 4096 };

static void
check(const struct label_line *l)
{
	const struct comment *c = &l->comment;

	require(l->kind == DECISION_SPAM || l->kind == DECISION_APPROVE ||
		l->kind == DECISION_ABUSE);
	require(c->content.p != NULL && c->content.n <= CONTENT_BYTES_MAX);
	require(utf8_valid(c->content) && utf8_valid(c->author.name));
	require(c->author.name.n <= 512 && c->author.id.n <= 256);
	require(c->author.email.n <= 320 && c->fill_ms == -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = input_of(data, size), line;
	uint32_t number = 0, last = 0;
	struct arena a;

	arena_open(&a, size % 4 == 0 ? size : ROOM + 2 * size);
	while (label_line_next(&text, &line, &number)) {
		struct label_line l;
		struct err e = {0};
		char begin[32];

		require(number > last && memchr(line.p, '\n', line.n) == NULL);
		last = number;
		if (label_line_read(&l, line, number, &a, &e) == 0) {
			check(&l);
			continue;
		}
		snprintf(begin, sizeof begin, "line %u", number);
		require(strncmp(e.text, begin, strlen(begin)) == 0);
	}
	arena_drop(&a);
	return 0;
}
