/*
 * A text is read 16 glyphs at a time wherever nothing is odd about them, else
 * one by one. Whichever way it goes, the same comes out: each check returns
 * NULL, or what differs.
 */
#ifndef FUZZ_TEXT_LANES_H
#define FUZZ_TEXT_LANES_H

#include <stdio.h>

#include "../../service/core/text_draft.h"

enum {
	LANES_BYTES = 1024,     /* of a text */
	LANES_AS_REFERENCE = 6, /* bytes of "&#120;" */
	LANES_ARENA = 1 << 20,
};

/* A text, and room for all that becomes of it. */
struct lanes {
	struct arena arena;
	unsigned char block[LANES_ARENA] __attribute__((aligned(16)));
	char references[LANES_BYTES * LANES_AS_REFERENCE + 1];
	uint32_t begin[LANES_BYTES + 1]; /* of each reference, and the end */
	struct token plain[LANES_BYTES + DRAFT_SPARE];
	struct token squeezed[LANES_BYTES + DRAFT_SPARE];
	uint32_t points[LANES_BYTES + DRAFT_SPARE];
};

static inline bool
lanes_same_tokens(const struct token *a, const struct token *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i].first != b[i].first || a[i].last != b[i].last ||
		    a[i].kind != b[i].kind || a[i].shape != b[i].shape)
			return false;
	return true;
}

/* The draft of a text before it is cut into tokens. */
static inline struct draft
lanes_draft(struct lanes *l, struct span source, struct text *t)
{
	size_t room = source.n + DRAFT_ROOM;
	struct draft d = {.source = source, .counts = &t->counts};
	struct glyphs g = {
	    .cps = arena_array(&l->arena, room, sizeof(*g.cps)),
	    .from = arena_array(&l->arena, room, sizeof(*g.from)),
	    .classes = arena_array(&l->arena, room, 1),
	    .scripts = arena_array(&l->arena, room, 1),
	    .flags = arena_array(&l->arena, room, 1),
	};
	char *hosts = arena_alloc(&l->arena, draft_host_bytes(source.n));

	t->links = arena_array(&l->arena, TEXT_LINKS_MAX, sizeof(*t->links));
	t->further = arena_array(
	    &l->arena, draft_further_most(source.n), sizeof(*t->further));
	d.glyphs = glyphs_from(g, DRAFT_FRONT + DRAFT_SPARE / 2);
	draft_decode(&d, FORMAT_TEXT);
	draft_join(&d);
	draft_link(&d, t, hosts);
	draft_undo(&d);
	return d;
}

/* Any text is cut into the same tokens both ways, if both are open to it. */
static inline const char *
lanes_tokens(struct lanes *l, struct span source)
{
	struct text a = {0}, b;
	struct draft d;

	if (source.n > LANES_BYTES)
		source.n = LANES_BYTES;
	arena_init(&l->arena, l->block, sizeof(l->block));
	d = lanes_draft(l, source, &a);
	memcpy(l->points, d.glyphs.cps, d.n * sizeof(*l->points));
	a.n = d.n;
	b = a;
	if (!draft_tokens_plain(&d, l->plain, &a))
		return NULL;
	d.counts = &b.counts;
	draft_tokens_squeezed(&d, l->squeezed, &b);
	if (a.n != d.n ||
	    memcmp(l->points, d.glyphs.cps, d.n * sizeof(*l->points)) != 0)
		return "something is squeezed";
	if (a.n_tokens != b.n_tokens ||
	    !lanes_same_tokens(l->plain, l->squeezed, a.n_tokens))
		return "tokens";
	return memcmp(&a.counts, &b.counts, sizeof(a.counts)) == 0 ? NULL
								   : "counts";
}

/* Whether text may also be written as references alone. */
static inline bool
lanes_is_plain(struct span source)
{
	for (size_t i = 0; i < source.n; i++) {
		char c = source.p[i];

		if (c < '\t' || (c > '\r' && c < ' ') || c > '~' || c == '&' ||
		    c == '<' || c == '[')
			return false;
	}
	return source.n <= LANES_BYTES;
}

/* The text with each character as a reference, which are read one by one. */
static inline struct span
lanes_as_references(struct lanes *l, struct span source)
{
	size_t n = 0;

	for (size_t i = 0; i < source.n; i++) {
		l->begin[i] = (uint32_t)n;
		n += (size_t)snprintf(l->references + n, LANES_AS_REFERENCE + 1,
		    "&#%d;", source.p[i]);
	}
	l->begin[source.n] = (uint32_t)n;
	return (struct span){l->references, n};
}

static inline bool
lanes_same_points(
    const struct lanes *l, const struct text *plain, const struct text *one)
{
	for (uint32_t i = 0; i < plain->n; i++)
		if (plain->points[i] != one->points[i] ||
		    l->begin[plain->ranges[i].start] != one->ranges[i].start ||
		    l->begin[plain->ranges[i].end] != one->ranges[i].end)
			return false;
	return true;
}

/* ASCII is the same text whether it is read at once or one by one. */
static inline const char *
lanes_ascii(struct lanes *l, struct span source)
{
	struct text a, b;

	if (!lanes_is_plain(source))
		return NULL;
	arena_init(&l->arena, l->block, sizeof(l->block));
	if (text_normalise(&a, source, FORMAT_TEXT, &l->arena) != 0 ||
	    text_normalise(&b, lanes_as_references(l, source), FORMAT_TEXT,
		&l->arena) != 0)
		return "the arena is full";
	b.counts.entities = 0;
	if (memcmp(&a.counts, &b.counts, sizeof(a.counts)) != 0)
		return "counts";
	if (a.n != b.n || !lanes_same_points(l, &a, &b))
		return "points";
	if (a.n_tokens != b.n_tokens ||
	    !lanes_same_tokens(a.tokens, b.tokens, a.n_tokens))
		return "tokens";
	for (uint32_t i = 0; i < a.n_links; i++)
		if (!span_equal(a.links[i].host, b.links[i].host))
			return "links";
	return a.n_links == b.n_links ? NULL : "links";
}

#endif
