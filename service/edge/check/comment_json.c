#include "comment_json.h"

#include <stddef.h>
#include <stdio.h>

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

static int
read_string(const struct field *f, const struct json_in *v, void *out)
{
	if (v->kind != IN_STRING || v->text.n > f->bytes_max)
		return -1;
	memcpy(out, &v->text, sizeof(v->text));
	return 0;
}

static int
read_time(const struct json_in *v, void *out)
{
	int64_t ms;

	if (v->kind != IN_STRING || rfc3339_read(v->text, &ms) != 0)
		return -1;
	memcpy(out, &ms, sizeof(ms));
	return 0;
}

static int
read_milliseconds(const struct json_in *v, void *out)
{
	if (v->kind != IN_INTEGER || v->integer < 0)
		return -1;
	memcpy(out, &v->integer, sizeof(v->integer));
	return 0;
}

static int
read_boolean(const struct json_in *v, void *out)
{
	*(bool *)out = v->kind == IN_TRUE;
	return v->kind == IN_TRUE || v->kind == IN_FALSE ? 0 : -1;
}

static int
read_format(const struct json_in *v, void *out)
{
	static const struct span names[] = {
	    [FORMAT_TEXT] = {"text", 4}, [FORMAT_HTML] = {"html", 4}};

	for (int i = FORMAT_TEXT; i <= FORMAT_HTML; i++)
		if (v->kind == IN_STRING && span_equal(v->text, names[i])) {
			*(enum comment_format *)out = (enum comment_format)i;
			return 0;
		}
	return -1;
}

struct reader {
	struct comment *comment;
	struct problem_field *misfit;
};

static int read_fields(struct reader *r, const struct field *fields,
    const struct json_in *o, const char *base);

static int
read_value(struct reader *r, const struct field *f, const struct json_in *v)
{
	void *out = (char *)r->comment + f->offset;

	switch (f->kind) {
	case STRING:
		return read_string(f, v, out);
	case TIME:
		return read_time(v, out);
	case MILLISECONDS:
		return read_milliseconds(v, out);
	case BOOLEAN:
		return read_boolean(v, out);
	case FORMAT:
		return read_format(v, out);
	case OBJECT:
		return v->kind == IN_OBJECT ? 0 : -1;
	}
	return -1;
}

/* null says the same as leaving the member out. */
static int
read_field(struct reader *r, const struct field *f, const struct json_in *v,
    const char *base)
{
	char pointer[sizeof(r->misfit->pointer)];
	bool fits;

	if ((v == NULL || v->kind == IN_NULL) && !f->required)
		return 0;
	fits = v != NULL && read_value(r, f, v) == 0;
	if (fits && f->kind != OBJECT)
		return 0;
	snprintf(pointer, sizeof(pointer), "%s/%s", base, f->name);
	return fits ? read_fields(r, author_fields, v, pointer)
		    : problem_misfit(
			  r->misfit, pointer, "expected %s", f->expected);
}

static int
read_fields(struct reader *r, const struct field *fields,
    const struct json_in *o, const char *base)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		if (read_field(r, f, json_in_member(o, f->name), base) != 0)
			return -1;
	return 0;
}

int
comment_from_json(struct comment *c, const struct json_in *o, const char *base,
    struct problem_field *field)
{
	struct reader r = {c, field};

	*c = (struct comment){.fill_ms = -1};
	if (o == NULL || o->kind != IN_OBJECT)
		return problem_misfit(field, base, "expected an object");
	if (read_fields(&r, comment_fields, o, base) != 0)
		return -1;
	comment_trim(c);
	return 0;
}
