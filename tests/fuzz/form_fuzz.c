/*
 * Any bytes as a form, the first line its Content-Type: every field lies in
 * what was given or in the arena, and is read as text of valid UTF-8. What is
 * urlencoded is also read byte by byte, as the WHATWG's URL Standard tells it
 * in section 5.1, and gives the same fields.
 */

#include "../../service/core/utf8.h"
#include "../../service/edge/format/charset.h"
#include "../../service/edge/format/form.h"
#include "arena.h"

enum { ARENA_LEAST = 1 << 16, CUT = 100 };

/* `s` decoded, in memory of its own. */
static struct span
plain(struct span s)
{
	char *out = malloc(s.n + 1);
	size_t n = 0;

	require(out != NULL);
	for (size_t i = 0; i < s.n; i++) {
		char digits[3] = {0}, *end = digits;
		unsigned long byte = 0;

		if (s.p[i] == '%' && i + 2 < s.n) {
			memcpy(digits, s.p + i + 1, 2);
			byte = strtoul(digits, &end, 16);
		}
		/* strtoul takes blanks and signs, the standard does not */
		if (end == digits + 2 && strspn(digits, " \t\n\v\f\r+-") == 0 &&
		    digits[1] != 'x' && digits[1] != 'X') {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	return (struct span){out, n};
}

/* Cuts `s` at the first `mark`: what is before it; `s` is what is behind. */
static struct span
cut_at(struct span *s, char mark)
{
	size_t n = 0;
	struct span head;

	while (n < s->n && s->p[n] != mark)
		n++;
	head = take(s, n);
	take(s, 1);
	return head;
}

static void
check_urlencoded(const struct form *f, struct span text)
{
	uint32_t i = 0;

	while (text.n > 0 && i < FORM_FIELDS_MAX) {
		struct span raw = cut_at(&text, '&');
		struct span name = plain(cut_at(&raw, '='));
		struct span value = plain(raw);

		if (name.n > 0) {
			require(i < f->n);
			require(span_equal(f->fields[i].name, name));
			require(span_equal(f->fields[i].value, value));
			i++;
		}
		free((char *)name.p);
		free((char *)value.p);
	}
	require(i == f->n);
}

static void
check_field(const struct form_field *f, struct span type, struct arena *a)
{
	struct span text = charset_read(f->value, charset_named(type), CUT, a);
	uint32_t sum = 0;

	require(f->name.n > 0);
	for (size_t i = 0; i < f->name.n; i++)
		sum += (unsigned char)f->name.p[i];
	for (size_t i = 0; i < f->value.n; i++)
		sum += (unsigned char)f->value.p[i];
	require(text.p == NULL || (text.n <= CUT && utf8_valid(text)));
	text = form_unescape(f->value, a);
	require(text.p == NULL || text.n <= f->value.n);
	require(sum < UINT32_MAX);
}

/* What is a number is digits alone, and in bounds. */
static void
check_number(struct span s)
{
	int64_t n = 0;

	if (s.p == NULL || form_number(s, 1, 366, &n) != 0)
		return;
	require(n >= 1 && n <= 366 && s.n > 0);
	require(s.p[0] >= '0' && s.p[0] <= '9');
}

static void
read_form(struct span body, struct span type, struct arena *a)
{
	struct form f;
	int added;

	if (form_init(&f, a) != 0)
		return;
	added = form_add_body(&f, body, type);
	require(f.n <= FORM_FIELDS_MAX);
	if (type.n == 0 && added == 0)
		check_urlencoded(&f, body);
	for (uint32_t i = 0; i < f.n; i++) {
		size_t used = a->used;

		check_field(&f.fields[i], type, a);
		check_number(f.fields[i].value);
		arena_rewind(a, used);
		require(form_get(&f, f.fields[i].name).n <= body.n * 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = input_of(data, size), type = {NULL, 0};
	size_t room = ARENA_LEAST + 4 * size;
	struct arena a;

	if (size > 0 && memchr(data, '\n', size) != NULL)
		type = take_line(&body);
	/* the size decides how much room there is, down to nearly none */
	arena_open(&a, size % 5 == 0 ? room * (size % 64) / 64 : room);
	read_form(body, type, &a);
	arena_drop(&a);
	return 0;
}
