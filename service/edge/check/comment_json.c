#include "comment_json.h"

#include <stddef.h>
#include <stdio.h>

#include "../format/json.h"
#include "../format/rfc3339.h"

enum kind { STRING, OBJECT, TIME, MILLISECONDS, BOOLEAN, FORMAT };

struct field {
	const char *name;
	enum kind kind;
	size_t offset; /* of the value in its struct */
	size_t bytes_max;
	int required;
	const char *expected;
};

#define COMMENT(member) offsetof(struct comment, member)
#define AUTHOR(member)  offsetof(struct comment, author.member)

static const struct field author_fields[] = {
    {"id", STRING, AUTHOR(id), 256, 0, "a string of at most 256 bytes"},
    {"name", STRING, AUTHOR(name), 512, 0, "a string of at most 512 bytes"},
    {"email", STRING, AUTHOR(email), 320, 0, "a string of at most 320 bytes"},
    {"url", STRING, AUTHOR(url), 2048, 0, "a string of at most 2048 bytes"},
    {"ip", STRING, AUTHOR(ip), 64, 0, "a string of at most 64 bytes"},
    {"user_agent", STRING, AUTHOR(user_agent), 1024, 0,
	"a string of at most 1024 bytes"},
    {"role", STRING, AUTHOR(role), 64, 0, "a string of at most 64 bytes"},
    {NULL},
};

static const struct field comment_fields[] = {
    {"content", STRING, COMMENT(content), CONTENT_BYTES_MAX, 1,
	"a string of at most 32768 bytes"},
    {"id", STRING, COMMENT(id), 256, 0, "a string of at most 256 bytes"},
    {"thread", STRING, COMMENT(thread), 2048, 0,
	"a string of at most 2048 bytes"},
    {"parent", STRING, COMMENT(parent), 256, 0,
	"a string of at most 256 bytes"},
    {"type", STRING, COMMENT(type), 64, 0, "a string of at most 64 bytes"},
    {"format", FORMAT, COMMENT(format), 0, 0, "\"text\" or \"html\""},
    {"author", OBJECT, 0, 0, 0, "an object"},
    {"created_at", TIME, COMMENT(created_at_ms), 0, 0,
	"an RFC 3339 time such as \"2026-11-25T21:34:00Z\""},
    {"referrer", STRING, COMMENT(referrer), 2048, 0,
	"a string of at most 2048 bytes"},
    {"fill_ms", MILLISECONDS, COMMENT(fill_ms), 0, 0,
	"a whole number of milliseconds, 0 or more"},
    {"honeypot", STRING, COMMENT(honeypot), 4096, 0,
	"a string of at most 4096 bytes"},
    {"test", BOOLEAN, COMMENT(test), 0, 0, "true or false"},
    {NULL},
};

struct reader {
	struct comment *comment;
	struct arena *arena;
	struct problem_field *misfit;
	int full; /* the arena is */
};

static int read_fields(
    struct reader *r, const struct field *fields, json_t *o, const char *base);

static int
read_string(struct reader *r, const struct field *f, json_t *v, void *out)
{
	struct span s = {json_string_value(v), json_string_length(v)};

	if (!json_is_string(v) || s.n > f->bytes_max)
		return -1;
	s = arena_copy(r->arena, s);
	r->full |= s.p == NULL;
	memcpy(out, &s, sizeof(s));
	return r->full ? -1 : 0;
}

static int
read_time(json_t *v, void *out)
{
	struct span s = {json_string_value(v), json_string_length(v)};
	int64_t ms;

	if (!json_is_string(v) || rfc3339_read(s, &ms) != 0)
		return -1;
	memcpy(out, &ms, sizeof(ms));
	return 0;
}

static int
read_milliseconds(json_t *v, void *out)
{
	int64_t ms = json_integer_value(v);

	if (!json_is_integer(v) || ms < 0)
		return -1;
	memcpy(out, &ms, sizeof(ms));
	return 0;
}

static int
read_format(json_t *v, void *out)
{
	static const char *const names[] = {
	    [FORMAT_TEXT] = "text", [FORMAT_HTML] = "html"};
	const char *s = json_is_string(v) ? json_string_value(v) : "";

	for (int i = FORMAT_TEXT; i <= FORMAT_HTML; i++)
		if (strcmp(s, names[i]) == 0) {
			*(enum comment_format *)out = (enum comment_format)i;
			return 0;
		}
	return -1;
}

static int
read_value(struct reader *r, const struct field *f, json_t *v)
{
	void *out = (char *)r->comment + f->offset;

	switch (f->kind) {
	case STRING:
		return read_string(r, f, v, out);
	case TIME:
		return read_time(v, out);
	case MILLISECONDS:
		return read_milliseconds(v, out);
	case BOOLEAN:
		*(bool *)out = json_is_true(v);
		return json_is_boolean(v) ? 0 : -1;
	case FORMAT:
		return read_format(v, out);
	case OBJECT:
		return json_is_object(v) ? 0 : -1;
	}
	return -1;
}

/* null says the same as leaving the member out. */
static int
read_field(struct reader *r, const struct field *f, json_t *v, const char *base)
{
	char below[sizeof(r->misfit->pointer)];

	if ((v == NULL || json_is_null(v)) && !f->required)
		return 0;
	if (v == NULL || read_value(r, f, v) != 0) {
		snprintf(r->misfit->pointer, sizeof(r->misfit->pointer),
		    "%s/%s", base, f->name);
		snprintf(r->misfit->detail, sizeof(r->misfit->detail),
		    "expected %s", f->expected);
		return -1;
	}
	if (f->kind != OBJECT)
		return 0;
	snprintf(below, sizeof(below), "%s/%s", base, f->name);
	return read_fields(r, author_fields, v, below);
}

static int
read_fields(
    struct reader *r, const struct field *fields, json_t *o, const char *base)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		if (read_field(r, f, json_object_get(o, f->name), base) != 0)
			return -1;
	return 0;
}

enum err_code
comment_from_json(struct comment *c, json_t *o, const char *base,
    struct arena *a, struct problem_field *field)
{
	struct reader r = {c, a, field, 0};

	*c = (struct comment){.fill_ms = -1};
	if (!json_is_object(o)) {
		snprintf(field->pointer, sizeof(field->pointer), "%s", base);
		snprintf(
		    field->detail, sizeof(field->detail), "expected an object");
		return ERR_FIELD;
	}
	if (read_fields(&r, comment_fields, o, base) == 0)
		return ERR_NONE;
	return r.full ? ERR_TOO_LARGE : ERR_FIELD;
}
