#include "text.h"

#include "text_draft.h"

_Static_assert(DRAFT_SPARE == 64, "as text.h promises");

int
text_normalise(struct text *t, struct span source, enum comment_format format,
    struct arena *a)
{
	size_t room = source.n + DRAFT_SPARE, kept;
	uint32_t *points;
	struct text_range *ranges;
	struct token *tokens;
	char *hosts;
	struct draft d = {.source = source, .counts = &t->counts};

	*t = (struct text){.source = source};
	if (source.n == 0) /* nearly every author's address */
		return 0;
	if (source.n > UINT32_MAX / 2)
		return -1;
	points = arena_alloc(a, room * sizeof *points);
	ranges = arena_alloc(a, room * sizeof *ranges);
	tokens = arena_alloc(a, room * sizeof *tokens);
	t->links = arena_alloc(a, TEXT_LINKS_MAX * sizeof *t->links);
	hosts = arena_alloc(a, draft_host_bytes(source.n));
	kept = a->used;
	d.glyphs = arena_alloc(a, room * sizeof *d.glyphs);
	if (points == NULL || ranges == NULL || tokens == NULL ||
	    t->links == NULL || hosts == NULL || d.glyphs == NULL)
		return -1;
	d.glyphs += DRAFT_SPARE / 2;
	draft_decode(&d, format);
	draft_join(&d);
	draft_link(&d, t, hosts);
	draft_undo(&d);
	draft_tokens(&d, points, ranges, tokens, t);
	arena_rewind(a, kept);
	return 0;
}
