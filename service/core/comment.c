#include "comment.h"

/* Akismet's names, and that of the W3C's Webmention. */
static const char *const without_text[] = {
    "pingback", "trackback", "webmention", "signup"};

bool
comment_may_lack_text(const struct comment *c)
{
	enum { TYPES = sizeof without_text / sizeof *without_text };

	return span_index(c->type, without_text, TYPES) >= 0;
}

void
comment_trim(struct comment *c)
{
	c->author.email = span_strip(c->author.email);
	c->author.ip = span_strip(c->author.ip);
}
