#include "text_draft.h"
#include "text_host.h"
#include "text_phone.h"

enum { LOOKUPS_MAX = 256 }; /* a comment's share of the Public Suffix List */

/*
 * The draft on its way through: glyphs before `from` are at `out` already,
 * DRAFT_SPARE / 2 in front of where they were, so that a mark more finds room.
 */
struct linker {
	struct draft *d;
	struct text *t;
	struct glyphs out;
	uint32_t from, to;
	char *hosts;
	uint32_t lookups;
	uint32_t crowded; /* up to here too many digits follow for a number */
};

/* Something found: its glyphs, and those of them that stay as words. */
struct find {
	uint32_t first, end;
	uint32_t words, words_end;
	uint32_t host_end; /* up to here dots may be more than one glyph */
	uint32_t mark;     /* TEXT_URL, … */
};

size_t
draft_host_bytes(size_t source_bytes)
{
	return 4 * (source_bytes + DRAFT_SPARE);
}

size_t
draft_further_most(size_t source_bytes)
{
	/* a host has three glyphs and one behind it, and before the first of
	 * these came more links than the draft has glyphs to spare */
	return source_bytes / 4;
}

static bool
is_digit(const struct draft *d, uint32_t i)
{
	return i < d->n && glyph_is(d, i, UNICODE_DIGIT);
}

static struct text_range
range_of(const struct draft *d, uint32_t first, uint32_t end)
{
	return (struct text_range){
	    d->glyphs.from[first].start, d->glyphs.from[end - 1].end};
}

static void
flush(struct linker *l, uint32_t upto)
{
	glyphs_move(glyphs_from(l->out, l->to),
	    glyphs_from(l->d->glyphs, l->from), upto - l->from);
	l->to += upto - l->from;
	l->from = upto;
}

static struct glyph
space_at(uint32_t source)
{
	return (struct glyph){
	    .cp = ' ', .from = {source, source}, .class_mask = UNICODE_SPACE};
}

static bool
is_hex(const struct draft *d, uint32_t i)
{
	uint32_t cp = glyph_cp(d, i);

	return is_digit(d, i) || (cp | 0x20) - 'a' < 6;
}

/* Behind what is no word at `i`: an escape such as %E4 is none either. */
static uint32_t
gap_end(const struct draft *d, const struct find *f, uint32_t i)
{
	if (i < f->host_end)
		return host_dot_end(d, i);
	if (glyph_cp(d, i) == '%' && i + 2 < f->end && is_hex(d, i + 1) &&
	    is_hex(d, i + 2))
		return i + 3;
	return i + 1;
}

/* Puts the mark, then the words of the find with one space between. */
static void
put_find(struct linker *l, const struct find *f)
{
	const struct draft *d = l->d;
	struct text_range from = range_of(d, f->first, f->end);
	bool gap = false, first = true;

	flush(l, f->first);
	if (l->to < f->first + DRAFT_SPARE / 2)
		glyph_put(l->out, l->to++,
		    (struct glyph){.cp = f->mark, .from = from});
	for (uint32_t i = f->words; i < f->words_end;) {
		struct glyph g = glyph_at(d->glyphs, i);

		if (!host_has(d, i) || g.cp == '-' || g.cp == '_') {
			gap = !first && f->mark != TEXT_PHONE;
			i = gap_end(d, f, i);
			continue;
		}
		if (gap)
			glyph_put(l->out, l->to++, space_at(g.from.start));
		g.flags |= GLYPH_VERBATIM;
		glyph_put(l->out, l->to++, g);
		gap = first = false;
		i++;
	}
	l->from = f->end;
}

static bool
has_flag(const struct draft *d, const struct find *f, unsigned flag)
{
	for (uint32_t i = f->first; i < f->end; i++)
		if (d->glyphs.flags[i] & flag)
			return true;
	return false;
}

/* Notes a host for lists only. */
static void
add_further(struct linker *l, uint32_t first, const struct host *h)
{
	struct text *t = l->t;
	uint32_t n = host_write(l->d, h, l->hosts);

	t->unread |= n == 0;
	if (n == 0)
		return;
	t->further[t->n_further++] = (struct text_further){
	    .host = {l->hosts, n}, .source = range_of(l->d, first, h->end)};
	l->hosts += n + 1;
}

/* Notes the link; false when its host is too long to be one. */
static bool
add_link(struct linker *l, const struct find *f, const struct host *h)
{
	struct text *t = l->t;
	struct text_link *link = &t->links[t->n_links];
	char *host = l->hosts;
	uint32_t n, domain;

	if (t->n_links == TEXT_LINKS_MAX) {
		add_further(l, f->first, h);
		return true;
	}
	n = host_write(l->d, h, host);
	if (n == 0)
		return false;
	domain = l->lookups++ < LOOKUPS_MAX ? host_domain(host) : 0;
	*link = (struct text_link){
	    .host = {host, n},
	    .domain = {host + domain, n - domain},
	    .source = range_of(l->d, f->first, f->end),
	    .from_markup = has_flag(l->d, f, GLYPH_MARKUP),
	};
	l->hosts += n + 1;
	t->n_links++;
	return true;
}

static bool
ends_path(const struct draft *d, uint32_t i)
{
	uint32_t cp = d->glyphs.cps[i];

	return cp == ' ' || cp == '<' || cp == '>' || cp == '"' ||
	       glyph_is(d, i, UNICODE_IDEOGRAPH);
}

/* Whether path_end is further than `at`, told without going there. */
static bool
has_path(const struct draft *d, uint32_t at)
{
	uint32_t cp = glyph_cp(d, at);

	return cp == '/' || cp == '?' || cp == '#' ||
	       (cp == ':' && is_digit(d, at + 1));
}

/* The end of the port, path, query and fragment after a host. */
static uint32_t
path_end(const struct draft *d, uint32_t at)
{
	uint32_t i = at, first;

	if (glyph_cp(d, i) == ':' && is_digit(d, i + 1))
		for (i++; is_digit(d, i);)
			i++;
	first = i;
	if (glyph_cp(d, i) != '/' && glyph_cp(d, i) != '?' &&
	    glyph_cp(d, i) != '#')
		return i;
	while (i < d->n && !ends_path(d, i))
		i++;
	while (
	    i > first + 1 && !host_has(d, i - 1) && d->glyphs.cps[i - 1] != '/')
		i--;
	return i;
}

/* Puts the link that begins at `first` with its host `h`; its end or 0. */
static uint32_t
put_link(struct linker *l, uint32_t first, const struct host *h, bool spaced)
{
	uint32_t end = path_end(l->d, h->end);
	struct find f = {.first = first,
	    .end = end,
	    .words = h->first,
	    .words_end = end,
	    .host_end = h->end,
	    .mark = TEXT_URL};

	if (!add_link(l, &f, h))
		return 0;
	l->t->counts.links++;
	l->t->counts.spaced_links +=
	    spaced || h->spaced || has_flag(l->d, &f, GLYPH_JOINED);
	put_find(l, &f);
	return end;
}

/* Reads the mail address whose '@' is at `at`; where it ends, or 0. */
static uint32_t
read_mail(struct linker *l, uint32_t first, uint32_t at)
{
	struct host h = host_read(l->d, at + 1);
	struct find f = {.first = first,
	    .end = h.end,
	    .words = h.first,
	    .words_end = h.end,
	    .host_end = h.end,
	    .mark = TEXT_MAIL};

	/* the '@' says as much as a path would */
	if (h.labels < 2 || l->lookups++ >= LOOKUPS_MAX ||
	    !host_is_meant(l->d, &h, true))
		return 0;
	l->t->counts.mails++;
	put_find(l, &f);
	return h.end;
}

/* Reads a telephone number at `at`; where it ends, or 0. */
static uint32_t
read_phone(struct linker *l, uint32_t at)
{
	struct find f = {.first = at, .words = at, .mark = TEXT_PHONE};
	struct phone p;

	if (at < l->crowded)
		return 0;
	p = phone_read(l->d, at, l->from);
	if (p.crowded != 0)
		l->crowded = p.crowded;
	if (p.end == 0)
		return 0;
	f.end = f.words_end = p.end;
	l->t->counts.phones++;
	put_find(l, &f);
	return f.end;
}

/*
 * Whether a word that ends at `end` may begin something, told quickly: nearly
 * all words are followed by a space and another word.
 */
static bool
may_begin_find(const struct draft *d, uint32_t end)
{
	uint32_t next;

	next = glyph_cp(d, end);
	if (next == ' ')
		next = glyph_cp(d, end + 1);
	return next == '.' || next == ':' || next == '@' || next == '[' ||
	       next == '(' ||
	       (next == 'd' && glyph_cp(d, end + 2) == 'o' &&
		   glyph_cp(d, end + 3) == 't');
}

/* Reads whatever begins with the label at `at`; where to go on. */
static uint32_t
read_word(struct linker *l, uint32_t at)
{
	const struct draft *d = l->d;
	uint32_t label = host_label_end(d, at), start, end = 0;
	bool spaced = false;
	struct host h;

	if (!may_begin_find(d, label) && !is_digit(d, at))
		return label;
	start = host_scheme_end(d, at, &spaced);
	h = host_read(d, start != 0 ? start : at);
	/* a scheme with nothing at once behind it is believed less */
	if (start != 0 && h.labels > (glyph_cp(d, start - 1) == ' '))
		end = put_link(l, at, &h, spaced);
	else if (start != 0)
		return start;
	else if (glyph_cp(d, h.end) == '@')
		end = read_mail(l, at, h.end);
	else if (h.labels > 1 && l->lookups++ < LOOKUPS_MAX &&
		 host_is_meant(d, &h, has_path(d, h.end)))
		end = put_link(l, at, &h, spaced);
	else if (h.labels > 1 && l->lookups > LOOKUPS_MAX)
		add_further(l, at, &h); /* nobody asked whether it is meant */
	if (end == 0 && is_digit(d, at))
		end = read_phone(l, at);
	if (end != 0)
		return end;
	/* "see.http://x" begins a link with its last label */
	if (glyph_cp(d, h.end) == ':' && h.last_label > at)
		return h.last_label;
	return h.end > at ? h.end : label;
}

/* Whether the glyph at `at` is the d of " dot ". */
static bool
is_spelled_dot(const struct draft *d, uint32_t at)
{
	return glyph_cp(d, at) == 'd' && at > 0 && glyph_cp(d, at - 1) == ' ' &&
	       glyph_cp(d, at + 1) == 'o' && glyph_cp(d, at + 2) == 't';
}

/* Where the label in front of `end` begins, at `from` or behind it. */
static uint32_t
label_begin(const struct draft *d, uint32_t end, uint32_t from)
{
	while (end > from && host_has(d, end - 1))
		end--;
	return end;
}

/*
 * Reads what the telling glyph at `at` tells of: a number that begins there,
 * or the word before it, from glyph `from` on. Where to go on.
 */
static uint32_t
read_telling(struct linker *l, uint32_t at, uint32_t from)
{
	const struct draft *d = l->d;
	bool within = at > from && host_has(d, at - 1);
	uint32_t begin, end = at;

	if (is_digit(d, at))
		return within ? from : read_word(l, at);
	if (glyph_cp(d, at) == '+' && is_digit(d, at + 1)) {
		end = read_phone(l, at);
		return end != 0 ? end : from;
	}
	if (glyph_cp(d, at) == 'd' && !is_spelled_dot(d, at))
		return from;
	if (at > from && glyph_cp(d, at - 1) == ' ')
		end--;
	begin = label_begin(d, end, from);
	return begin < end ? read_word(l, begin) : from;
}

/*
 * Which of the 16 glyphs from `at` on tell of something. The one letter among
 * them, a d, does where it begins a word.
 */
static uint32_t
telling_bits(const struct draft *d, uint32_t at)
{
	const uint8_t *classes = d->glyphs.classes + at;

	return bits_have(d->glyphs.flags + at, GLYPH_TELLING) &
	       (bits_have(classes - 1, UNICODE_SPACE) |
		   ~bits_have(classes, UNICODE_LETTER));
}

void
draft_link(struct draft *d, struct text *t, char *hosts)
{
	struct linker l = {.d = d,
	    .t = t,
	    .out = glyphs_from(d->glyphs, -DRAFT_SPARE / 2),
	    .hosts = hosts};
	uint32_t from = 0;

	for (uint32_t at = 0; at < d->n; at += BITS) {
		uint32_t telling = telling_bits(d, at);

		for (; telling != 0; telling &= telling - 1) {
			uint32_t i = at + bits_lowest(telling);

			if (i >= from)
				from = read_telling(&l, i, from);
		}
	}
	if (l.from == 0)
		return;
	flush(&l, d->n);
	d->glyphs = l.out;
	d->n = l.to;
	draft_close(d);
}
