#include "features_sink.h"

/*
 * How the author's name and web address are made. People lead to the front of
 * a site of their own; who sells leads deep into one, by a phrase to be found
 * by. Bins and no words, so that what is learned of them holds for names and
 * sites that nobody has seen.
 */

static const double weight_shape = 0.6;

enum shape {
	S_SCHEME,
	S_HOST_LENGTH,
	S_HOST_HYPHENS,
	S_HOST_DIGITS,
	S_DEPTH, /* segments of the path */
	S_QUERY,
	S_PATH_LENGTH,
	S_PATH_HYPHENS,
	S_PAGE,  /* ends like a file */
	S_LEADS, /* where to: depth, query and hyphens of the host as one */
	ADDRESS_SHAPES,
	S_NAME_WORDS = ADDRESS_SHAPES,
	S_NAME_LENGTH,
	S_NAME_CASE,
	S_NAME_DIGITS,
	S_NAME_IN_HOST, /* words of the name */
	S_NAME_IN_PATH,
	S_SIGNS, /* how: words of the name, and whether it leads anywhere */
	AUTHOR_SHAPES
};

_Static_assert((int)AUTHOR_SHAPES <= (int)FEATURES_SHAPE_MOST, "each once");

/* Of each, so many numbers. */
enum { BINS = 4 << 4 | 1 << 2 | 3 };

_Static_assert(NUMBERS_SHAPE + AUTHOR_SHAPES * BINS <= (int)NUMBERS_IDENTITY,
    "numbers run out");

/* Beyond these, bins are one. */
static const uint8_t most[AUTHOR_SHAPES] = {
    [S_SCHEME] = 2,
    [S_HOST_LENGTH] = 6,
    [S_HOST_HYPHENS] = 2,
    [S_HOST_DIGITS] = 2,
    [S_DEPTH] = 4,
    [S_QUERY] = 1,
    [S_PATH_LENGTH] = 6,
    [S_PATH_HYPHENS] = 3,
    [S_PAGE] = 1,
    [S_NAME_WORDS] = 6,
    [S_NAME_LENGTH] = 6,
    [S_NAME_CASE] = 4,
    [S_NAME_DIGITS] = 3,
    [S_NAME_IN_HOST] = 3,
    [S_NAME_IN_PATH] = 3,
};

/* Words of a name that are looked for in an address. */
enum { WORDS_MAX = 8, WORD_BYTES_MIN = 3, WORD_BYTES_MAX = 64 };

/* The parts of a web address as the author gave it. */
struct address {
	struct span host, path; /* path: with query and fragment */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes that are not ASCII are letters here. */
static bool
is_letter(char c)
{
	return (span_lower(c) >= 'a' && span_lower(c) <= 'z') ||
	       (unsigned char)c >= 0x80;
}

/* How often kinds of characters occur. */
struct tally {
	uint32_t digits, joins, queries;
};

static struct tally
count(struct span s)
{
	struct tally t = {0};

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		t.digits += is_digit(c);
		t.joins += c == '-' || c == '_' || c == '+';
		t.queries += c == '?' || c == '=' || c == '&';
	}
	return t;
}

/* 0, 1-4, 5-8, 9-16, 17-32, 33-64, more. */
static uint32_t
length_bin(size_t n)
{
	uint32_t bin = n > 0;

	for (size_t end = 4; bin > 0 && n > end && bin < 6; end *= 2)
		bin++;
	return bin;
}

/* Takes the scheme off: 0 none, 1 http, 2 https. */
static uint32_t
skip_scheme(struct span *s)
{
	if (span_skip(s, "http://"))
		return 1;
	return span_skip(s, "https://") ? 2 : 0;
}

static bool
begins_path(char c)
{
	return c == '/' || c == '?' || c == '#';
}

static struct address
split(struct span s)
{
	struct address a = {0};
	size_t n = 0;

	span_skip(&s, "www.");
	while (n < s.n && !begins_path(s.p[n]))
		n++;
	a.host = (struct span){s.p, n};
	if (n < s.n)
		a.path = (struct span){s.p + n, s.n - n};
	return a;
}

/* Segments that are not empty. */
static uint32_t
depth_of(struct span path)
{
	uint32_t depth = 0;
	bool after_slash = false;

	for (size_t n = 0; n < path.n; n++) {
		char c = path.p[n];

		if (c == '?' || c == '#')
			break;
		depth += c != '/' && after_slash;
		after_slash = c == '/';
	}
	return depth;
}

/* Whether it ends like a file, in front of any query. */
static bool
is_page(struct span path)
{
	static const char *const ends[] = {
	    "html", "htm", "php", "asp", "aspx", "xml"};
	size_t end = 0, dot;
	bool any = false;

	while (end < path.n && path.p[end] != '?' && path.p[end] != '#')
		end++;
	for (dot = end; dot > 0 && path.p[dot - 1] != '.';)
		dot--;
	for (size_t i = 0; dot > 0 && i < sizeof(ends) / sizeof(*ends); i++)
		any |= span_equal(
		    (struct span){path.p + dot, end - dot}, span_of(ends[i]));
	return any;
}

static void
shape_address(uint32_t *shapes, const struct address *a)
{
	struct tally host = count(a->host), path = count(a->path);

	shapes[S_HOST_LENGTH] = length_bin(a->host.n);
	shapes[S_HOST_HYPHENS] = host.joins;
	shapes[S_HOST_DIGITS] = host.digits;
	shapes[S_DEPTH] = depth_of(a->path);
	shapes[S_QUERY] = path.queries;
	shapes[S_PATH_LENGTH] = length_bin(a->path.n);
	shapes[S_PATH_HYPHENS] = path.joins;
	shapes[S_PAGE] = is_page(a->path);
}

/* The next word of `s` from *at on; empty at the end. */
static struct span
next_word(struct span s, size_t *at)
{
	size_t first;

	while (*at < s.n && !is_letter(s.p[*at]) && !is_digit(s.p[*at]))
		++*at;
	for (first = *at; *at < s.n; ++*at)
		if (!is_letter(s.p[*at]) && !is_digit(s.p[*at]))
			break;
	return *at > first ? (struct span){s.p + first, *at - first}
			   : (struct span){0};
}

/* Whether `s` has `word`, whatever the case of ASCII letters. */
static bool
has_word(struct span s, struct span word)
{
	for (size_t at = 0; at + word.n <= s.n; at++) {
		size_t k = 0;

		while (k < word.n &&
		       span_lower(s.p[at + k]) == span_lower(word.p[k]))
			k++;
		if (k == word.n)
			return true;
	}
	return false;
}

/* 0: no letter of ASCII; 1: lower, 2: upper, 3: capitals, 4: as they come. */
static uint32_t
case_of(struct span name)
{
	uint32_t upper = 0, lower = 0, begun = 0, words = 0;

	for (size_t i = 0; i < name.n; i++) {
		bool is_upper = name.p[i] >= 'A' && name.p[i] <= 'Z';
		bool is_lower = name.p[i] >= 'a' && name.p[i] <= 'z';
		bool begins = i == 0 || name.p[i - 1] == ' ';

		upper += is_upper;
		lower += is_lower;
		words += begins;
		begun += begins && is_upper;
	}
	if (upper + lower == 0)
		return 0;
	if (upper == 0 || lower == 0)
		return upper == 0 ? 1 : 2;
	return begun == words && begun == upper ? 3 : 4;
}

static void
shape_name(uint32_t *shapes, struct span name, const struct address *a)
{
	struct span word;
	size_t at = 0;

	shapes[S_NAME_LENGTH] = length_bin(name.n);
	shapes[S_NAME_CASE] = case_of(name);
	shapes[S_NAME_DIGITS] = count(name).digits;
	for (word = next_word(name, &at); word.n > 0;
	     word = next_word(name, &at)) {
		shapes[S_NAME_WORDS]++;
		if (word.n < WORD_BYTES_MIN || word.n > WORD_BYTES_MAX ||
		    shapes[S_NAME_WORDS] > WORDS_MAX)
			continue;
		shapes[S_NAME_IN_HOST] += has_word(a->host, word);
		shapes[S_NAME_IN_PATH] += has_word(a->path, word);
	}
}

/* Bounds each, and makes one of several. */
static void
bin(uint32_t *shapes, bool leads)
{
	for (size_t i = 0; i < AUTHOR_SHAPES; i++)
		if (shapes[i] > most[i])
			shapes[i] = most[i];
	shapes[S_LEADS] = shapes[S_DEPTH] << 4 | shapes[S_QUERY] << 2 |
			  shapes[S_HOST_HYPHENS];
	shapes[S_SIGNS] = shapes[S_NAME_WORDS] << 1 | leads;
}

static void
put(struct features *f, const uint32_t *shapes, enum shape first,
    enum shape end, enum reason_code code)
{
	uint32_t part = features_part(f, code);

	for (uint32_t i = first; i < end; i++)
		sink_put_number(f, NUMBERS_SHAPE + i * BINS + shapes[i], part);
	sink_close_view_scaled(f, VIEW_SHAPE, weight_shape);
}

void
features_of_shape(struct features *f, const struct author *who)
{
	uint32_t shapes[AUTHOR_SHAPES] = {0};
	struct span rest = span_strip(who->url);
	struct address a;

	shapes[S_SCHEME] = skip_scheme(&rest);
	a = split(rest);
	shape_address(shapes, &a);
	shape_name(shapes, who->name, &a);
	bin(shapes, a.host.n > 0);
	if (who->url.n > 0)
		put(f, shapes, 0, ADDRESS_SHAPES, REASON_AUTHOR_URL);
	if (who->name.n > 0)
		put(f, shapes, ADDRESS_SHAPES, AUTHOR_SHAPES,
		    REASON_AUTHOR_NAME);
}
