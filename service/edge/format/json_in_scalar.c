#include <math.h>
#include <stdlib.h>

#include "../../core/escape.h"
#include "../../core/utf8.h"
#include "json_in_private.h"
#include "json_plain.h"

/* \uXXXX as the number it is, or -1. */
static int32_t
read_unit(struct json_reader *r)
{
	struct span left = {r->p, (size_t)(r->end - r->p)};
	int32_t unit = escape_unit(left, 0);

	if (unit >= 0)
		r->p += ESCAPE_UNIT_BYTES;
	return unit;
}

/* One unit or a pair of surrogates, but not NUL: bytes written, or 0. */
static size_t
read_code_point(struct json_reader *r, char out[4])
{
	enum { PLANE = 0xFC00, HIGH = 0xD800, LOW = 0xDC00, BASE = 0x10000 };
	int32_t unit = read_unit(r), low;

	if (unit <= 0 || (unit & PLANE) == LOW)
		return 0;
	if ((unit & PLANE) != HIGH)
		return utf8_write((uint32_t)unit, out);
	low = read_unit(r);
	if (low < 0 || (low & PLANE) != LOW)
		return 0;
	return utf8_write(
	    (uint32_t)(BASE + (unit - HIGH) * 1024 + (low - LOW)), out);
}

/* One escape, of which r->p is the backslash: bytes written, or 0. */
static size_t
read_escape(struct json_reader *r, char out[4])
{
	static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	char letter = r->end - r->p >= 2 ? r->p[1] : '\0';
	const char *at = letter == '\0' ? NULL : strchr(letters, letter);

	if (at == NULL)
		return read_code_point(r, out);
	r->p += 2;
	out[0] = means[at - letters];
	return 1;
}

/* A string with escapes; its first `n` bytes, read already, have none. */
static int
read_escaped(struct json_reader *r, size_t n, struct span *out)
{
	size_t used = r->arena->used;
	/* no escape is shorter than what it stands for */
	char *to = arena_alloc(r->arena, n + (size_t)(r->end - r->p));

	if (to == NULL)
		return json_reader_full(r);
	memcpy(to, r->p - n, n);
	while (json_peek(r) == '\\') {
		size_t bytes = read_escape(r, to + n);
		const char *from = r->p;

		if (bytes == 0)
			return -1;
		r->p = json_plain_end(from, r->end);
		memcpy(to + n + bytes, from, (size_t)(r->p - from));
		n += bytes + (size_t)(r->p - from);
	}
	arena_rewind(r->arena, used);
	*out = (struct span){arena_alloc(r->arena, n), n};
	return json_take(r, '"') ? 0 : -1;
}

int
json_in_string(struct json_reader *r, struct span *out)
{
	const char *from;

	if (!json_take(r, '"'))
		return -1;
	from = r->p;
	r->p = json_plain_end(from, r->end);
	*out = (struct span){from, (size_t)(r->p - from)};
	return json_take(r, '"') ? 0 : read_escaped(r, out->n, out);
}

/* How many there were. */
static size_t
skip_digits(struct json_reader *r)
{
	const char *from = r->p;

	while (json_peek(r) >= '0' && json_peek(r) <= '9')
		r->p++;
	return (size_t)(r->p - from);
}

static int
read_integer(struct span text, int64_t *out)
{
	bool minus = text.p[0] == '-';
	int64_t n = 0;

	/* downwards, as there is one more of them */
	for (size_t i = minus; i < text.n; i++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, text.p[i] - '0', &n))
			return -1;
	if (!minus && n == INT64_MIN)
		return -1;
	*out = minus ? n : -n;
	return 0;
}

/*
 * A number of few digits and no exponent: they and the power of ten are both
 * exact as doubles, so the quotient is what strtod says, and much faster.
 * False: it is none.
 */
static bool
read_short(struct span text, double *out)
{
	static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	bool minus = text.p[0] == '-', point = false;
	uint64_t digits = 0;
	size_t n = 0, behind = 0;

	for (size_t i = minus; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.') {
			point = true;
			continue;
		}
		if (c < '0' || c > '9' || ++n == sizeof(tens) / sizeof(tens[0]))
			return false;
		digits = digits * 10 + (uint64_t)(c - '0');
		behind += point;
	}
	*out = (double)digits / tens[behind];
	if (minus)
		*out = -*out;
	return true;
}

static int
read_real(struct json_reader *r, struct span text, double *out)
{
	size_t used = r->arena->used;
	struct span copy;

	if (read_short(text, out))
		return 0;
	copy = arena_copy(r->arena, text);
	if (copy.p == NULL)
		return json_reader_full(r);
	*out = strtod(copy.p, NULL);
	arena_rewind(r->arena, used);
	return isfinite(*out) ? 0 : -1;
}

int
json_in_number(struct json_reader *r, struct json_in *out)
{
	struct span text = {r->p, 0};

	out->kind = IN_INTEGER;
	json_take(r, '-');
	if (!json_take(r, '0') && skip_digits(r) == 0)
		return -1;
	if (json_take(r, '.')) {
		out->kind = IN_REAL;
		if (skip_digits(r) == 0)
			return -1;
	}
	if (json_take(r, 'e') || json_take(r, 'E')) {
		out->kind = IN_REAL;
		if (!json_take(r, '+'))
			json_take(r, '-');
		if (skip_digits(r) == 0)
			return -1;
	}
	text.n = (size_t)(r->p - text.p);
	return out->kind == IN_INTEGER ? read_integer(text, &out->integer)
				       : read_real(r, text, &out->real);
}

int
json_in_name(struct json_reader *r, struct json_in *out)
{
	static const struct {
		struct span name;
		enum json_in_kind kind;
	} names[] = {
	    {{"null", 4}, IN_NULL},
	    {{"true", 4}, IN_TRUE},
	    {{"false", 5}, IN_FALSE},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span name = names[i].name;

		if ((size_t)(r->end - r->p) < name.n ||
		    memcmp(r->p, name.p, name.n) != 0)
			continue;
		r->p += name.n;
		out->kind = names[i].kind;
		return 0;
	}
	return -1;
}
