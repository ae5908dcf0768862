#include "spoken.h"

#include <stdlib.h>

#include "../service/core/text.h"
#include "../service/core/utf8.h"
#include "../service/edge/format/language.h"

/* More than a guess looks at; normalising it takes less than this. */
enum { READ_BYTES = 16 << 10, ARENA_BYTES = 16 << 20 };

struct spoken {
	struct arena arena;
	char code[LANGUAGE_BYTES];
	char *block;
};

struct spoken *
spoken_open(void)
{
	struct spoken *s = memory_new(1, sizeof(*s));
	s->block = memory_new(ARENA_BYTES, 1);
	return s;
}

void
spoken_close(struct spoken *s)
{
	if (s != NULL)
		free(s->block);
	free(s);
}

struct span
spoken_of(struct spoken *s, const struct row *row)
{
	struct span head = utf8_prefix(row->comment.content, READ_BYTES);
	struct text t;
	if (row->lang.n != 0)
		return row->lang;
	arena_init(&s->arena, s->block, ARENA_BYTES);
	if (text_normalise(&t, head, row->comment.format, &s->arena) < 0 ||
	    language_of(&t, s->code) != 0 || s->code[0] == '\0')
		return span_of(SPOKEN_UNCLEAR);
	return span_of(s->code);
}
