#include "text_host.h"

#include <libpsl.h>

#include "utf8.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

enum dot_kind {
	DOT_PLAIN,
	DOT_EXPLICIT, /* nobody writes it unless to hide an address */
	DOT_SPACED,   /* prose has it too: only near a common domain */
	DOT_ENDING,   /* as at a sentence's end: only right before one */
};

static const struct dot {
	const char *text;
	enum dot_kind kind;
} dots[] = {
    {".", DOT_PLAIN},
    {"[.]", DOT_EXPLICIT},
    {"(.)", DOT_EXPLICIT},
    {"(dot)", DOT_EXPLICIT},
    {"[dot]", DOT_EXPLICIT},
    {" (dot) ", DOT_EXPLICIT},
    {" [dot] ", DOT_EXPLICIT},
    {" [.] ", DOT_EXPLICIT},
    {" dot ", DOT_SPACED},
    {" . ", DOT_SPACED},
    {" .", DOT_SPACED},
    {". ", DOT_ENDING},
};

/* Top-level domains that are believed after a dot set off by spaces. */
static const char *const spaced_tlds[] = {"com", "net", "org", "info", "biz",
    "ru", "cn", "uk", "br", "xyz", "tk", "ml", "cf", "gq", "icu", "pw"};

/* Longer ones that are no words: the others need more to be believed. */
static const char *const sure_tlds[] = {
    "com", "net", "org", "info", "biz", "edu", "gov", "mil", "xyz", "icu"};

/* Two-letter ones that are words or endings of file names. */
static const char *const doubtful_tlds[] = {"am", "as", "at", "be", "by", "cc",
    "do", "im", "in", "is", "it", "la", "ma", "md", "me", "ml", "my", "no",
    "pl", "ps", "py", "rs", "sh", "so", "to", "us", "va"};

static const struct span schemes[] = {
    {"http", 4}, {"https", 5}, {"hxxp", 4}, {"hxxps", 5}, {"ftp", 3}};

uint32_t
host_label_end(const struct draft *d, uint32_t at)
{
	while (at < d->n && host_has(d, at))
		at++;
	return at;
}

/* Whether the glyphs from `at` on begin with `text`. */
static bool
glyphs_begin(const struct draft *d, uint32_t at, const char *text)
{
	for (; *text != '\0'; text++, at++)
		if (at >= d->n || d->glyphs.cps[at] != (unsigned char)*text)
			return false;
	return true;
}

static bool
label_is_any(
    const struct draft *d, uint32_t at, const char *const *list, size_t n)
{
	uint32_t bytes = host_label_end(d, at) - at;
	uint32_t first = bytes > 0 ? d->glyphs.cps[at] : 0;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)list[i][0] == first &&
		    strlen(list[i]) == bytes && glyphs_begin(d, at, list[i]))
			return true;
	return false;
}

/* The dot that begins at glyph `at`, with a label behind it; NULL: none. */
static const struct dot *
dot_at(const struct draft *d, uint32_t at)
{
	uint32_t cp = glyph_cp(d, at);

	if (cp != '.' && cp != ' ' && cp != '[' && cp != '(')
		return NULL;
	if (cp == ' ' && at + 1 < d->n && host_has(d, at + 1) &&
	    d->glyphs.cps[at + 1] != 'd')
		return NULL; /* two words: what is there nearly always */
	for (size_t i = 0; i < ROWS(dots); i++) {
		uint32_t next;

		if ((unsigned char)dots[i].text[0] != cp)
			continue;
		next = at + (uint32_t)strlen(dots[i].text);
		if (next < d->n && host_has(d, next) &&
		    glyphs_begin(d, at, dots[i].text))
			return &dots[i];
	}
	return NULL;
}

uint32_t
host_dot_end(const struct draft *d, uint32_t at)
{
	const struct dot *dot = dot_at(d, at);

	return at + (dot == NULL ? 1 : (uint32_t)strlen(dot->text));
}

uint32_t
host_scheme_end(const struct draft *d, uint32_t at, bool *spaced)
{
	uint32_t end = host_label_end(d, at), i = end;
	bool known = false;

	if (glyph_cp(d, end) != ':' && glyph_cp(d, end) != ' ')
		return 0;
	for (size_t s = 0; s < ROWS(schemes) && !known; s++) {
		struct span name = schemes[s];

		known = name.n == end - at;
		for (size_t k = 0; k < name.n && known; k++)
			known =
			    d->glyphs.cps[at + k] == (unsigned char)name.p[k];
	}
	for (const char *sign = "://"; known && *sign != '\0'; sign++) {
		*spaced |= glyph_cp(d, i) == ' ';
		i += glyph_cp(d, i) == ' ';
		known = glyph_cp(d, i++) == (unsigned char)*sign;
	}
	if (!known)
		return 0;
	*spaced |= glyph_cp(d, i) == ' ';
	return i + (glyph_cp(d, i) == ' ');
}

/* Whether a dot of this kind is believed before the label at `at`. */
static bool
is_believed(const struct draft *d, enum dot_kind kind, uint32_t at)
{
	uint32_t next = at;

	if (kind == DOT_PLAIN || kind == DOT_EXPLICIT ||
	    label_is_any(d, at, spaced_tlds, ROWS(spaced_tlds)))
		return true;
	if (kind == DOT_SPACED)
		next = host_dot_end(d, host_label_end(d, at));
	return next > at &&
	       label_is_any(d, next, spaced_tlds, ROWS(spaced_tlds));
}

struct host
host_read(const struct draft *d, uint32_t at)
{
	struct host h = {.first = at, .end = at, .last_label = at};

	while (at < d->n && host_has(d, at)) {
		const struct dot *dot;

		h.last_label = at;
		h.end = host_label_end(d, at);
		h.labels++;
		dot = dot_at(d, h.end);
		if (dot == NULL)
			break;
		at = host_dot_end(d, h.end);
		if (!is_believed(d, dot->kind, at))
			break;
		h.spaced |= dot->kind != DOT_PLAIN;
	}
	return h;
}

uint32_t
host_write(
    const struct draft *d, const struct host *h, char out[HOST_BYTES_MAX + 1])
{
	uint32_t n = 0;

	for (uint32_t at = h->first; at < h->end;) {
		for (; at < h->end && host_has(d, at); at++) {
			if (n + 4 > HOST_BYTES_MAX)
				return 0;
			n += (uint32_t)utf8_write(d->glyphs.cps[at], out + n);
		}
		if (at < h->end) {
			at = host_dot_end(d, at);
			out[n++] = '.';
		}
	}
	out[n] = '\0';
	return n;
}

/* Whether the last label is in lower case, or as much in upper as all is. */
static bool
has_one_case(const struct draft *d, const struct host *h)
{
	bool rest_lower = false, tld_lower = false, tld_upper = false;

	for (uint32_t i = h->first; i < h->end; i++) {
		bool upper = glyph_is(d, i, UNICODE_UPPER);
		bool lower = glyph_is(d, i, UNICODE_LETTER) && !upper;

		if (i < h->last_label)
			rest_lower |= lower;
		else {
			tld_lower |= lower;
			tld_upper |= upper;
		}
	}
	return !tld_upper || (!tld_lower && !rest_lower);
}

static bool
has_digit_or_dash(const struct draft *d, const struct host *h)
{
	for (uint32_t i = h->first; i < h->last_label; i++)
		if (glyph_is(d, i, UNICODE_DIGIT) || d->glyphs.cps[i] == '-')
			return true;
	return false;
}

/* Whether the last label alone makes a link of the host. */
static bool
is_sure_tld(const struct draft *d, const struct host *h)
{
	uint32_t at = h->last_label;

	if (h->end - at == 2)
		return !label_is_any(d, at, doubtful_tlds, ROWS(doubtful_tlds));
	return label_is_any(d, at, sure_tlds, ROWS(sure_tlds));
}

bool
host_is_meant(const struct draft *d, const struct host *h, bool has_path)
{
	struct host tld = {.first = h->last_label, .end = h->end};
	bool www = h->labels > 1 && glyphs_begin(d, h->first, "www") &&
		   host_label_end(d, h->first) == h->first + 3;
	char name[HOST_BYTES_MAX + 1];

	if (www)
		return true;
	if (h->labels < 2 || h->end - h->first > HOST_BYTES_MAX ||
	    !has_one_case(d, h) || host_write(d, &tld, name) == 0)
		return false;
	if (!has_path && host_label_end(d, h->first) < h->first + 2)
		return false;
	if (!has_path && !h->spaced && !is_sure_tld(d, h) &&
	    !has_digit_or_dash(d, h))
		return false;
	/* a look-up saved for the usual ones */
	return label_is_any(d, h->last_label, sure_tlds, ROWS(sure_tlds)) ||
	       psl_is_public_suffix2(
		   psl_builtin(), name, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

uint32_t
host_domain(const char *host)
{
	const char *p = psl_registrable_domain(psl_builtin(), host);

	return p == NULL ? 0 : (uint32_t)(p - host);
}
