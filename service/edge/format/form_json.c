#include <inttypes.h>
#include <stdio.h>

#include "form_private.h"
#include "json_in.h"
#include "json_mend.h"

enum {
	NUMBER_BYTES = 32,
	/* of the values that are read, scalars or not, beside their text: what
	 * is nested is no field, but must be read to be passed over */
	TREE_BYTES_MAX = 4 * FORM_FIELDS_MAX * sizeof(struct json_in),
};

/* A scalar as a form would send it; p NULL for what is none. */
static struct span
text_of(const struct json_in *v, char number[NUMBER_BYTES])
{
	switch (v->kind) {
	case IN_STRING:
		return v->text;
	case IN_INTEGER:
		snprintf(number, NUMBER_BYTES, "%" PRId64, v->integer);
		return span_of(number);
	case IN_REAL:
		snprintf(number, NUMBER_BYTES, "%.17g", v->real);
		return span_of(number);
	case IN_TRUE:
		return span_of("true");
	case IN_FALSE:
		return span_of("false");
	default:
		return (struct span){NULL, 0};
	}
}

static int
add_members(struct form *f, const struct json_in *o)
{
	char number[NUMBER_BYTES];

	for (const struct json_in *m = o->first; m != NULL; m = m->next) {
		struct span value = text_of(m, number);

		if (value.p == NULL)
			continue;
		if (value.p == number)
			value = arena_copy(f->arena, value);
		if (value.p == NULL || form_add(f, m->key, value) != 0)
			return -1;
	}
	return 0;
}

/*
 * Reads `text` into as much of the arena as the fields of a form need: what
 * any stranger may send is not to make more of memory than its own bytes.
 */
static const struct json_in *
read_tree(struct span text, struct arena *a, bool *full)
{
	struct arena part = *a;
	const struct json_in *tree;

	if (part.size - part.used > text.n + TREE_BYTES_MAX)
		part.size = part.used + text.n + TREE_BYTES_MAX;
	tree = json_in_try(text, &part, full);
	a->used = part.used;
	return tree;
}

int
form_add_json(struct form *f, struct span text)
{
	const struct json_in *o;
	bool full;

	if (json_mend(&text, f->arena) != 0)
		return -1;
	o = read_tree(text, f->arena, &full);
	if (full)
		return -1;
	return o != NULL && o->kind == IN_OBJECT ? add_members(f, o) : 1;
}
