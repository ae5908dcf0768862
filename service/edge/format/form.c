#include "form.h"

#include "../../core/escape.h"
#include "form_private.h"

enum { NUMBER_DIGITS_MAX = 18 };

int
form_init(struct form *f, struct arena *a)
{
	*f = (struct form){.arena = a};
	f->fields = arena_alloc(a, FORM_FIELDS_MAX * sizeof(*f->fields));
	return f->fields == NULL ? -1 : 0;
}

int
form_add(struct form *f, struct span name, struct span value)
{
	if (name.n == 0)
		return 0;
	if (f->n == FORM_FIELDS_MAX)
		return -1;
	f->fields[f->n++] = (struct form_field){name, value};
	return 0;
}

/*
 * Decodes `s`, where '+' is `plus`, into `out`, which has room for as much;
 * the bytes written.
 */
static size_t
decode(struct span s, char plus, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int byte = escape_percent(s, i);

		if (byte >= 0) {
			out[n++] = (char)byte;
			i += ESCAPE_PERCENT_BYTES - 1;
		} else {
			out[n++] = s.p[i] == '+' ? plus : s.p[i];
		}
	}
	return n;
}

/* Takes all up to the next `separator` from the front of `s`, and it. */
static struct span
take(struct span *s, char separator)
{
	const char *end = s->n > 0 ? memchr(s->p, separator, s->n) : NULL;
	struct span piece = *s;

	if (end == NULL) {
		*s = (struct span){NULL, 0};
		return piece;
	}
	piece.n = (size_t)(end - s->p);
	s->p = end + 1;
	s->n -= piece.n + 1;
	return piece;
}

int
form_add_urlencoded(struct form *f, struct span text)
{
	char *out = arena_alloc(f->arena, text.n);

	if (out == NULL)
		return -1;
	while (text.n > 0) {
		struct span value = take(&text, '&');
		struct span name = take(&value, '=');

		name.n = decode(name, ' ', out);
		name.p = out;
		out += name.n;
		value.n = decode(value, ' ', out);
		value.p = out;
		out += value.n;
		if (form_add(f, name, value) != 0)
			return -1;
	}
	return 0;
}

struct span
form_unescape(struct span s, struct arena *a)
{
	char *out = arena_alloc(a, s.n);

	if (out == NULL)
		return (struct span){NULL, 0};
	return (struct span){out, decode(s, '+', out)};
}

char *
form_escape(char *at, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= '0' && c <= '9') ||
		    ((c | 32) >= 'a' && (c | 32) <= 'z')) {
			*at++ = (char)c;
			continue;
		}
		*at++ = '%';
		*at++ = hex[c >> 4];
		*at++ = hex[c & 15];
	}
	return at;
}

static int
begins_with(struct span s, const char *prefix)
{
	return span_skip_word(&s, prefix);
}

int
form_add_body(struct form *f, struct span body, struct span type)
{
	if (begins_with(type, "multipart/form-data"))
		return form_add_multipart(f, body, type);
	if (begins_with(type, "application/json"))
		return form_add_json(f, body);
	return form_add_urlencoded(f, body);
}

struct span
form_get(const struct form *f, struct span name)
{
	for (uint32_t i = f->n; i-- > 0;)
		if (span_equal(f->fields[i].name, name))
			return f->fields[i].value;
	return (struct span){NULL, 0};
}

int
form_number(struct span s, int64_t least, int64_t most, int64_t *out)
{
	int64_t n = 0;

	if (s.p == NULL)
		return 0;
	if (s.n == 0 || s.n > NUMBER_DIGITS_MAX)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		n = 10 * n + (s.p[i] - '0');
	}
	if (n < least || n > most)
		return -1;
	*out = n;
	return 0;
}
