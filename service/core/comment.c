#include "comment.h"

/* Akismet's names, and that of the W3C's Webmention. */
static const char *const without_text[] = {
    "pingback", "trackback", "webmention", "signup"};

bool
comment_may_lack_text(const struct comment *c)
{
	enum { TYPES = sizeof without_text / sizeof *without_text };

	for (int i = 0; i < TYPES; i++)
		if (span_equal(c->type, span_of(without_text[i])))
			return true;
	return false;
}

void
comment_trim(struct comment *c)
{
	c->author.email = span_strip(c->author.email);
	c->author.ip = span_strip(c->author.ip);
}
