#include "text_phone.h"

#include "text_host.h"

enum {
	DIGITS_MIN = 7,
	DIGITS_MAX = 15, /* ITU-T E.164 */
};

/* Digits with nothing between, and how many signs are in front of them. */
struct group {
	uint32_t first, n, signs;
};

struct run {
	const struct draft *d;
	uint32_t from, first, end;
	uint32_t digits, signs;
	uint32_t n_groups;
	struct group groups[DIGITS_MAX]; /* further ones are of no number */
};

static uint32_t
cp_at(const struct run *r, uint32_t i)
{
	return i < r->d->n ? r->d->glyphs.cps[i] : 0;
}

static bool
is_digit(const struct run *r, uint32_t i)
{
	return i < r->d->n && glyph_is(r->d, i, UNICODE_DIGIT);
}

static void
add_digit(struct run *r, uint32_t i)
{
	bool goes_on = r->digits > 0 && r->end == i;

	if (!goes_on && r->n_groups < DIGITS_MAX)
		r->groups[r->n_groups++] =
		    (struct group){.first = i, .signs = r->signs};
	r->groups[r->n_groups - 1].n++;
	r->digits++;
	r->end = i + 1;
}

static void
read_run(struct run *r)
{
	for (uint32_t i = r->first; i < r->d->n; i++) {
		uint32_t cp = cp_at(r, i);

		if (is_digit(r, i))
			add_digit(r, i);
		else if (cp == '-' || cp == '(' || cp == ')' ||
			 (cp == '+' && i == r->first))
			r->signs++;
		else if (cp != ' ')
			break;
	}
}

/* Whether only blanks are in front of the `i`th group. */
static bool
is_apart(const struct run *r, uint32_t i)
{
	return i > 0 && i < r->n_groups &&
	       r->groups[i].signs == r->groups[i - 1].signs;
}

/* Whether this ASCII stands at glyph `at`. */
static bool
has_at(const struct run *r, uint32_t at, const char *ascii)
{
	for (uint32_t i = 0; ascii[i] != '\0'; i++)
		if (cp_at(r, at + i) != (unsigned char)ascii[i])
			return false;
	return true;
}

static bool
is_year(const struct run *r, const struct group *g)
{
	return g->n == 4 &&
	       (has_at(r, g->first, "1") || has_at(r, g->first, "2"));
}

/* 2017-11-05, 5-11-2017, 05 11 2017, and the years 2005-2010. */
static bool
is_date(const struct run *r)
{
	const struct group *g = r->groups;

	if (r->n_groups < 2)
		return false;
	if (is_year(r, &g[0]) && g[1].n == 4)
		return true;
	return r->n_groups > 2 && g[1].n <= 2 &&
	       ((is_year(r, &g[0]) && g[2].n <= 2) ||
		   (g[0].n <= 2 && is_year(r, &g[2])));
}

/* What is numbered by years: 2023-11-445566. */
static bool
is_filed(const struct run *r)
{
	const struct group *g = r->groups;

	return r->n_groups > 1 && g->n == 4 && !is_apart(r, 1) &&
	       (has_at(r, r->first, "19") || has_at(r, r->first, "20"));
}

/* 100 000-200 000, and what follows on the 1 of 1 000 000 000. */
static bool
is_amount(const struct run *r)
{
	bool thousands = r->first >= r->from + 2 &&
			 cp_at(r, r->first - 1) == ' ' &&
			 is_digit(r, r->first - 2);
	uint32_t apart = 0;

	for (uint32_t i = 0; i < r->n_groups; i++) {
		const struct group *g = &r->groups[i];

		if (g->n > 3 || (is_apart(r, i) && g->n != 3))
			return false;
		apart += is_apart(r, i);
		thousands |= is_apart(r, i) && has_at(r, g->first, "000");
	}
	return apart > 0 && thousands;
}

static bool
is_round(const struct run *r, const struct group *g)
{
	return g->n >= 4 && has_at(r, g->first + g->n - 2, "00");
}

/* From 3000-4500 to 100000-150000; a number to dial may begin with a 0. */
static bool
is_span(const struct run *r)
{
	return r->n_groups == 2 && !is_apart(r, 1) &&
	       !has_at(r, r->first, "0") && is_round(r, &r->groups[0]) &&
	       is_round(r, &r->groups[1]);
}

/* Whether one of these letters, and little else, is in front of it. */
static bool
is_of_print(const struct run *r)
{
	static const char *const names[] = {"isbn", "issn"};
	enum { NAME = 4, BETWEEN = 6 }; /* "isbn-13: " */
	uint32_t at = r->first;

	while (at > r->from && r->first - at < BETWEEN &&
	       !glyph_is(r->d, at - 1, UNICODE_LETTER))
		at--;
	if (at < r->from + NAME)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (has_at(r, at - NAME, names[i]))
			return true;
	return false;
}

/* 978-3-16-148410-0 */
static bool
is_book(const struct run *r)
{
	return r->digits == 13 && r->groups[0].n == 3 &&
	       (has_at(r, r->first, "978") || has_at(r, r->first, "979"));
}

/* Whether an IBAN, which is written in fours, begins with those at `at`. */
static bool
begins_iban(const struct run *r, uint32_t at)
{
	const struct draft *d = r->d;

	return glyph_is(d, at, UNICODE_LETTER) &&
	       glyph_is(d, at + 1, UNICODE_LETTER) && is_digit(r, at + 2) &&
	       is_digit(r, at + 3) && !(at > r->from && host_has(d, at - 1));
}

/* What follows in DE89 3704 0044 0532 0130 00. */
static bool
is_of_iban(const struct run *r)
{
	enum { FOURS = 9, APART = 5 }; /* 34 characters at most */
	uint32_t at = r->first;

	for (int i = 0; i < FOURS && at >= r->from + APART; i++) {
		if (cp_at(r, at - 1) != ' ')
			return false;
		at -= APART;
		for (uint32_t k = 0; k < 4; k++)
			if (!host_has(r->d, at + k))
				return false;
		if (begins_iban(r, at))
			return true;
	}
	return false;
}

/* What else is written so. */
static bool (*const others[])(const struct run *) = {
    is_date,
    is_filed,
    is_amount,
    is_span,
    is_book,
    is_of_print,
    is_of_iban,
};

static bool
is_other(const struct run *r)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i](r))
			return true;
	return false;
}

/* With neither '+' nor '-' only if it begins with the 0 that dials out. */
static bool
is_phone(const struct run *r)
{
	if (r->digits < DIGITS_MIN || r->digits > DIGITS_MAX ||
	    r->end - r->first == r->digits)
		return false;
	if (r->signs == 0 && cp_at(r, r->first) != '0')
		return false;
	if (cp_at(r, r->end) == '.' && is_digit(r, r->end + 1))
		return false;
	if (r->end < r->d->n && host_has(r->d, r->end))
		return false;
	return cp_at(r, r->first) == '+' || !is_other(r);
}

/* Where the last DIGITS_MAX of more digits in front of `end` begin. */
static uint32_t
last_digits(const struct draft *d, uint32_t end)
{
	uint32_t digits = 0;

	while (digits <= DIGITS_MAX)
		digits += glyph_is(d, --end, UNICODE_DIGIT);
	return end + 1;
}

struct phone
phone_read(const struct draft *d, uint32_t at, uint32_t from)
{
	struct run r = {.d = d, .from = from, .first = at, .end = at};

	read_run(&r);
	return (struct phone){
	    .end = is_phone(&r) ? r.end : 0,
	    .crowded = r.digits > DIGITS_MAX ? last_digits(d, r.end) : 0,
	};
}
