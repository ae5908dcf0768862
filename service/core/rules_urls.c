#include "rules_urls.h"

#include "entities.h"
#include "escape.h"
#include "rules_keys.h"
#include "unicode.h"
#include "utf8.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* Where an address stands says where it ends, and whether it has a scheme. */
enum place {
	PLACE_TEXT,  /* up to a blank; what no host has is the sentence's */
	PLACE_TAG,   /* all of an attribute; may be relative */
	PLACE_FIELD, /* all there is; begins with its host if nothing else */
};

enum dot { DOT_NONE, DOT_PLAIN, DOT_WIDE };

/* What stands between the slashes and the path, up to the host's end. */
struct authority {
	enum place place;
	char *host;
	size_t n;
	size_t escapes_end; /* up to here nothing is an escape any more */
	bool closed;        /* a port follows, or the sentence goes on */
	bool is_bracketed;  /* an address of IPv6 */
	uint32_t dots;
	enum dot last;      /* what was put last */
	size_t words_begin; /* of a text without spaces; 0: nowhere */
};

/* After these any number of slashes is as good as two. */
static const char *const schemes[] = {"http", "https", "ftp", "ws", "wss"};

enum { SCHEME_MAX = 5 }; /* bytes of the longest */

enum { REFUSED = '!' }; /* no host has it: stands for what none has either */

static bool
is_alnum(uint32_t cp)
{
	return (cp | 0x20) - 'a' < 26 || cp - '0' < 10;
}

static bool
is_slash(uint32_t cp)
{
	return cp == '/' || cp == '\\';
}

/* What browsers take out of an address before they read it. */
static bool
is_break(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r';
}

static uint32_t
next_point(struct span s, size_t *at)
{
	uint32_t cp;
	bool ignored;
	size_t n = s.p[*at] == '&' ? entity_read(s, *at, &cp) : 0;

	if (n == 0)
		n = utf8_read(s, *at, &cp, &ignored);
	*at += n;
	return cp;
}

static bool
ends(enum place place, uint32_t cp)
{
	if (is_slash(cp) || cp == '?' || cp == '#')
		return true;
	return place == PLACE_TEXT &&
	       (cp == '<' || cp == '>' || cp == '"' ||
		   (unicode_point(cp).class_mask & UNICODE_SPACE) != 0);
}

static enum dot
dot_of(uint32_t cp)
{
	if (cp == '.' || cp == 0xFF0E)
		return DOT_PLAIN;
	return cp == 0x3002 || cp == 0xFF61 ? DOT_WIDE : DOT_NONE;
}

/* Whether what stands in a text may be of a host. */
static bool
may_be_of_host(uint32_t cp)
{
	uint32_t fold[UNICODE_FOLD_MAX];

	if (dot_of(cp) != DOT_NONE || cp == '-' || cp == '_' || cp == '%')
		return true;
	if (cp < 0x80)
		return is_alnum(cp);
	return unicode_fold(cp, fold) == 0 ||
	       (unicode_point(fold[0]).class_mask & ~UNICODE_SPACE) != 0;
}

/*
 * Notes where words may begin that follow on a host without a space, as in
 * Chinese or before an emoji: within a label, or behind the stop of a
 * sentence, when there is a dot before. One that is plain takes it back.
 */
static void
look_for_words(struct authority *a, uint32_t cp)
{
	enum dot dot = dot_of(cp), last = a->last;

	a->last = dot;
	a->dots += dot != DOT_NONE;
	if (dot != DOT_NONE)
		return;
	if (last == DOT_PLAIN)
		a->words_begin = 0;
	else if (a->words_begin == 0 && a->dots > (last == DOT_WIDE) &&
		 (unicode_point(cp).class_mask &
		     (UNICODE_IDEOGRAPH | UNICODE_EMOJI)) != 0)
		a->words_begin = a->n;
}

/* Makes a byte of the escape that ends the host, if one does. */
static void
unescape(struct authority *a)
{
	size_t at;
	int byte;

	if (a->n - a->escapes_end < ESCAPE_PERCENT_BYTES)
		return;
	at = a->n - ESCAPE_PERCENT_BYTES;
	byte = escape_percent((struct span){a->host, a->n}, at);
	if (byte < 0)
		return;
	a->host[at] = byte <= ' ' || byte == 0x7F ? REFUSED : (char)byte;
	a->n = at + 1;
	a->escapes_end = a->n;
}

static void
put(struct authority *a, uint32_t cp)
{
	a->is_bracketed |= a->n == 0 && !a->closed && cp == '[';
	a->closed |= a->is_bracketed || cp == ':' ||
		     (a->place == PLACE_TEXT && !may_be_of_host(cp));
	if (a->closed || (a->place != PLACE_TEXT && is_break(cp)))
		return;
	if (a->place == PLACE_TEXT)
		look_for_words(a, cp);
	if (cp < ' ' || cp == UTF8_REPLACEMENT)
		cp = REFUSED;
	a->n += utf8_write(cp, a->host + a->n);
	unescape(a);
}

/* The bytes of the dot that the host ends with; 0: it ends otherwise. */
static size_t
last_dot(struct span host)
{
	static const size_t widths[] = {1, 3};

	for (size_t i = 0; i < ROWS(widths); i++)
		if (host.n >= widths[i] &&
		    key_dot_bytes(host, host.n - widths[i]) == widths[i])
			return widths[i];
	return 0;
}

/* Without what ends a sentence, or is around an attribute. */
static size_t
trimmed(const struct authority *a)
{
	size_t n = a->words_begin != 0 ? a->words_begin : a->n, dot;

	if (a->place != PLACE_TEXT) {
		while (n > 0 && (unsigned char)a->host[n - 1] <= ' ')
			n--;
		return n;
	}
	while ((dot = last_dot((struct span){a->host, n})) != 0)
		n -= dot;
	return n;
}

/* Reads the host that begins at s.p[at]; false: there is none. */
static bool
read_host(struct urls *u, struct span s, size_t at, enum place place,
    struct url_host *out)
{
	const struct authority empty = {.place = place, .host = u->host};
	struct authority a = empty;
	size_t end = at;

	while (at < s.n) {
		uint32_t cp = next_point(s, &at);

		if (ends(place, cp))
			break;
		if (cp == '@')
			a = empty; /* that was who, not where */
		else
			put(&a, cp);
		end = at;
	}
	a.n = trimmed(&a);
	out->source.end = (uint32_t)end;
	out->host = (struct span){a.host, a.is_bracketed ? 0 : a.n};
	return a.is_bracketed || a.n > 0;
}

/* How many slashes there are at *at, which goes behind them. */
static unsigned
skip_slashes(struct span s, size_t *at)
{
	unsigned slashes = 0;

	for (size_t next = *at; next < s.n; *at = next) {
		uint32_t cp = next_point(s, &next);

		if (!is_slash(cp) && !is_break(cp))
			break;
		slashes += slashes < 2 && is_slash(cp);
	}
	return slashes;
}

static bool
is_known(const char *scheme)
{
	for (size_t i = 0; i < ROWS(schemes); i++)
		if (strcmp(scheme, schemes[i]) == 0)
			return true;
	return false;
}

/* Where the scheme that begins at `at` ends, 0: none does. *known: it is of
 * schemes. */
static size_t
scheme_end(struct span s, size_t at, bool *known)
{
	char name[SCHEME_MAX + 2] = "";
	size_t n = 0;

	while (at < s.n) {
		uint32_t cp = next_point(s, &at);

		if (cp == ':') {
			*known = is_known(name);
			return at;
		}
		if (is_break(cp))
			continue;
		if (!is_alnum(cp) && cp != '+' && cp != '-' && cp != '.')
			return 0;
		if (n <= SCHEME_MAX)
			name[n++] = span_lower((char)cp);
	}
	return 0;
}

/* Reads the address that `link`, a part of the source, is. */
static bool
read_link(
    struct urls *u, struct span link, enum place place, struct url_host *out)
{
	struct span source = u->markup.source;
	size_t first = (size_t)(link.p - source.p), at = first;
	struct span s = {source.p, first + link.n};
	bool known = false;

	out->source.start = (uint32_t)first;
	for (size_t next = first; next < s.n; first = next)
		if (next_point(s, &next) > ' ')
			break;
	at = scheme_end(s, first, &known);
	if (at == 0)
		at = first;
	if (skip_slashes(s, &at) == 2 || known)
		return read_host(u, s, at, place, out);
	return place == PLACE_FIELD && read_host(u, s, first, place, out);
}

/* Goes behind the tag that begins here, of which links are then pending. */
static void
read_tag(struct urls *u)
{
	struct markup_tag tag = markup_read(&u->markup, u->at);

	u->at = tag.kind == MARKUP_NONE ? u->at + 1 : tag.end;
	u->pending = tag.attributes;
}

/* Reads the next link of a tag that is an address. */
static bool
read_pending(struct urls *u, struct url_host *out)
{
	struct attribute a;

	while (attributes_next(&u->pending, &a))
		if (a.is_link && read_link(u, a.read, PLACE_TAG, out))
			return true;
	return false;
}

/* Where the scheme in front of `at` begins; `at`: there is none. */
static size_t
scheme_begin(struct span s, size_t at)
{
	size_t first = at;

	while (first > 0 && is_alnum((unsigned char)s.p[first - 1]))
		first--;
	/* its last letter may be written as a reference */
	if (first == at && at > 0 && s.p[at - 1] == ';')
		first--;
	return first;
}

/* Reads an address by the colon of its scheme, if it is one. */
static bool
read_colon(struct urls *u, struct url_host *out)
{
	struct span s = u->markup.source;
	size_t colon = u->at, first;

	if (next_point(s, &u->at) != ':')
		return false;
	if (skip_slashes(s, &u->at) < 2)
		return false;
	first = scheme_begin(s, colon);
	out->source.start = (uint32_t)first;
	return first < colon && read_host(u, s, u->at, PLACE_TEXT, out);
}

static bool
read_one(struct urls *u, struct url_host *out)
{
	switch (u->markup.source.p[u->at]) {
	case '<':
	case '[':
		read_tag(u);
		return read_pending(u, out);
	case ':':
	case '&':
		return read_colon(u, out);
	default:
		u->at++;
		return false;
	}
}

int
urls_open(struct urls *u, struct span source, enum comment_format format,
    struct arena *a)
{
	*u = (struct urls){.markup = {.source = source, .format = format}};
	u->host = arena_alloc(a, source.n + 4);
	return u->host == NULL ? -1 : 0;
}

bool
urls_next(struct urls *u, struct url_host *out)
{
	if (read_pending(u, out))
		return true;
	while (u->at < u->markup.source.n)
		if (read_one(u, out))
			return true;
	return false;
}

bool
urls_gave_up(const struct urls *u)
{
	return markup_gave_up(&u->markup);
}

bool
urls_whole(struct urls *u, struct url_host *out)
{
	return read_link(u, u->markup.source, PLACE_FIELD, out);
}
