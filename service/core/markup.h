/*
 * Tags of HTML and BBCode: where one ends, what it does to the text, and
 * which address it carries. Knows nothing of code points.
 */
#ifndef CORE_MARKUP_H
#define CORE_MARKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "comment.h"
#include "span.h"

enum markup_kind {
	MARKUP_NONE,   /* no tag: the bytes are text */
	MARKUP_INLINE, /* vanishes, so that V<b>ia</b>gra joins */
	MARKUP_BLOCK,  /* stands for a line break */
	MARKUP_BBCODE, /* [url=…], [/b] and the like: vanishes too */
};

struct markup_tag {
	enum markup_kind kind;
	size_t end;       /* where the text goes on */
	struct span link; /* the address in it, of the source; may be empty.
			   * None is what a video site makes of a time, as in
			   * <a href="…/watch?v=…">2:19</a>: that leads
			   * nowhere else */
};

/* What a reading of one source remembers, so that it stays linear. */
struct markup {
	struct span source;
	enum comment_format format;
	bool no_comment_end; /* no "-->" further on */
	bool no_script_end;  /* no "</script" or "</style" further on */
};

/*
 * The tag that begins with the '<' or '[' at source.p[at]. In FORMAT_TEXT
 * only elements of HTML count as tags, and nothing but tags is dropped; in
 * FORMAT_HTML comments and what is inside script and style go with the tag.
 */
struct markup_tag markup_read(struct markup *m, size_t at);

#endif
