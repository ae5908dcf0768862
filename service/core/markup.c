#include "markup.h"

#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX = 10,
	SPARE = 3,      /* joints of words that a tag may keep to itself */
	WASTED_MAX = 4, /* times the source; text, however odd, wastes 1 */
};

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

/* Where the comment that begins at `at` ends, as browsers see it; 0: not. */
static size_t
comment_end(struct span s, size_t at)
{
	/* <!--> and <!---> are whole ones */
	const char *from = s.p + at + 2, *end = s.p + s.n, *dashes;

	while ((dashes = memmem(from, (size_t)(end - from), "--", 2)) != NULL) {
		struct span rest = {dashes + 2, (size_t)(end - dashes) - 2};

		if (dashes >= s.p + at + 4)
			span_skip(&rest, "!");
		if (span_skip(&rest, ">"))
			return (size_t)(rest.p - s.p);
		from = dashes + 1;
	}
	return 0;
}

/* Whether there is the end of what browsers read no tags in: a tag or comment
 * around it may be none. */
static bool
ends_raw(struct span s)
{
	static const char *const raw[] = {"iframe", "noembed", "noframes",
	    "noscript", "script", "style", "textarea", "title", "xmp"};
	char name[NAME_MAX + 1];

	for (size_t at = 0; at + 2 < s.n; at++) {
		if (s.p[at] != '<' || s.p[at + 1] != '/')
			continue;
		read_name(s, at + 2, name);
		for (size_t i = 0; i < ROWS(raw); i++)
			if (strcmp(name, raw[i]) == 0)
				return true;
	}
	return false;
}

static struct markup_tag
read_comment(struct markup *m, size_t at)
{
	size_t end = m->no_comment_end ? 0 : comment_end(m->source, at);

	m->no_comment_end = end == 0;
	if (end != 0 && ends_raw((struct span){m->source.p + at, end - at})) {
		m->wasted += end - at;
		end = 0;
	}
	return (struct markup_tag){
	    .kind = end == 0 ? MARKUP_NONE : MARKUP_INLINE, .end = end};
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

/* Whether all that counts of a tag is a link to a video, at some moment. */
static bool
is_moment_of_video(struct attributes a, struct span source, size_t end)
{
	struct attribute one;
	bool any = false;

	if (!is_moment(source, end))
		return false;
	while (attributes_next(&a, &one)) {
		if (!one.is_link || !is_video(one.read))
			return false;
		any = true;
	}
	return any;
}

/* Whether browsers take what begins at `at` for a comment, up to any '>'. */
static bool
is_bogus(struct span s, size_t at)
{
	return s.p[at + 1] == '!' ||
	       (s.p[at + 1] == '/' && at + 2 < s.n && !is_letter(s.p[at + 2]));
}

/* Where what follows an element's name at `at` ends, behind the '>'; 0: with
 * none. Without one outside of quotes, those are taken for forgotten. What is
 * of the name has none. */
static size_t
element_end(struct markup *m, size_t at)
{
	size_t stop =
	    attributes_end(m->source, attributes_begin(m->source, at));

	if (stop < m->source.n && m->source.p[stop] == '>' &&
	    !ends_raw((struct span){m->source.p + at, stop - at}))
		return stop + 1;
	m->wasted += stop - at;
	return tag_end(m->source, at - 1, '>', "<");
}

/* The kind of tag that what begins at *at may be. Goes behind the name of an
 * element; any other may be words. */
static enum markup_kind
read_opening(const struct markup *m, size_t *at)
{
	struct span s = m->source, rest = {s.p + *at + 1, s.n - *at - 1};
	bool is_html = m->format == FORMAT_HTML, is_begun;
	char name[NAME_MAX + 1];
	const struct element *e;
	size_t n;

	is_begun = span_skip(&rest, "/") || (is_html && span_skip(&rest, "!"));
	is_begun |= rest.n > 0 && is_letter(rest.p[0]);
	*at = (size_t)(rest.p - s.p);
	n = read_name(s, *at, name);
	e = bsearch(name, elements, ROWS(elements), sizeof *elements, compare);
	if (e == NULL)
		return is_html && is_begun ? MARKUP_INLINE : MARKUP_NONE;
	*at += n;
	return e->kind;
}

static struct markup_tag
read_html(struct markup *m, size_t at)
{
	static const unsigned spare[] = {
	    [FORMAT_TEXT] = 0, [FORMAT_HTML] = SPARE};
	struct span rest = {m->source.p + at, m->source.n - at};
	bool is_html = m->format == FORMAT_HTML;
	struct markup_tag tag = {.kind = MARKUP_NONE};
	size_t begin = at;

	if (is_html && span_skip(&rest, "<!--"))
		return read_comment(m, at);
	tag.kind = read_opening(m, &at);
	if (tag.kind == MARKUP_NONE)
		return tag;
	rest = (struct span){m->source.p + at, m->source.n - at};
	if (is_html && is_bogus(m->source, begin))
		tag.end = tag_end(m->source, at - 1, '>', "<");
	else if (is_html || attributes_may_be(rest))
		tag.end = element_end(m, at);
	if (tag.end == 0)
		return (struct markup_tag){.kind = MARKUP_NONE};
	rest.n = tag.end - 1 - at;
	tag.attributes = attributes_of(rest, spare[m->format]);
	if (is_moment_of_video(tag.attributes, m->source, tag.end))
		tag.attributes.rest.n = 0;
	return tag;
}

/* The value of a tag is an attribute of its name. */
static struct markup_tag
read_bbcode(const struct markup *m, size_t at)
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
	if (s.p[first + n] == '=')
		tag.attributes = attributes_of(
		    (struct span){s.p + first, tag.end - 1 - first}, SPARE);
	return tag;
}

struct markup_tag
markup_read(struct markup *m, size_t at)
{
	if (markup_gave_up(m))
		return (struct markup_tag){.kind = MARKUP_NONE};
	return m->source.p[at] == '<' ? read_html(m, at) : read_bbcode(m, at);
}

bool
markup_gave_up(const struct markup *m)
{
	return m->wasted > m->source.n * WASTED_MAX;
}
