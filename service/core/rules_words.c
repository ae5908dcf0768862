#include "rules_words.h"

#include "unicode.h"
#include "utf8.h"

enum { ALIKE_MAX = 2 }; /* letters; as the normalised text has them */

/*
 * Letters of a phrase that is looked for in runs of single ones: what has
 * less is found too easily, and among others ("c l a s s") what has few.
 */
enum { ALONE_LEAST = 3, WITHIN_LEAST = 5 };

static const uint64_t hash_start = 0xcbf29ce484222325u;

static uint64_t
mix(uint64_t h, uint32_t cp)
{
	h = (h ^ cp) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 32);
}

/* The letter that a digit or a sign is put for; 0: none. */
static uint32_t
letter_of(uint32_t cp, unsigned reading)
{
	char letter = text_stands_for(cp);

	if (letter == '1' || letter == 'i' || letter == 'l')
		return reading & READ_ONE_AS_L ? 'l' : 'i';
	return (unsigned char)letter;
}

/* A point of a word before a digit or sign for it was undone (text.h). */
static uint32_t
as_written(const struct text *t, uint32_t i)
{
	uint32_t cp = t->points[i];
	size_t at = t->ranges[i].start;
	unsigned char written =
	    at < t->source.n ? (unsigned char)t->source.p[at] : 0;

	return cp >= 'a' && cp <= 'z' && letter_of(written, 0) != 0 ? written
								    : cp;
}

static bool
is_digit(uint32_t cp)
{
	return cp >= '0' && cp <= '9';
}

/* Where the first sign in points [at, end) is that was undone; or `end`. */
static uint32_t
next_sign(const struct text *t, uint32_t at, uint32_t end)
{
	for (; at < end; at++) {
		uint32_t cp = as_written(t, at);

		if (letter_of(cp, 0) != 0 && !is_digit(cp))
			break;
	}
	return at;
}

/*
 * The word that goes on behind token i - 1 after signs put for letters; 0:
 * there is none.
 */
static uint32_t
word_behind_signs(const struct text *t, uint32_t i)
{
	uint32_t first = i;

	for (; i < t->n_tokens; i++) {
		const struct token *one = &t->tokens[i];

		if (one->first != one[-1].last)
			return 0;
		if (one->kind == TOKEN_WORD)
			return i > first ? i : 0;
		if (letter_of(t->points[one->first], 0) == 0)
			return 0;
	}
	return 0;
}

static bool
has_letter(const struct text *t, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i < last; i++)
		if (unicode_point(t->points[i]).class_mask & UNICODE_LETTER)
			return true;
	return false;
}

/* A letter or digit of a script that has case: only there does one that
 * stands alone say that a word was spaced out. */
static bool
may_stand_alone(uint32_t cp)
{
	struct unicode_point p = unicode_point(cp);

	return (p.class_mask & (UNICODE_LETTER | UNICODE_DIGIT)) != 0 &&
	       (cp < 0x80 || p.script == UNICODE_LATIN ||
		   p.script == UNICODE_CYRILLIC || p.script == UNICODE_GREEK ||
		   p.script == UNICODE_ARMENIAN);
}

/* What a letter of a run is compared by: whatever it may be put for. */
static uint32_t
letter_alike(uint32_t cp)
{
	uint32_t letter = letter_of(cp, 0);

	cp = letter != 0 ? letter : cp;
	return cp == 'l' ? 'i' : cp;
}

/* Whether no letter of a word touches another one in the source. */
static bool
are_apart(const struct text *t, struct text_range points)
{
	uint32_t end = 0; /* of the letter before */

	for (uint32_t i = points.start; i < points.end; i++) {
		if (t->points[i] == '\'')
			continue;
		if (!may_stand_alone(t->points[i]) ||
		    (i > points.start && t->ranges[i].start <= end))
			return false;
		end = t->ranges[i].end;
	}
	return true;
}

/* The edge that ends a run is also the one that the next begins with. */
static void
end_run(struct rule_words *w)
{
	const struct rule_word *last = &w->letters[w->n_letters - 1];

	if (last->hash != TEXT_EDGE)
		w->letters[w->n_letters++] =
		    (struct rule_word){TEXT_EDGE, {.end = last->source.end}};
}

/* Goes on with a run by the letters of a word, or ends it. */
static void
put_letters(
    struct rule_words *w, const struct text *t, struct text_range points)
{
	if (!are_apart(t, points)) {
		end_run(w);
		return;
	}
	for (uint32_t i = points.start; i < points.end; i++) {
		struct rule_word *last = &w->letters[w->n_letters - 1];
		uint32_t cp = as_written(t, i);

		if (cp == '\'')
			continue;
		if (last->hash == TEXT_EDGE)
			last->source.start = t->ranges[i].start;
		last[1] = (struct rule_word){letter_alike(cp), t->ranges[i]};
		w->n_letters++;
	}
}

/* The hash of points [first, last), read with letters for what is none. */
static uint64_t
hash_disguised(struct rule_words *w, const struct text *t,
    struct text_range points, unsigned reading)
{
	uint64_t h = hash_start;
	uint32_t before = 0, alike = 0;

	for (uint32_t i = points.start; i < points.end; i++) {
		uint32_t cp = as_written(t, i);
		uint32_t letter = letter_of(cp, reading);

		if (letter != 0 && letter != letter_of(cp, READ_ONE_AS_L))
			w->differ |= READ_ONE_AS_L;
		cp = letter != 0 ? letter : cp;
		alike = cp == before ? alike + 1 : 1;
		before = cp;
		if (alike <= ALIKE_MAX)
			h = mix(h, cp);
	}
	return h;
}

static uint64_t
hash_plain(const struct text *t, struct text_range points)
{
	uint64_t h = hash_start;

	for (uint32_t i = points.start; i < points.end; i++)
		h = mix(h, t->points[i]);
	return h;
}

static void
put(struct rule_words *w, const struct text *t, uint64_t hash,
    struct text_range points)
{
	w->items[w->n++] = (struct rule_word){hash,
	    {t->ranges[points.start].start, t->ranges[points.end - 1].end}};
}

/* Puts points as one word. */
static void
put_points(struct rule_words *w, const struct text *t, struct text_range points,
    unsigned reading)
{
	bool disguised = false;

	for (uint32_t i = points.start; i < points.end; i++)
		disguised |= letter_of(as_written(t, i), 0) != 0;
	if (disguised && has_letter(t, points.start, points.end))
		put(w, t, hash_disguised(w, t, points, reading), points);
	else
		put(w, t, hash_plain(t, points), points);
	put_letters(w, t, points);
}

/* Puts the points of a token, whose signs stand for letters or are apart. */
static void
put_parts(struct rule_words *w, const struct text *t, struct text_range points,
    unsigned reading)
{
	uint32_t sign = next_sign(t, points.start, points.end);

	if (sign < points.end)
		w->differ |= READ_SIGNS_APART;
	if ((reading & READ_SIGNS_APART) == 0)
		sign = points.end;
	while (points.start < points.end) {
		if (points.start < sign)
			put_points(w, t,
			    (struct text_range){points.start, sign}, reading);
		points.start = sign + 1;
		sign = next_sign(t, points.start, points.end);
	}
}

/* Puts the word that begins with token i; the token behind it. */
static uint32_t
put_word(
    struct rule_words *w, const struct text *t, uint32_t i, unsigned reading)
{
	struct text_range points = {t->tokens[i].first, t->tokens[i].last};
	uint32_t more;

	for (i++; (more = word_behind_signs(t, i)) != 0; i = more + 1) {
		w->differ |= READ_SIGNS_APART;
		if (reading & READ_SIGNS_APART)
			break;
		points.end = t->tokens[more].last;
	}
	put_parts(w, t, points, reading);
	return i;
}

/* What stands before the '@' of a mail address, which its mark replaced. */
static void
put_mail(struct rule_words *w, const struct text *t, uint32_t point)
{
	struct text_range range = t->ranges[point];
	struct span source = {t->source.p, range.end};
	uint32_t fold[UNICODE_FOLD_MAX], cp;
	uint64_t h = hash_start;
	bool bad;

	for (size_t at = range.start; at < source.n;) {
		at += utf8_read(source, at, &cp, &bad);
		if (cp == '@')
			break;
		for (unsigned i = 0, n = unicode_fold(cp, fold); i < n; i++)
			h = mix(h, fold[i]);
	}
	w->items[w->n++] = (struct rule_word){h, range};
	end_run(w);
}

static void
put_emoji(struct rule_words *w, const struct text *t, struct text_range points,
    unsigned reading)
{
	w->differ |= READ_WITHOUT_EMOJI;
	if (reading & READ_WITHOUT_EMOJI)
		return;
	put(w, t, hash_plain(t, points), points);
	end_run(w);
}

int
rules_words(struct rule_words *w, const struct text *t, unsigned reading,
    struct arena *a)
{
	*w = (struct rule_words){
	    .items = arena_alloc(a,
		((size_t)t->n_tokens + t->counts.undone) * sizeof(*w->items)),
	    /* an edge in front, and one behind each at most */
	    .letters =
		arena_alloc(a, (2 * (size_t)t->n + 1) * sizeof(*w->letters)),
	    .n_letters = 1,
	};
	if (w->items == NULL || w->letters == NULL)
		return -1;
	w->letters[0] = (struct rule_word){TEXT_EDGE, {0, 0}};
	for (uint32_t i = 0; i < t->n_tokens;) {
		const struct token *token = &t->tokens[i];
		uint32_t cp = t->points[token->first];

		if (token->kind == TOKEN_WORD) {
			i = put_word(w, t, i, reading);
			continue;
		}
		if (cp == TEXT_MAIL)
			put_mail(w, t, token->first);
		else if (unicode_point(cp).class_mask & UNICODE_EMOJI)
			put_emoji(w, t,
			    (struct text_range){token->first, token->last},
			    reading);
		i++;
	}
	end_run(w);
	return 0;
}

uint32_t
rules_letters(uint64_t out[RULE_WORDS_MAX], const struct text *t)
{
	uint32_t n = 0, letters = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t cp = as_written(t, i);
		unsigned classes = unicode_point(cp).class_mask;

		if (cp >= TEXT_MARK || (classes & UNICODE_EMOJI))
			return 0;
		if (letter_of(cp, 0) == 0 &&
		    (classes & (UNICODE_LETTER | UNICODE_DIGIT)) == 0)
			continue;
		if (n == RULE_WORDS_MAX)
			return 0;
		letters += (classes & UNICODE_LETTER) != 0;
		out[n++] = letter_alike(cp);
	}
	if (letters < ALONE_LEAST)
		return 0;
	if (n >= WITHIN_LEAST)
		return n;
	memmove(out + 1, out, n * sizeof(*out));
	out[0] = out[n + 1] = TEXT_EDGE;
	return n + 2;
}
