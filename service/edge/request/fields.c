#include "fields.h"

#include <stdio.h>
#include <string.h>

#include "../format/json.h"
#include "../format/rfc3339.h"

int
fields_misfit(struct problem_field *field, struct err *e, const char *pointer,
    const char *detail)
{
	problem_misfit(field, pointer, "%s", detail);
	return err_set(e, ERR_FIELD, "a field is not what was expected");
}

int
field_text(json_t *v, void *out)
{
	const char *s = json_string_value(v);

	if (s == NULL || strlen(s) != json_string_length(v))
		return -1;
	memcpy(out, &s, sizeof(s));
	return 0;
}

int
field_value(json_t *v, void *out)
{
	memcpy(out, &v, sizeof(v));
	return 0;
}

int
field_time(json_t *v, void *out)
{
	struct span s = json_text(v);
	int64_t ms;

	if (s.p == NULL || rfc3339_read(s, &ms) != 0)
		return -1;
	memcpy(out, &ms, sizeof(ms));
	return 0;
}

/* A member that there is not. -1. */
static int
strange(const char *name, struct problem_field *misfit, struct err *e)
{
	char pointer[sizeof(misfit->pointer)];

	problem_point("", name, pointer, sizeof(pointer));
	return fields_misfit(misfit, e, pointer, "there is no such member");
}

int
fields_only(json_t *o, const char *const *names, struct problem_field *misfit,
    struct err *e)
{
	const char *name;
	json_t *v;
	size_t i;

	json_object_foreach(o, name, v)
	{
		for (i = 0; names[i] != NULL && strcmp(names[i], name) != 0;)
			i++;
		if (names[i] == NULL)
			return strange(name, misfit, e);
	}
	return 0;
}

static const struct field *
row_named(const struct field *rows, const char *name)
{
	for (; rows->name != NULL; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

static int
read_member(const struct field *f, json_t *v, void *out,
    struct problem_field *misfit, struct err *e)
{
	char pointer[sizeof(misfit->pointer)];
	char detail[sizeof(misfit->detail)];

	if (json_is_null(v) || f->read(v, (char *)out + f->offset) == 0)
		return 0;
	snprintf(pointer, sizeof(pointer), "/%s", f->name);
	snprintf(detail, sizeof(detail), "expected %s", f->expected);
	return fields_misfit(misfit, e, pointer, detail);
}

static int
read_members(const struct field *rows, json_t *o, void *out,
    struct problem_field *misfit, struct err *e)
{
	const char *name;
	json_t *v;

	if (!json_is_object(o))
		return fields_misfit(misfit, e, "", "expected an object");
	json_object_foreach(o, name, v)
	{
		const struct field *f = row_named(rows, name);

		if (f == NULL)
			return strange(name, misfit, e);
		if (read_member(f, v, out, misfit, e) != 0)
			return -1;
	}
	return 0;
}

json_t *
fields_read(const struct field *rows, struct span text, void *out,
    struct problem_field *misfit, struct err *e)
{
	json_t *o = text.n == 0 ? json_object() : json_read(text, e);

	if (o == NULL)
		return NULL;
	if (read_members(rows, o, out, misfit, e) == 0)
		return o;
	json_decref(o);
	return NULL;
}
