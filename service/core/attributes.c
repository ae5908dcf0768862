#include "attributes.h"

#include <stdint.h>
#include <stdlib.h>

enum {
	NAME_MAX = 15,
	UNKNOWN_MAX = 64, /* bytes of unknown attributes that can be spared */
	PIECE_MAX = 96,   /* bytes of a declaration of style, or of a value */
	FOREIGN_MAX = 24, /* bytes beyond ASCII in it, as names of fonts have */
};

enum use {
	USE_NONE,    /* for machines, unless it is used to tell something */
	USE_LINK,    /* leads elsewhere, or shows what is there */
	USE_WORDS,   /* is seen or heard */
	USE_UNKNOWN, /* no attribute */
};

struct name {
	char name[NAME_MAX + 1];
	uint8_t use; /* enum use */
};

/* clang-format off */
static const struct name names[] = { /* sorted by strcmp; BBCode's, too */
	{"action", USE_LINK}, {"align", USE_NONE},
	{"allow", USE_NONE}, {"allowfullscreen", USE_NONE},
	{"alt", USE_WORDS}, {"async", USE_NONE},
	{"autocomplete", USE_NONE}, {"autofocus", USE_NONE},
	{"autoplay", USE_NONE}, {"background", USE_LINK},
	{"bgcolor", USE_NONE}, {"border", USE_NONE},
	{"bordercolor", USE_NONE}, {"bottommargin", USE_NONE},
	{"cellpadding", USE_NONE}, {"cellspacing", USE_NONE},
	{"charset", USE_NONE}, {"checked", USE_NONE},
	{"cite", USE_NONE}, {"class", USE_NONE},
	{"clear", USE_NONE}, {"code", USE_NONE},
	{"color", USE_NONE}, {"cols", USE_NONE},
	{"colspan", USE_NONE}, {"content", USE_NONE},
	{"controls", USE_NONE}, {"coords", USE_NONE},
	{"crossorigin", USE_NONE}, {"data", USE_LINK},
	{"datetime", USE_NONE}, {"decoding", USE_NONE},
	{"defer", USE_NONE}, {"dir", USE_NONE},
	{"disabled", USE_NONE}, {"email", USE_NONE},
	{"enctype", USE_NONE}, {"face", USE_NONE},
	{"font", USE_NONE}, {"formaction", USE_LINK},
	{"frameborder", USE_NONE}, {"height", USE_NONE},
	{"hidden", USE_NONE}, {"href", USE_LINK},
	{"hreflang", USE_NONE}, {"hspace", USE_NONE},
	{"http-equiv", USE_NONE}, {"id", USE_NONE},
	{"img", USE_LINK}, {"ismap", USE_NONE},
	{"itemprop", USE_NONE}, {"itemscope", USE_NONE},
	{"itemtype", USE_NONE}, {"label", USE_WORDS},
	{"lang", USE_NONE}, {"language", USE_NONE},
	{"leftmargin", USE_NONE}, {"link", USE_LINK},
	{"list", USE_NONE}, {"loading", USE_NONE},
	{"loop", USE_NONE}, {"marginheight", USE_NONE},
	{"marginwidth", USE_NONE}, {"maxlength", USE_NONE},
	{"method", USE_NONE}, {"muted", USE_NONE},
	{"name", USE_NONE}, {"noshade", USE_NONE},
	{"nowrap", USE_NONE}, {"onclick", USE_NONE},
	{"onerror", USE_NONE}, {"onload", USE_NONE},
	{"onmouseout", USE_NONE}, {"onmouseover", USE_NONE},
	{"ping", USE_LINK}, {"placeholder", USE_WORDS},
	{"playsinline", USE_NONE}, {"poster", USE_LINK},
	{"preload", USE_NONE}, {"quote", USE_NONE},
	{"readonly", USE_NONE}, {"referrerpolicy", USE_NONE},
	{"rel", USE_NONE}, {"required", USE_NONE},
	{"rev", USE_NONE}, {"rightmargin", USE_NONE},
	{"role", USE_NONE}, {"rows", USE_NONE},
	{"rowspan", USE_NONE}, {"sandbox", USE_NONE},
	{"scrolling", USE_NONE}, {"selected", USE_NONE},
	{"shape", USE_NONE}, {"size", USE_NONE},
	{"sizes", USE_NONE}, {"span", USE_NONE},
	{"src", USE_LINK}, {"srcset", USE_NONE},
	{"start", USE_NONE}, {"style", USE_NONE},
	{"tabindex", USE_NONE}, {"target", USE_NONE},
	{"text", USE_NONE}, {"title", USE_WORDS},
	{"topmargin", USE_NONE}, {"type", USE_NONE},
	{"url", USE_LINK}, {"usemap", USE_NONE},
	{"valign", USE_NONE}, {"value", USE_NONE},
	{"vspace", USE_NONE}, {"width", USE_NONE},
	{"wrap", USE_NONE}, {"xlink:href", USE_LINK},
	{"xml:lang", USE_NONE}, {"xmlns", USE_NONE},
};
/* clang-format on */

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* An attribute as it is split off, whatever it is. */
struct split {
	struct span name, value; /* without quotes; NULL: it has no value */
	struct span all;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_between(char c)
{
	return is_blank(c) || c == '/';
}

static bool
is_stop(char c)
{
	return c == '>' || c == '<';
}

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.n && is_blank(s.p[at]))
		at++;
	return at;
}

/* Reads the value at *at, which goes behind it and its quotes. */
static struct span
split_value(struct span s, size_t *at)
{
	size_t first = skip_blanks(s, *at), end;
	const char *closing;

	if (first < s.n && (s.p[first] == '"' || s.p[first] == '\'')) {
		closing = memchr(s.p + first + 1, s.p[first], s.n - first - 1);
		first++;
		end = closing == NULL ? s.n : (size_t)(closing - s.p);
		*at = end + (closing != NULL);
	} else {
		end = first;
		while (end < s.n && !is_blank(s.p[end]) && !is_stop(s.p[end]))
			end++;
		*at = end;
	}
	return (struct span){s.p + first, end - first};
}

/* Splits off the attribute at *at or behind what is between; false: at *at is
 * a stop, or the end. */
static bool
split_one(struct span s, size_t *at, struct split *out)
{
	size_t first = *at, end, equals;

	while (first < s.n && is_between(s.p[first]))
		first++;
	*at = first;
	if (first == s.n || is_stop(s.p[first]))
		return false;
	end = first + 1; /* a name may begin with '=' */
	while (end < s.n && !is_between(s.p[end]) && !is_stop(s.p[end]) &&
	       s.p[end] != '=')
		end++;
	*out = (struct split){.name = {s.p + first, end - first}};
	*at = end;
	equals = skip_blanks(s, end);
	if (equals < s.n && s.p[equals] == '=') {
		*at = equals + 1;
		out->value = split_value(s, at);
	}
	out->all = (struct span){s.p + first, *at - first};
	return true;
}

/* Splits off the next of all there are: a stop among them, as BBCode may
 * have, says nothing. */
static bool
split_next(struct span *rest, struct split *out)
{
	size_t at = 0;
	bool any;

	if (rest->n == 0)
		return false;
	while (!(any = split_one(*rest, &at, out)) && at < rest->n)
		at++;
	*rest = (struct span){rest->p + at, rest->n - at};
	return any;
}

static int
compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct name *)row)->name);
}

static enum use
use_of(struct span name)
{
	static const char *const prefixes[] = {"data-", "aria-"};
	char lower[NAME_MAX + 1];
	const struct name *row;
	size_t n = name.n < NAME_MAX ? name.n : NAME_MAX;

	for (size_t i = 0; i < n; i++)
		lower[i] = span_lower(name.p[i]);
	lower[n] = '\0';
	for (size_t i = 0; i < ROWS(prefixes); i++)
		if (span_skip(&(struct span){lower, n}, prefixes[i]))
			return USE_NONE;
	if (name.n > NAME_MAX)
		return USE_UNKNOWN;
	row = bsearch(lower, names, ROWS(names), sizeof *names, compare);
	return row == NULL ? USE_UNKNOWN : (enum use)row->use;
}

static bool
sets_apart(char c)
{
	return c == ',' || c == ':' || c == ';';
}

/* Whether the blank at `i` lies between two words, and not behind what sets
 * the items of a list apart. */
static bool
is_joint(struct span s, size_t i)
{
	return i > 0 && i + 1 < s.n && is_blank(s.p[i]) &&
	       !is_blank(s.p[i + 1]) && !sets_apart(s.p[i - 1]);
}

/* Whether a value is too short to tell anything, each of its pieces if it is
 * declarations, and no address. */
static bool
is_brief(struct span s, unsigned spare)
{
	unsigned joints = 0, foreign = 0;
	size_t piece = 0;

	if (s.n > 0 && memmem(s.p, s.n, "//", 2) != NULL)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ';') {
			joints = foreign = 0;
			piece = i;
		}
		joints += is_joint(s, i);
		foreign += (unsigned char)s.p[i] >= 0x80;
		if (joints > spare || foreign > FOREIGN_MAX ||
		    i - piece > PIECE_MAX)
			return false;
	}
	return true;
}

/* Whether unknown attributes are more than can be spared. */
static bool
is_told(struct span rest, unsigned spare)
{
	struct split s;
	unsigned n = 0;
	size_t bytes = 0;

	while (split_next(&rest, &s) && n <= spare)
		if (use_of(s.name) == USE_UNKNOWN) {
			n++;
			bytes += s.all.n;
		}
	return n > spare || bytes > UNKNOWN_MAX;
}

/* Whether it looks like an attribute, known or not: data=x, nowrap. */
static bool
is_proper(const struct split *s)
{
	if (use_of(s->name) != USE_UNKNOWN)
		return true;
	return s->value.n > 0 && s->name.p[0] != '=';
}

/* What counts of an attribute; among words that tell something, all of it. */
static struct attribute
read_of(const struct attributes *a, const struct split *s)
{
	enum use use = use_of(s->name);

	if (use == USE_LINK)
		return (struct attribute){s->value, true};
	if (a->is_told)
		return (struct attribute){s->all, false};
	if (use == USE_WORDS || !is_brief(s->value, a->spare))
		return (struct attribute){s->value, false};
	return (struct attribute){{NULL, 0}, false};
}

size_t
attributes_begin(struct span s, size_t at)
{
	while (at < s.n && !is_between(s.p[at]) && !is_stop(s.p[at]))
		at++;
	return at;
}

size_t
attributes_end(struct span s, size_t at)
{
	struct split ignored;

	while (split_one(s, &at, &ignored))
		;
	return at;
}

bool
attributes_may_be(struct span rest)
{
	bool apart = rest.n == 0 || is_between(rest.p[0]) || is_stop(rest.p[0]);
	struct split first;
	size_t at = 0;

	return apart && (!split_one(rest, &at, &first) || is_proper(&first));
}

struct attributes
attributes_of(struct span rest, unsigned spare)
{
	return (struct attributes){rest, spare, is_told(rest, spare)};
}

bool
attributes_next(struct attributes *a, struct attribute *out)
{
	struct split s;

	while (split_next(&a->rest, &s)) {
		*out = read_of(a, &s);
		if (out->read.n > 0)
			return true;
	}
	return false;
}
