#include "json.h"

#include <stdlib.h>

#include "../process/spare.h"

enum { DIGITS = 17, SLACK = 16 /* what alignment may take */ };

/* Since json_begin, on this thread. */
static _Thread_local bool lacks_memory;

/* jansson's reader goes on with less of the text when it gets no memory. */
static _Thread_local bool reading;

static void *
take(size_t bytes)
{
	void *block = reading ? spare_malloc(bytes) : malloc(bytes);

	lacks_memory |= block == NULL;
	return block;
}

void
json_init(void)
{
	json_set_alloc_funcs(take, spare_free);
}

void
json_begin(void)
{
	lacks_memory = false;
}

bool
json_is_whole(void)
{
	return !lacks_memory;
}

/*
 * Nesting is bounded before jansson recurses: brackets outside of strings.
 * Text that is not JSON may fool the count, but then it is refused anyway.
 */
static int
too_deep(struct span text)
{
	int depth = 0, in_string = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			depth++;
		else if (!in_string && (c == '}' || c == ']'))
			depth--;
		if (depth > JSON_DEPTH_MAX)
			return 1;
	}
	return 0;
}

/* jansson takes a NUL for the end of the text, whatever follows it. */
static json_t *
refuse_nul(json_t *value, struct span text, struct err *e)
{
	if (value == NULL || memchr(text.p, '\0', text.n) == NULL)
		return value;
	json_decref(value);
	err_set(e, ERR_INPUT, "not JSON: a NUL after the value");
	return NULL;
}

/* NULL also when there was no memory for all of it. */
static json_t *
load(struct span text, json_error_t *why)
{
	json_t *value;

	reading = true;
	spare_begin();
	value = json_loadb(
	    text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, why);
	reading = false;
	if (!spare_used())
		return value;
	lacks_memory = true;
	json_decref(value);
	return NULL;
}

json_t *
json_read(struct span text, struct err *e)
{
	json_error_t why;
	json_t *value;

	if (too_deep(text)) {
		err_set(
		    e, ERR_INPUT, "JSON nested deeper than %d", JSON_DEPTH_MAX);
		return NULL;
	}
	value = load(text, &why);
	if (value == NULL && spare_used())
		err_set(e, ERR_DOWN, "no memory to read JSON");
	else if (value == NULL)
		err_set(e, ERR_INPUT, "not JSON: %s (line %d, column %d)",
		    why.text, why.line, why.column);
	return refuse_nul(value, text, e);
}

struct span
json_write(const json_t *value, struct arena *a)
{
	size_t used = a->used, room = a->size - used, n;
	char *p = arena_alloc(a, room > SLACK ? room - SLACK : 0);

	if (p == NULL || value == NULL || room <= SLACK || lacks_memory) {
		arena_rewind(a, used);
		lacks_memory = false;
		return (struct span){NULL, 0};
	}
	n = json_dumpb(value, p, room - SLACK,
	    JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(DIGITS));
	if (n == 0 || n > room - SLACK) {
		arena_rewind(a, used);
		return (struct span){NULL, 0};
	}
	arena_rewind(a, used);
	return (struct span){arena_alloc(a, n), n};
}

json_t *
json_span(struct span s)
{
	return json_stringn(s.n > 0 ? s.p : "", s.n);
}

/* The object that is the member, made if there is none; NULL: no memory. */
static json_t *
object_of(json_t *o, struct span name)
{
	json_t *below = json_object_getn(o, name.p, name.n);

	if (below != NULL)
		return below;
	below = json_object();
	return json_object_setn_new(o, name.p, name.n, below) == 0 ? below
								   : NULL;
}

int
json_put_at(json_t *o, const char *pointer, json_t *value)
{
	const char *end = strchrnul(pointer + 1, '/');
	struct span name = {pointer + 1, (size_t)(end - pointer - 1)};

	if (*end == '\0')
		return json_object_setn_new(o, name.p, name.n, value);
	return json_put_at(object_of(o, name), end, value);
}
