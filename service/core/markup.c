#include "markup.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX = 10 };

struct element {
	char name[NAME_MAX + 1];
	uint8_t kind; /* enum markup_kind */
};

/* clang-format off */
static const struct element elements[] = { /* sorted by strcmp */
	{"a", MARKUP_INLINE}, {"abbr", MARKUP_INLINE},
	{"acronym", MARKUP_INLINE}, {"address", MARKUP_BLOCK},
	{"applet", MARKUP_INLINE}, {"article", MARKUP_BLOCK},
	{"aside", MARKUP_BLOCK}, {"audio", MARKUP_INLINE},
	{"b", MARKUP_INLINE}, {"big", MARKUP_INLINE},
	{"blockquote", MARKUP_BLOCK}, {"body", MARKUP_BLOCK},
	{"br", MARKUP_BLOCK}, {"button", MARKUP_INLINE},
	{"center", MARKUP_BLOCK}, {"cite", MARKUP_INLINE},
	{"code", MARKUP_INLINE}, {"dd", MARKUP_BLOCK},
	{"del", MARKUP_INLINE}, {"details", MARKUP_BLOCK},
	{"div", MARKUP_BLOCK}, {"dl", MARKUP_BLOCK},
	{"dt", MARKUP_BLOCK}, {"em", MARKUP_INLINE},
	{"embed", MARKUP_INLINE}, {"figure", MARKUP_BLOCK},
	{"font", MARKUP_INLINE}, {"footer", MARKUP_BLOCK},
	{"form", MARKUP_BLOCK}, {"h1", MARKUP_BLOCK},
	{"h2", MARKUP_BLOCK}, {"h3", MARKUP_BLOCK},
	{"h4", MARKUP_BLOCK}, {"h5", MARKUP_BLOCK},
	{"h6", MARKUP_BLOCK}, {"head", MARKUP_BLOCK},
	{"header", MARKUP_BLOCK}, {"hr", MARKUP_BLOCK},
	{"html", MARKUP_BLOCK}, {"i", MARKUP_INLINE},
	{"iframe", MARKUP_INLINE}, {"img", MARKUP_INLINE},
	{"input", MARKUP_INLINE}, {"ins", MARKUP_INLINE},
	{"kbd", MARKUP_INLINE}, {"li", MARKUP_BLOCK},
	{"link", MARKUP_INLINE}, {"main", MARKUP_BLOCK},
	{"mark", MARKUP_INLINE}, {"marquee", MARKUP_BLOCK},
	{"meta", MARKUP_INLINE}, {"nav", MARKUP_BLOCK},
	{"object", MARKUP_INLINE}, {"ol", MARKUP_BLOCK},
	{"option", MARKUP_BLOCK}, {"p", MARKUP_BLOCK},
	{"pre", MARKUP_BLOCK}, {"q", MARKUP_INLINE},
	{"s", MARKUP_INLINE}, {"script", MARKUP_BLOCK},
	{"section", MARKUP_BLOCK}, {"select", MARKUP_INLINE},
	{"small", MARKUP_INLINE}, {"span", MARKUP_INLINE},
	{"strike", MARKUP_INLINE}, {"strong", MARKUP_INLINE},
	{"style", MARKUP_BLOCK}, {"sub", MARKUP_INLINE},
	{"sup", MARKUP_INLINE}, {"table", MARKUP_BLOCK},
	{"tbody", MARKUP_BLOCK}, {"td", MARKUP_BLOCK},
	{"textarea", MARKUP_BLOCK}, {"tfoot", MARKUP_BLOCK},
	{"th", MARKUP_BLOCK}, {"thead", MARKUP_BLOCK},
	{"title", MARKUP_BLOCK}, {"tr", MARKUP_BLOCK},
	{"tt", MARKUP_INLINE}, {"u", MARKUP_INLINE},
	{"ul", MARKUP_BLOCK}, {"var", MARKUP_INLINE},
	{"video", MARKUP_INLINE},
};

static const struct element bbcodes[] = { /* sorted by strcmp */
	{"b", MARKUP_BBCODE}, {"center", MARKUP_BBCODE},
	{"code", MARKUP_BBCODE}, {"color", MARKUP_BBCODE},
	{"email", MARKUP_BBCODE}, {"font", MARKUP_BBCODE},
	{"i", MARKUP_BBCODE}, {"img", MARKUP_BBCODE},
	{"link", MARKUP_BBCODE}, {"list", MARKUP_BBCODE},
	{"quote", MARKUP_BBCODE}, {"s", MARKUP_BBCODE},
	{"size", MARKUP_BBCODE}, {"u", MARKUP_BBCODE},
	{"url", MARKUP_BBCODE},
};
/* clang-format on */

#define ROWS(table) (sizeof(table) / sizeof *(table))

static bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static int
compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct element *)row)->name);
}

/* Copies the name at s.p[at], in lower case; its length, 0 if too long. */
static size_t
read_name(struct span s, size_t at, char name[NAME_MAX + 1])
{
	size_t n = 0;

	while (at + n < s.n && n <= NAME_MAX &&
	       (is_letter(s.p[at + n]) ||
		   (n > 0 && s.p[at + n] >= '0' && s.p[at + n] <= '9'))) {
		if (n < NAME_MAX)
			name[n] = is_letter(s.p[at + n])
				      ? (char)(s.p[at + n] | 0x20)
				      : s.p[at + n];
		n++;
	}
	if (n > NAME_MAX)
		n = 0;
	name[n] = '\0';
	return n;
}

/* The first `close` after `at` with none of `stops` before it; 0: none. */
static size_t
tag_end(struct span s, size_t at, char close, const char *stops)
{
	for (at++; at < s.n; at++) {
		if (s.p[at] == close)
			return at + 1;
		if (strchr(stops, s.p[at]) != NULL)
			return 0;
	}
	return 0;
}

/* The value that begins at tag.p[at], perhaps quoted. */
static struct span
read_value(struct span tag, size_t at)
{
	char quote = '\0';
	size_t first;

	while (at < tag.n && is_blank(tag.p[at]))
		at++;
	if (at < tag.n && (tag.p[at] == '"' || tag.p[at] == '\''))
		quote = tag.p[at++];
	for (first = at; at < tag.n; at++)
		if (quote != '\0' ? tag.p[at] == quote : is_blank(tag.p[at]))
			break;
	return (struct span){tag.p + first, at - first};
}

/* The first value of an attribute that carries an address. */
static struct span
link_attribute(struct span tag)
{
	char name[NAME_MAX + 1];

	for (size_t at = 1; at < tag.n; at++) {
		size_t n, i;

		if (is_letter(tag.p[at - 1]) || !is_letter(tag.p[at]))
			continue;
		n = read_name(tag, at, name);
		if (strcmp(name, "href") != 0 && strcmp(name, "src") != 0)
			continue;
		for (i = at + n; i < tag.n && is_blank(tag.p[i]);)
			i++;
		if (i < tag.n && tag.p[i] == '=')
			return read_value(tag, i + 1);
		at = i - 1;
	}
	return (struct span){NULL, 0};
}

static size_t
find(struct span s, size_t at, const char *what)
{
	const char *p = memmem(s.p + at, s.n - at, what, strlen(what));

	return p == NULL ? 0 : (size_t)(p - s.p);
}

static struct markup_tag
read_comment(struct markup *m, size_t at)
{
	size_t end = 0;

	if (!m->no_comment_end)
		end = find(m->source, at + 4, "-->");
	m->no_comment_end = end == 0;
	if (end == 0)
		return (struct markup_tag){.kind = MARKUP_NONE};
	return (struct markup_tag){.kind = MARKUP_INLINE, .end = end + 3};
}

/* Where the closing tag after a script or style tag begins. */
static size_t
script_end(struct markup *m, size_t at)
{
	char name[NAME_MAX + 1];

	for (size_t i = at; !m->no_script_end && i + 1 < m->source.n; i++) {
		if (m->source.p[i] != '<' || m->source.p[i + 1] != '/')
			continue;
		read_name(m->source, i + 2, name);
		if (strcmp(name, "script") == 0 || strcmp(name, "style") == 0)
			return i;
	}
	m->no_script_end = true;
	return at;
}

/* Whether what follows an element's name can do so: a <b and c> cannot. */
static bool
is_tag_like(struct span rest)
{
	size_t i = 0;

	while (i < rest.n && (is_blank(rest.p[i]) || rest.p[i] == '/'))
		i++;
	return i == rest.n || (i > 0 && memchr(rest.p, '=', rest.n) != NULL);
}

/* Whether `link` is the address of a video, where a player can go on. */
static bool
is_video(struct span link)
{
	static const char *const before[] = {
	    "https://", "http://", "www.", "m."};
	static const char *const videos[] = {"youtube.com/watch?", "youtu.be/"};

	for (size_t i = 0; i < ROWS(before); i++)
		span_skip(&link, before[i]);
	for (size_t i = 0; i < ROWS(videos); i++)
		if (span_skip(&link, videos[i]))
			return true;
	return false;
}

/* Whether all the text from `at` to the next tag is a time: 2:19, 1:02:19. */
static bool
is_moment(struct span s, size_t at)
{
	static const char *const times[] = {
	    "9:99", "99:99", "999:99", "9:99:99", "99:99:99"};
	const char *end = memchr(s.p + at, '<', s.n - at < 9 ? s.n - at : 9);
	size_t n = end == NULL ? 0 : (size_t)(end - s.p) - at;
	bool any = false;

	for (size_t i = 0; i < ROWS(times) && !any; i++) {
		any = strlen(times[i]) == n;
		for (size_t k = 0; k < n && any; k++)
			any = times[i][k] == ':'
				  ? s.p[at + k] == ':'
				  : s.p[at + k] >= '0' && s.p[at + k] <= '9';
	}
	return any;
}

static struct markup_tag
read_html(struct markup *m, size_t at)
{
	struct span s = m->source;
	struct markup_tag tag = {.kind = MARKUP_INLINE};
	bool closing = at + 1 < s.n && s.p[at + 1] == '/';
	char name[NAME_MAX + 1];
	const struct element *e;
	size_t n;

	if (m->format == FORMAT_HTML && at + 4 <= s.n &&
	    memcmp(s.p + at, "<!--", 4) == 0)
		return read_comment(m, at);
	n = read_name(s, at + 1 + closing, name);
	e = bsearch(name, elements, ROWS(elements), sizeof *elements, compare);
	if (e != NULL)
		tag.kind = e->kind;
	else if (m->format == FORMAT_TEXT || at + 1 >= s.n ||
		 !(is_letter(s.p[at + 1]) || closing || s.p[at + 1] == '!'))
		return (struct markup_tag){.kind = MARKUP_NONE};
	tag.end = tag_end(s, at, '>', "<");
	n += at + 1 + closing;
	if (tag.end == 0 ||
	    (m->format == FORMAT_TEXT &&
		!is_tag_like((struct span){s.p + n, tag.end - 1 - n})))
		return (struct markup_tag){.kind = MARKUP_NONE};
	if (!closing)
		tag.link =
		    link_attribute((struct span){s.p + at, tag.end - 1 - at});
	if (is_video(tag.link) && is_moment(s, tag.end))
		tag.link = (struct span){NULL, 0};
	if (m->format == FORMAT_HTML && !closing &&
	    (strcmp(name, "script") == 0 || strcmp(name, "style") == 0))
		tag.end = script_end(m, tag.end);
	return tag;
}

static struct markup_tag
read_bbcode(struct markup *m, size_t at)
{
	struct span s = m->source;
	struct markup_tag tag = {.kind = MARKUP_BBCODE};
	size_t first = at + 1 + (at + 1 < s.n && s.p[at + 1] == '/');
	char name[NAME_MAX + 1];
	size_t n = read_name(s, first, name);

	if (bsearch(name, bbcodes, ROWS(bbcodes), sizeof *bbcodes, compare) ==
	    NULL)
		return (struct markup_tag){.kind = MARKUP_NONE};
	tag.end = tag_end(s, at, ']', "[<\n");
	if (tag.end == 0 || (s.p[first + n] != ']' && s.p[first + n] != '='))
		return (struct markup_tag){.kind = MARKUP_NONE};
	if (s.p[first + n] == '=' &&
	    (strcmp(name, "url") == 0 || strcmp(name, "link") == 0))
		tag.link =
		    read_value((struct span){s.p, tag.end - 1}, first + n + 1);
	return tag;
}

struct markup_tag
markup_read(struct markup *m, size_t at)
{
	return m->source.p[at] == '<' ? read_html(m, at) : read_bbcode(m, at);
}
