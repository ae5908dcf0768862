/*
 * Fields put together to the body of a multipart form as browsers do it: the
 * reader gives back the same fields. The boundary is of the input too, so a
 * value may come near to it.
 */
#include <stdio.h>

#include "../../service/edge/format/form.h"
#include "arena.h"

enum {
	FIELDS_MAX = 16,
	BOUNDARY_MAX = 70,
	NAME_MAX_BYTES = 40,
	ROOM = 1 << 16
};

struct body {
	char *text;
	size_t n;
	FILE *out;
};

/* Only of what RFC 2046 allows, and not empty. */
static void
read_boundary(struct span line, char out[BOUNDARY_MAX + 1])
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=?";
	size_t n = 0;

	for (size_t i = 0; i < line.n && n < BOUNDARY_MAX; i++)
		if (memchr(allowed, line.p[i], sizeof allowed - 1) != NULL)
			out[n++] = line.p[i];
	if (n == 0)
		out[n++] = 'x';
	out[n] = '\0';
}

static bool
fits_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("\r\n\"", s.p[i]) != NULL)
			return false;
	return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

/* A value ends where a line is the boundary, so none of its lines may. */
static bool
fits_value(struct span s, const char *boundary)
{
	char mark[BOUNDARY_MAX + 8];
	size_t n = (size_t)snprintf(mark, sizeof mark, "\r\n--%s", boundary);

	if (s.n == 0)
		return true;
	return memmem(s.p, s.n, mark, n) == NULL &&
	       (s.n < n - 2 || memcmp(s.p, mark + 2, n - 2) != 0);
}

static void
add(struct body *b, const char *boundary, const struct form_field *f)
{
	fprintf(b->out, "--%s\r\nContent-Disposition: form-data; name=\"",
	    boundary);
	fwrite(f->name.p, 1, f->name.n, b->out);
	fputs("\"\r\n\r\n", b->out);
	fwrite(f->value.p, 1, f->value.n, b->out);
	fputs("\r\n", b->out);
}

static uint32_t
make(struct body *b, struct span in, const char *boundary,
    struct form_field fields[FIELDS_MAX])
{
	uint32_t n = 0;

	while (in.n > 0 && n < FIELDS_MAX) {
		struct form_field f = {.name = take_line(&in)};

		f.value = take(&in, take_byte(&in));
		if (!fits_name(f.name) || !fits_value(f.value, boundary))
			continue;
		add(b, boundary, &f);
		fields[n++] = f;
	}
	fprintf(b->out, "--%s--\r\n", boundary);
	fclose(b->out);
	return n;
}

static void
check(const struct body *b, const char *boundary,
    const struct form_field *fields, uint32_t n)
{
	char type[BOUNDARY_MAX + 64];
	struct form got;
	struct arena a;

	snprintf(type, sizeof type, "multipart/form-data; boundary=\"%s\"",
	    boundary);
	arena_open(&a, ROOM);
	require(form_init(&got, &a) == 0);
	require(form_add_body(
		    &got, (struct span){b->text, b->n}, span_of(type)) == 0);
	require(got.n == n);
	for (uint32_t i = 0; i < n; i++)
		require(span_equal(got.fields[i].name, fields[i].name) &&
			span_equal(got.fields[i].value, fields[i].value));
	arena_drop(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	struct form_field fields[FIELDS_MAX];
	char boundary[BOUNDARY_MAX + 1];
	struct body b = {NULL};
	uint32_t n;

	read_boundary(take_line(&in), boundary);
	b.out = open_memstream(&b.text, &b.n);
	require(b.out != NULL);
	n = make(&b, in, boundary, fields);
	check(&b, boundary, fields, n);
	free(b.text);
	return 0;
}
