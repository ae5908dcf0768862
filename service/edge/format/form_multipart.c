#include "form_private.h"

enum { BOUNDARY_BYTES_MAX = 70 /* RFC 2046 §5.1.1 */ };

/* What stands in `s` behind `name` and '=', with or without quotes. */
static struct span
parameter(struct span s, const char *name)
{
	size_t n = strlen(name);
	struct span value = {NULL, 0};
	const char *end;

	for (size_t i = 1; i + n < s.n && value.p == NULL; i++)
		if (strchr("; \t", s.p[i - 1]) != NULL &&
		    span_is((struct span){s.p + i, n}, name) &&
		    s.p[i + n] == '=')
			value =
			    (struct span){s.p + i + n + 1, s.n - (i + n + 1)};
	if (value.n == 0)
		return value;
	if (*value.p == '"') {
		value.p++;
		value.n--;
		end = memchr(value.p, '"', value.n);
	} else {
		end = memchr(value.p, ';', value.n);
	}
	if (end != NULL)
		value.n = (size_t)(end - value.p);
	return value;
}

/* Takes all before the next `mark`, and it, from `s`; p NULL: no mark. */
static struct span
take(struct span *s, struct span mark)
{
	const char *at = s->n > 0 ? memmem(s->p, s->n, mark.p, mark.n) : NULL;
	struct span piece = {s->p, 0};

	if (at == NULL)
		return (struct span){NULL, 0};
	piece.n = (size_t)(at - s->p);
	s->p = at + mark.n;
	s->n -= piece.n + mark.n;
	return piece;
}

/* The name that the headers of a part give it. */
static struct span
part_name(struct span headers)
{
	struct span name = {NULL, 0};

	while (headers.n > 0 && name.p == NULL) {
		struct span line = take(&headers, span_of("\r\n"));

		if (line.p == NULL) {
			line = headers;
			headers.n = 0;
		}
		if (span_skip_word(&line, "Content-Disposition:"))
			name = parameter(line, "name");
	}
	return name;
}

/* A part is "\r\n", headers, an empty line and the value. */
static int
add_part(struct form *f, struct span part)
{
	struct span headers = take(&part, span_of("\r\n\r\n"));

	if (headers.p == NULL)
		return 0;
	return form_add(f, part_name(headers), part);
}

int
form_add_multipart(struct form *f, struct span text, struct span type)
{
	struct span boundary = parameter(type, "boundary"), first, part;
	char mark[BOUNDARY_BYTES_MAX + 4] = "\r\n--";
	struct span full = {mark, boundary.n + 4};

	if (boundary.n == 0 || boundary.n > BOUNDARY_BYTES_MAX)
		return 0;
	memcpy(mark + 4, boundary.p, boundary.n);
	/* the first boundary may stand at the very beginning */
	first = (struct span){mark + 2, full.n - 2};
	if (take(&text, first).p == NULL)
		return 0;
	while ((part = take(&text, full)).p != NULL)
		if (add_part(f, part) != 0)
			return -1;
	return 0;
}
