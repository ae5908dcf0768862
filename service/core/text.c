#include "text.h"

#include "text_draft.h"

_Static_assert(DRAFT_SPARE == 64, "as text.h promises");

void
draft_close(struct draft *d)
{
	uint32_t *behind = d->glyphs.cps + d->n;

	for (int i = 0; i < DRAFT_BEHIND; i++)
		behind[i] = ' ';
	memset(d->glyphs.classes + d->n, UNICODE_SPACE, DRAFT_BEHIND);
	memset(d->glyphs.flags + d->n, 0, DRAFT_BEHIND);
	d->glyphs.cps[-1] = TEXT_EDGE;
	d->glyphs.classes[-1] = 0;
}

int
text_normalise(struct text *t, struct span source, enum comment_format format,
    struct arena *a)
{
	size_t room = source.n + DRAFT_ROOM, kept;
	struct token *tokens;
	char *hosts;
	struct draft d = {.source = source, .counts = &t->counts};
	struct glyphs *g = &d.glyphs;

	*t = (struct text){.source = source};
	if (source.n == 0) /* nearly every author's address */
		return 0;
	if (source.n > UINT32_MAX / 2)
		return -1;
	/* the points of the text and their ranges stay where they come to be */
	g->cps = arena_alloc(a, room * sizeof *g->cps);
	g->from = arena_alloc(a, room * sizeof *g->from);
	tokens = arena_alloc(a, room * sizeof *tokens);
	t->links = arena_alloc(a, TEXT_LINKS_MAX * sizeof *t->links);
	t->further =
	    arena_alloc(a, draft_further_most(source.n) * sizeof *t->further);
	hosts = arena_alloc(a, draft_host_bytes(source.n));
	kept = a->used;
	g->classes = arena_alloc(a, room);
	g->scripts = arena_alloc(a, room);
	g->flags = arena_alloc(a, room);
	if (g->cps == NULL || g->from == NULL || tokens == NULL ||
	    t->links == NULL || t->further == NULL || hosts == NULL ||
	    g->classes == NULL || g->scripts == NULL || g->flags == NULL)
		return -1;
	*g = glyphs_from(*g, DRAFT_FRONT + DRAFT_SPARE / 2);
	draft_decode(&d, format);
	draft_join(&d);
	draft_link(&d, t, hosts);
	draft_undo(&d);
	draft_tokens(&d, tokens, t);
	arena_rewind(a, kept);
	return 0;
}
