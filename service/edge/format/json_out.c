#include "json_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_BYTES = 40, SLACK = 16 /* what alignment may take */ };

static void
put(struct json_out *o, const char *p, size_t n)
{
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

	if (last != '{' && last != '[')
		put_byte(o, ',');
	if (key == NULL)
		return;
	put_byte(o, '"');
	put(o, key, strlen(key));
	put(o, "\":", 2);
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
	size_t from = 0;

	put_before(o, key);
	put_byte(o, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		put(o, text.p + from, i - from);
		put_escaped(o, c);
		from = i + 1;
	}
	if (from < text.n)
		put(o, text.p + from, text.n - from);
	put_byte(o, '"');
}

void
json_out_integer(struct json_out *o, const char *key, int64_t value)
{
	char text[NUMBER_BYTES];
	int n = snprintf(text, sizeof(text), "%" PRId64, value);

	put_before(o, key);
	put(o, text, (size_t)n);
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

void
json_out_real(struct json_out *o, const char *key, double value)
{
	char text[NUMBER_BYTES];
	size_t n = (size_t)snprintf(text, sizeof(text), "%.17g", value);

	put_before(o, key);
	if (memchr(text, '.', n) == NULL && memchr(text, 'e', n) == NULL)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ".0");
	put(o, text, shorten_exponent(text, n));
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
