#include "rendered.h"

#include <string.h>

#include "../service/core/utf8.h"

static const struct manner {
	const char *paragraph, *paragraph_end, *line;
	const char *apostrophe, *quote;
	const char *of_link; /* more attributes of a link */
	bool titled;         /* a link's address once more, and it is cut */
} manners[] = {
    /* WordPress */
    {"<p>", "</p>\n", "<br />\n", "&#8217;", "&#8221;", " rel=\"nofollow ugc\"",
	false},
    /* Disqus */
    {"<p>", "</p>", "<br>", "'", "\"", " rel=\"nofollow noopener\"", true},
    /* Blogger */
    {"", "<br /><br />", "<br />", "&#39;", "&quot;", " rel=\"nofollow\"",
	false},
    /* what makes HTML of Markdown */
    {"<p>", "</p>\n", "\n", "&#39;", "&quot;", "", false},
};

enum { MANNERS = sizeof(manners) / sizeof(*manners), TITLED_BYTES_MAX = 40 };

/* What is being rendered. */
struct rendering {
	FILE *out;
	const struct manner *manner;
	struct span text;
	bool in_link;
};

static bool
begins_with(struct span s, size_t at, const char *with)
{
	size_t n = strlen(with);
	return s.n - at >= n && memcmp(s.p + at, with, n) == 0;
}

/* The length of the tag at `at` that people may use, or 0. */
static size_t
tag_length(struct span s, size_t at)
{
	static const char *const allowed[] = {"<a ", "</a>", "<b>", "</b>",
	    "<i>", "</i>", "<em>", "</em>", "<strong", "</strong>", "<code>",
	    "</code>", "<blockquote>", "</blockquote>", "<br"};
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (!begins_with(s, at, allowed[i]))
			continue;
		const char *end = memchr(s.p + at, '>', s.n - at);
		return end != NULL ? (size_t)(end - s.p) - at + 1 : 0;
	}
	return 0;
}

/* The length of the address at `at`, or 0; a mark at its end is not its. */
static size_t
address_length(struct span s, size_t at)
{
	if (!begins_with(s, at, "http://") && !begins_with(s, at, "https://"))
		return 0;
	size_t n = 0;
	while (at + n < s.n && strchr(" \n<>\"", s.p[at + n]) == NULL)
		n++;
	while (n > 0 && strchr(".,;:!?)]'", s.p[at + n - 1]) != NULL)
		n--;
	return n;
}

static void
put_link(struct rendering *r, struct span address)
{
	struct span shown = address;
	int n = (int)address.n;
	fprintf(r->out, "<a href=\"%.*s\"%s", n, address.p, r->manner->of_link);
	if (r->manner->titled) {
		shown = utf8_prefix(address, TITLED_BYTES_MAX);
		fprintf(r->out, " title=\"%.*s\"", n, address.p);
	}
	fprintf(r->out, ">%.*s%s</a>", (int)shown.n, shown.p,
	    shown.n < address.n ? "..." : "");
}

static void
put_byte(struct rendering *r, char c)
{
	const char *entity = c == '\''   ? r->manner->apostrophe
			     : c == '"'  ? r->manner->quote
			     : c == '<'  ? "&lt;"
			     : c == '>'  ? "&gt;"
			     : c == '\n' ? r->manner->line
					 : NULL;
	if (entity != NULL)
		fputs(entity, r->out);
	else
		putc(c, r->out);
}

/* Writes what begins at `at`: how many bytes of the text that was. */
static size_t
put_next(struct rendering *r, size_t at)
{
	size_t n = tag_length(r->text, at);
	if (n != 0) {
		r->in_link = begins_with(r->text, at, "<a ") ||
			     (r->in_link && !begins_with(r->text, at, "</a>"));
		return fwrite(r->text.p + at, 1, n, r->out);
	}
	if (begins_with(r->text, at, "\n\n")) {
		fputs(r->manner->paragraph_end, r->out);
		fputs(r->manner->paragraph, r->out);
		return 2;
	}
	n = r->in_link ? 0 : address_length(r->text, at);
	if (n != 0) {
		put_link(r, (struct span){r->text.p + at, n});
		return n;
	}
	put_byte(r, r->text.p[at]);
	return 1;
}

static void
render(FILE *out, void *arg)
{
	struct rendering *r = arg;
	r->out = out;
	fputs(r->manner->paragraph, out);
	for (size_t at = 0; at < r->text.n;)
		at += put_next(r, at);
	if (*r->manner->paragraph != '\0')
		fputs(r->manner->paragraph_end, out);
}

struct span
rendered_of(struct world *w, struct span text)
{
	struct rendering r = {
	    .manner = &manners[random_below(&w->random, MANNERS)],
	    .text = text,
	};
	return world_written(w, render, &r);
}
