#include "json_out.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json_plain.h"
#include "rfc3339.h"

enum {
	NUMBER_BYTES = 40,
	SLACK = 16, /* what alignment may take */
	PLACES = 9, /* of a decimal, whose unit is one of UNITS */
	UNITS = 1000000000,
	DIGITS = 17, /* that tell any two doubles apart */
};

static const uint64_t ten_to_digits = 100000000000000000;

/* From here on "%.17g" has no exponent. */
static const double fraction_least = 0.0001;

static void
put(struct json_out *o, const char *p, size_t n)
{
	if (n == 0)
		return; /* for which `p` of either may be none */
	if (n > o->room - o->n) {
		o->full = true;
		return;
	}
	memcpy(o->p + o->n, p, n);
	o->n += n;
}

static void
put_byte(struct json_out *o, char c)
{
	put(o, &c, 1);
}

/* What stands before a value: a comma, unless it is the first, and its key. */
static void
put_before(struct json_out *o, const char *key)
{
	char last = o->n > 0 ? o->p[o->n - 1] : '[';
	size_t n = key != NULL ? strlen(key) : 0;
	char *p;

	if (o->room - o->n < n + sizeof(",\"\":") - 1) {
		o->full = true;
		return;
	}
	p = o->p + o->n;
	if (last != '{' && last != '[')
		*p++ = ',';
	if (key != NULL) {
		*p++ = '"';
		p = mempcpy(p, key, n);
		*p++ = '"';
		*p++ = ':';
	}
	o->n = (size_t)(p - o->p);
}

void
json_out_begin(struct json_out *o, struct arena *a)
{
	size_t rest = a->size - a->used;

	*o = (struct json_out){.arena = a, .before = a->used};
	o->room = rest > SLACK ? rest - SLACK : 0;
	o->p = arena_alloc(a, o->room);
	if (o->p == NULL)
		o->room = 0;
}

struct span
json_out_end(struct json_out *o)
{
	arena_rewind(o->arena, o->before);
	if (o->full)
		return (struct span){NULL, 0};
	return (struct span){arena_alloc(o->arena, o->n), o->n};
}

void
json_out_open(struct json_out *o, const char *key, char bracket)
{
	put_before(o, key);
	put_byte(o, bracket);
}

void
json_out_close(struct json_out *o, char bracket)
{
	put_byte(o, bracket);
}

/* RFC 8259 section 7: the quotation mark, the backslash and controls. */
static void
put_escaped(struct json_out *o, unsigned char c)
{
	static const char marks[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *mark = c == 0 ? NULL : strchr(marks, c);
	char text[8];

	if (mark != NULL)
		snprintf(text, sizeof(text), "\\%c", letters[mark - marks]);
	else
		snprintf(text, sizeof(text), "\\u%04X", c);
	put(o, text, strlen(text));
}

void
json_out_text(struct json_out *o, const char *key, struct span text)
{
	const char *mark;

	put_before(o, key);
	put_byte(o, '"');
	while (text.n > 0) {
		mark = json_plain_end(text.p, text.p + text.n);
		put(o, text.p, (size_t)(mark - text.p));
		text.n -= (size_t)(mark - text.p);
		text.p = mark;
		if (text.n == 0)
			break;
		put_escaped(o, (unsigned char)*text.p++);
		text.n--;
	}
	put_byte(o, '"');
}

void
json_out_text_or_null(struct json_out *o, const char *key, struct span text)
{
	if (text.n > 0)
		json_out_text(o, key, text);
	else
		json_out_null(o, key);
}

void
json_out_text_if_any(struct json_out *o, const char *key, struct span text)
{
	if (text.n > 0)
		json_out_text(o, key, text);
}

/* The digits of `n` in front of `end`: where they begin. */
static char *
put_digits(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return end;
}

void
json_out_integer(struct json_out *o, const char *key, int64_t value)
{
	char text[NUMBER_BYTES], *end = text + sizeof(text), *p;

	p = put_digits(end, value < 0 ? -(uint64_t)value : (uint64_t)value);
	if (value < 0)
		*--p = '-';
	put_before(o, key);
	put(o, p, (size_t)(end - p));
}

void
json_out_decimal(struct json_out *o, const char *key, double value)
{
	char text[NUMBER_BYTES], *end = text + sizeof(text), *p = end;
	uint64_t units, part;
	int places = PLACES;

	if (fabs(value) >= UNITS) {
		json_out_real(o, key, value);
		return;
	}
	units = (uint64_t)(fabs(value) * UNITS + 0.5);
	for (part = units % UNITS; places > 1 && part % 10 == 0; part /= 10)
		places--;
	for (; places > 0; places--, part /= 10)
		*--p = (char)('0' + part % 10);
	*--p = '.';
	p = put_digits(p, units / UNITS);
	if (value < 0 && units > 0)
		*--p = '-';
	put_before(o, key);
	put(o, p, (size_t)(end - p));
}

/* Drops the plus sign and the zeros that C puts before an exponent. */
static size_t
shorten_exponent(char *text, size_t n)
{
	char *e = memchr(text, 'e', n), *from, *to;

	if (e == NULL)
		return n;
	to = e + 1 + (e[1] == '-');
	for (from = e + 2; *from == '0'; from++)
		continue;
	memmove(to, from, (size_t)(text + n - from));
	return n - (size_t)(from - to);
}

/*
 * Puts `value`, from fraction_least to below 1, in front of `end` as "%.17g"
 * has it, rounded as exactly: 53 bits times 10^20 fit into 128. Returns where
 * it begins.
 */
static char *
put_fraction(char *end, double value)
{
	int exponent;
	uint64_t bits = (uint64_t)ldexp(frexp(value, &exponent), DBL_MANT_DIG);
	unsigned shift = (unsigned)(DBL_MANT_DIG - exponent), places = DIGITS;
	unsigned __int128 units = (unsigned __int128)bits * ten_to_digits;
	unsigned __int128 half, rest;
	uint64_t digits;

	for (; units >> shift < ten_to_digits / 10; units *= 10)
		places++;
	half = (unsigned __int128)1 << (shift - 1);
	rest = units & (2 * half - 1);
	digits = (uint64_t)(units >> shift);
	digits += rest > half || (rest == half && digits % 2 == 1);
	for (; digits % 10 == 0; digits /= 10)
		places--;
	for (; places > 0; places--, digits /= 10)
		*--end = (char)('0' + digits % 10);
	*--end = '.';
	*--end = '0';
	return end;
}

void
json_out_real(struct json_out *o, const char *key, double value)
{
	char text[NUMBER_BYTES], *end = text + sizeof(text), *p;
	size_t n;

	put_before(o, key);
	if (value >= fraction_least && value < 1) {
		p = put_fraction(end, value);
		put(o, p, (size_t)(end - p));
		return;
	}
	n = (size_t)snprintf(text, sizeof(text), "%.17g", value);
	if (memchr(text, '.', n) == NULL && memchr(text, 'e', n) == NULL)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ".0");
	put(o, text, shorten_exponent(text, n));
}

void
json_out_time(struct json_out *o, const char *key, int64_t ms)
{
	char text[RFC3339_BYTES];

	rfc3339_write(ms, text);
	json_out_text(o, key, span_of(text));
}

void
json_out_raw(struct json_out *o, const char *key, struct span json)
{
	put_before(o, key);
	put(o, json.p, json.n);
}

void
json_out_boolean(struct json_out *o, const char *key, bool value)
{
	const char *text = value ? "true" : "false";

	put_before(o, key);
	put(o, text, strlen(text));
}

void
json_out_false(struct json_out *o, const char *key)
{
	json_out_boolean(o, key, false);
}

void
json_out_null(struct json_out *o, const char *key)
{
	put_before(o, key);
	put(o, "null", 4);
}
