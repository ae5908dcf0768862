#include <stdio.h>

#include "form_private.h"
#include "json.h"
#include "json_mend.h"

enum { NUMBER_BYTES = 32 };

/* A scalar as a form would send it; p NULL for what is none. */
static struct span
text_of(const json_t *v, char number[NUMBER_BYTES])
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		return json_text(v);
	case JSON_INTEGER:
		snprintf(number, NUMBER_BYTES, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
		return span_of(number);
	case JSON_REAL:
		snprintf(number, NUMBER_BYTES, "%.17g", json_real_value(v));
		return span_of(number);
	case JSON_TRUE:
		return span_of("true");
	case JSON_FALSE:
		return span_of("false");
	default:
		return (struct span){NULL, 0};
	}
}

static int
add_members(struct form *f, json_t *o)
{
	char number[NUMBER_BYTES];
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v)
	{
		struct span value = text_of(v, number), name;

		if (value.p == NULL)
			continue;
		name = arena_copy(f->arena, span_of(key));
		value = arena_copy(f->arena, value);
		if (name.p == NULL || value.p == NULL ||
		    form_add(f, name, value) != 0)
			return -1;
	}
	return 0;
}

int
form_add_json(struct form *f, struct span text)
{
	struct err e;
	json_t *o;
	int result;

	if (json_mend(&text, f->arena) != 0)
		return -1;
	o = json_read(text, &e);
	result = o == NULL && e.code == ERR_DOWN ? -1 : 1;
	if (json_is_object(o))
		result = add_members(f, o);
	json_decref(o);
	return result;
}
