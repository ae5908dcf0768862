#include "icu_gen.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

enum { TEXT_MAX = 128, KANA_VOICED = 0x3099, KANA_HALF_VOICED = 0x309A };

struct icu {
	const UNormalizer2 *casefold, *decompose, *compose;
	USpoofChecker *spoof;
};

/* A short text as ICU has it. */
struct text {
	UChar u[TEXT_MAX];
	int32_t n;
};

_Static_assert((int)UNICODE_LATIN == USCRIPT_LATIN, "as ICU numbers");
_Static_assert((int)UNICODE_CYRILLIC == USCRIPT_CYRILLIC, "as ICU numbers");
_Static_assert((int)UNICODE_GREEK == USCRIPT_GREEK, "as ICU numbers");
_Static_assert((int)UNICODE_ARMENIAN == USCRIPT_ARMENIAN, "as ICU numbers");

struct icu *
icu_open(void)
{
	struct icu *icu = calloc(1, sizeof *icu);
	UErrorCode e = U_ZERO_ERROR;

	if (icu == NULL)
		return NULL;
	icu->casefold = unorm2_getNFKCCasefoldInstance(&e);
	icu->decompose = unorm2_getNFDInstance(&e);
	icu->compose = unorm2_getNFCInstance(&e);
	icu->spoof = uspoof_open(&e);
	if (U_SUCCESS(e))
		return icu;
	icu_close(icu);
	return NULL;
}

void
icu_close(struct icu *icu)
{
	uspoof_close(icu->spoof);
	free(icu);
}

uint32_t
icu_script(uint32_t cp)
{
	UErrorCode e = U_ZERO_ERROR;

	return (uint32_t)uscript_getScript((UChar32)cp, &e) & 0xFF;
}

static bool
is_unseen(UChar32 c)
{
	int8_t type = u_charType(c);

	return !u_isUWhiteSpace(c) &&
	       (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
		   type == U_FORMAT_CHAR || type == U_CONTROL_CHAR);
}

static bool
is_mark(UChar32 c)
{
	return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

/*
 * Whether `c` is a mark that belongs to no script, or encloses a letter of any;
 * kana keep their voicing.
 */
static bool
is_loose_mark(UChar32 c)
{
	uint32_t script = icu_script((uint32_t)c);

	return is_mark(c) && c != KANA_VOICED && c != KANA_HALF_VOICED &&
	       (script == USCRIPT_COMMON || script == USCRIPT_INHERITED ||
		   u_charType(c) == U_ENCLOSING_MARK);
}

static bool
is_ideograph(UChar32 c)
{
	static const uint32_t scripts[] = {USCRIPT_HAN, USCRIPT_HIRAGANA,
	    USCRIPT_KATAKANA, USCRIPT_BOPOMOFO, USCRIPT_THAI, USCRIPT_LAO,
	    USCRIPT_KHMER, USCRIPT_MYANMAR};

	if (c == 0x30FC) /* the long vowels of both kana are of no script */
		return true;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		if (icu_script((uint32_t)c) == scripts[i])
			return u_isalpha(c);
	return false;
}

static bool
is_emoji(UChar32 c)
{
	return c > 0x7F &&
	       (u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) ||
		   u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) ||
		   u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION));
}

uint32_t
icu_class(uint32_t cp)
{
	UChar32 c = (UChar32)cp;
	const struct {
		uint32_t bit;
		bool is;
	} rows[] = {
	    {UNICODE_LETTER, u_isalpha(c)},
	    {UNICODE_UPPER, u_isUUppercase(c) || u_istitle(c)},
	    {UNICODE_DIGIT, u_isdigit(c)},
	    {UNICODE_SPACE, u_isUWhiteSpace(c)},
	    {UNICODE_MARK, is_mark(c)},
	    {UNICODE_INVISIBLE, is_unseen(c)},
	    {UNICODE_EMOJI, is_emoji(c)},
	    {UNICODE_IDEOGRAPH, is_ideograph(c)},
	};
	uint32_t mask = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		mask |= rows[i].is ? rows[i].bit : 0;
	return mask;
}

static void
append(struct text *t, UChar32 c)
{
	UBool full = false;

	U16_APPEND(t->u, t->n, TEXT_MAX, c, full);
	if (full)
		abort();
}

static struct text
text_of(UChar32 c)
{
	struct text t = {.n = 0};

	append(&t, c);
	return t;
}

static struct text
normalised(const UNormalizer2 *n, struct text in)
{
	struct text out;
	UErrorCode e = U_ZERO_ERROR;

	out.n = unorm2_normalize(n, in.u, in.n, out.u, TEXT_MAX, &e);
	if (U_FAILURE(e))
		abort();
	return out;
}

/* `in` in NFC without marks of no script and without what is invisible. */
static struct text
stripped(const struct icu *icu, struct text in)
{
	struct text parts = normalised(icu->decompose, in), kept = {.n = 0};

	for (int32_t at = 0; at < parts.n;) {
		UChar32 c;

		U16_NEXT(parts.u, at, parts.n, c);
		if (!is_loose_mark(c) && !is_unseen(c))
			append(&kept, c);
	}
	return normalised(icu->compose, kept);
}

static bool
is_ascii(const struct text *t)
{
	for (int32_t i = 0; i < t->n; i++)
		if (t->u[i] > 0x7F)
			return false;
	return true;
}

/* The skeleton of UTS #39 in lower case, its marks stripped. */
static struct text
skeleton(const struct icu *icu, struct text in)
{
	static const UChar rn[] = {'r', 'n'};
	struct text out;
	UErrorCode e = U_ZERO_ERROR;

	out.n =
	    uspoof_getSkeleton(icu->spoof, 0, in.u, in.n, out.u, TEXT_MAX, &e);
	if (U_FAILURE(e))
		abort();
	out = stripped(icu, normalised(icu->casefold, out));
	if (out.n == 2 && memcmp(out.u, rn, sizeof rn) == 0)
		out = text_of('m'); /* the prototype of m */
	return out;
}

/*
 * Letters that can pass for Latin ones. Others resemble them too (Han 丨,
 * Hangul ㅡ, Arabic ا), but nobody reads them so.
 */
static bool
may_be_latin(UChar32 c)
{
	static const uint32_t scripts[] = {USCRIPT_LATIN, USCRIPT_CYRILLIC,
	    USCRIPT_GREEK, USCRIPT_ARMENIAN, USCRIPT_CHEROKEE, USCRIPT_COPTIC,
	    USCRIPT_LISU, USCRIPT_DESERET, USCRIPT_OSAGE,
	    USCRIPT_CANADIAN_ABORIGINAL};

	if (u_ispunct(c))
		return false;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		if (icu_script((uint32_t)c) == scripts[i])
			return true;
	/* common letters, and the block of letterlike symbols */
	return icu_script((uint32_t)c) == USCRIPT_COMMON &&
	       (c < 0x2E80 || c > 0xFFFF) &&
	       (u_isalpha(c) || (c >= 0x2100 && c <= 0x214F));
}

/* Whether `t` is ASCII letters: one, or more if they came of Latin. */
static bool
is_plain_word(const struct text *t, UChar32 source)
{
	if (t->n == 0 ||
	    (t->n > 1 && icu_script((uint32_t)source) != USCRIPT_LATIN))
		return false; /* such as Cyrillic ю, "lo" */
	for (int32_t i = 0; i < t->n; i++)
		if (t->u[i] > 0x7F || !u_isalpha(t->u[i]))
			return false; /* such as Cyrillic з, "3" */
	return true;
}

/* Latin letters in disguise that UTS #39 does not list, told by name. */
static bool
named_letter(UChar32 c, struct text *out)
{
	static const char *const names[] = {"LATIN LETTER SMALL CAPITAL ",
	    "NEGATIVE CIRCLED LATIN CAPITAL LETTER ",
	    "NEGATIVE SQUARED LATIN CAPITAL LETTER "};
	char name[TEXT_MAX];
	UErrorCode e = U_ZERO_ERROR;

	u_charName(c, U_UNICODE_CHAR_NAME, name, TEXT_MAX, &e);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n = strlen(names[i]);

		if (U_SUCCESS(e) && strlen(name) == n + 1 &&
		    memcmp(name, names[i], n) == 0) {
			*out = text_of(u_tolower(name[n]));
			return true;
		}
	}
	return false;
}

/*
 * The Latin letter that `c`, which folds to `folded`, looks like, in *out.
 * Its own shape comes first, then that of its lower and its upper case, so
 * that both cases fold alike nearly always. The prototype of I is l: a
 * capital is asked in lower case instead.
 */
static bool
latin_lookalike(
    const struct icu *icu, UChar32 c, struct text folded, struct text *out)
{
	struct text shapes[3] = {text_of(c), folded, folded};
	UErrorCode e = U_ZERO_ERROR;

	shapes[2].n =
	    u_strToUpper(shapes[2].u, TEXT_MAX, folded.u, folded.n, "", &e);
	if (U_FAILURE(e))
		abort();
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		bool capital = i == 2 || (i == 0 && u_isUUppercase(c));

		*out = skeleton(icu, shapes[i]);
		if (is_plain_word(out, c) &&
		    !(capital && out->n == 1 && out->u[0] == 'l'))
			return true;
	}
	return false;
}

/* The ASCII punctuation that the common symbol `c` stands for, in *out. */
static bool
ascii_punctuation(const struct icu *icu, UChar32 c, struct text *out)
{
	static const UChar quotes[] = {'\'', '\''};

	if (!u_ispunct(c) || icu_script((uint32_t)c) != USCRIPT_COMMON ||
	    (c >= 0x2E80 && c < 0xFE00))
		return false;
	if (c >= 0x2010 && c <= 0x2015) {
		*out = text_of('-');
		return true;
	}
	*out = skeleton(icu, text_of(c));
	if (out->n == 2 && memcmp(out->u, quotes, sizeof quotes) == 0)
		*out = text_of('"');
	return out->n == 1 && out->u[0] < 0x7F && u_ispunct(out->u[0]);
}

static struct text
folded_text(const struct icu *icu, UChar32 c, bool *lookalike)
{
	struct text out = stripped(icu, normalised(icu->casefold, text_of(c))),
		    other;

	if (out.n == 0 || is_ascii(&out))
		return out;
	if (ascii_punctuation(icu, c, &other))
		return other;
	*lookalike = named_letter(c, &other) ||
		     (may_be_latin(c) && latin_lookalike(icu, c, out, &other));
	return *lookalike ? other : out;
}

struct icu_fold
icu_fold(const struct icu *icu, uint32_t cp)
{
	UChar32 c = (UChar32)cp;
	struct icu_fold f = {.n = 0};
	struct text t;

	if (u_isUWhiteSpace(c) || U_IS_SURROGATE(c)) {
		f.points[f.n++] = cp == '\n' || U_IS_SURROGATE(c) ? cp : ' ';
		return f;
	}
	t = folded_text(icu, c, &f.lookalike);
	for (int32_t at = 0; at < t.n;) {
		if (f.n == UNICODE_FOLD_MAX)
			abort();
		U16_NEXT(t.u, at, t.n, c);
		f.points[f.n++] = (uint32_t)c;
	}
	return f;
}
