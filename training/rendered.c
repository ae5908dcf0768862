#include "rendered.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* So many bytes at most, no character in part. */
static int
cut(const char *s, int n)
{
	if (n <= TITLED_BYTES_MAX)
		return n;
	n = TITLED_BYTES_MAX;
	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_link(struct rendering *r, int n, const char *address)
{
	fprintf(r->out, "<a href=\"%.*s\"%s", n, address, r->manner->of_link);
	if (!r->manner->titled) {
		fprintf(r->out, ">%.*s</a>", n, address);
		return;
	}
	int shown = cut(address, n);
	fprintf(r->out, " title=\"%.*s\">%.*s%s</a>", n, address, shown,
	    address, shown < n ? "..." : "");
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
		put_link(r, (int)n, r->text.p + at);
		return n;
	}
	put_byte(r, r->text.p[at]);
	return 1;
}

struct span
rendered_of(struct world *w, struct span text)
{
	char *made = NULL;
	size_t n = 0;
	struct rendering r = {.out = open_memstream(&made, &n),
	    .manner = &manners[random_below(&w->random, MANNERS)],
	    .text = text};
	if (r.out == NULL)
		return text;
	fputs(r.manner->paragraph, r.out);
	for (size_t at = 0; at < text.n;)
		at += put_next(&r, at);
	if (*r.manner->paragraph != '\0')
		fputs(r.manner->paragraph_end, r.out);
	if (fclose(r.out) == 0)
		text = pool_copy(&w->pool, (struct span){made, n});
	free(made);
	return text;
}
