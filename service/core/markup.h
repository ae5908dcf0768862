/*
 * Tags of HTML and BBCode: where one ends, what it does to the text, and
 * the attributes in it. Knows nothing of code points.
 */
#ifndef CORE_MARKUP_H
#define CORE_MARKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "attributes.h"
#include "comment.h"
#include "span.h"

enum markup_kind {
	MARKUP_NONE,   /* no tag: the bytes are text */
	MARKUP_INLINE, /* vanishes, so that V<b>ia</b>gra joins */
	MARKUP_BLOCK,  /* stands for a line break */
	MARKUP_BBCODE, /* [url=…], [/b] and the like: vanishes too */
};

/* What a reading of one source remembers, so that it stays linear. */
struct markup {
	struct span source;
	enum comment_format format;
	bool no_comment_end; /* no end of a comment further on */
	size_t wasted;       /* bytes read of what turned out to be no tag */
};

struct markup_tag {
	enum markup_kind kind;
	size_t end; /* where the text goes on */
	/* Of the source. A link that a video site makes of a time, as in
	 * <a href="…/watch?v=…">2:19</a>, leads nowhere else: none. */
	struct attributes attributes;
};

/*
 * The tag that begins with the '<' or '[' at source.p[at]. In FORMAT_TEXT
 * only elements of HTML count as tags, and nothing but tags is dropped; in
 * FORMAT_HTML comments are, too. What is inside of script and style is text,
 * as what cleans HTML for readers may leave it to them.
 */
struct markup_tag markup_read(struct markup *m, size_t at);

/* Whether so much looked like tags and was none that no more are read. */
bool markup_gave_up(const struct markup *m);

#endif
