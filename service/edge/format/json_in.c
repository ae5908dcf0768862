#include "json_in.h"

#include <stdlib.h>

#include "../../core/utf8.h"
#include "json.h"
#include "json_in_private.h"

/* Keys of an object of so many members are compared each with each. */
enum { PAIRS_MAX = 32 };

static int read_value(struct json_reader *r, struct json_in *out);

static void
skip_blanks(struct json_reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' ||
				    *r->p == '\r' || *r->p == '\t'))
		r->p++;
}

/* Orders keys so that equal ones are neighbours. */
static int
compare_keys(const void *left, const void *right)
{
	const struct json_in *a = *(const struct json_in *const *)left;
	const struct json_in *b = *(const struct json_in *const *)right;

	if (a->key.n != b->key.n)
		return a->key.n < b->key.n ? -1 : 1;
	return memcmp(a->key.p, b->key.p, a->key.n);
}

static int
refuse_twins_of_many(struct json_reader *r, const struct json_in *o)
{
	size_t used = r->arena->used, n = 0;
	const struct json_in **all = arena_alloc(r->arena, o->n * sizeof(*all));
	int result = 0;

	if (all == NULL)
		return json_reader_full(r);
	for (const struct json_in *m = o->first; m != NULL; m = m->next)
		all[n++] = m;
	qsort(all, n, sizeof(*all), compare_keys);
	for (size_t i = 1; i < n && result == 0; i++)
		if (compare_keys(&all[i - 1], &all[i]) == 0)
			result = -1;
	arena_rewind(r->arena, used);
	return result;
}

/* Two members of one name: programs differ in which of them they believe. */
static int
refuse_twins(struct json_reader *r, const struct json_in *o)
{
	if (o->n > PAIRS_MAX)
		return refuse_twins_of_many(r, o);
	for (const struct json_in *m = o->first; m != NULL; m = m->next)
		for (const struct json_in *k = m->next; k != NULL; k = k->next)
			if (span_equal(m->key, k->key))
				return -1;
	return 0;
}

static int
read_key(struct json_reader *r, struct span *out)
{
	skip_blanks(r);
	if (json_in_string(r, out) != 0)
		return -1;
	skip_blanks(r);
	return json_take(r, ':') ? 0 : -1;
}

/* What stands between the brackets, and the closing one. */
static int
read_children(struct json_reader *r, struct json_in *out, char close)
{
	const struct json_in **last = &out->first;

	skip_blanks(r);
	if (json_take(r, close))
		return 0;
	do {
		struct json_in *child =
		    arena_array(r->arena, 1, sizeof(*child));

		if (child == NULL)
			return json_reader_full(r);
		if (close == '}' && read_key(r, &child->key) != 0)
			return -1;
		if (read_value(r, child) != 0)
			return -1;
		*last = child;
		last = &child->next;
		out->n++;
		skip_blanks(r);
	} while (json_take(r, ','));
	if (!json_take(r, close))
		return -1;
	return close == '}' ? refuse_twins(r, out) : 0;
}

static int
read_nested(struct json_reader *r, struct json_in *out)
{
	bool object = *r->p++ == '{';
	int result;

	if (++r->depth > JSON_DEPTH_MAX)
		return -1;
	out->kind = object ? IN_OBJECT : IN_ARRAY;
	out->first = NULL;
	result = read_children(r, out, object ? '}' : ']');
	r->depth--;
	return result;
}

static int
read_value(struct json_reader *r, struct json_in *out)
{
	skip_blanks(r);
	switch (json_peek(r)) {
	case '"':
		out->kind = IN_STRING;
		return json_in_string(r, &out->text);
	case '{':
	case '[':
		return read_nested(r, out);
	case 'n':
	case 't':
	case 'f':
		return json_in_name(r, out);
	default:
		return json_in_number(r, out);
	}
}

/* What is refused is told as it is where jansson reads. */
static void
explain(struct span text, struct err *e)
{
	json_t *value = json_read(text, e);

	if (value != NULL) /* a fault of ours: the fuzzer looks for it */
		err_set(e, ERR_INPUT, "not JSON");
	json_decref(value);
}

const struct json_in *
json_in_try(struct span text, struct arena *a, bool *full)
{
	struct json_reader r = {text.p, text.p + text.n, a, 0, false};
	struct json_in *value = arena_array(a, 1, sizeof(*value));
	int result;

	if (value == NULL)
		result = json_reader_full(&r);
	else
		result = utf8_valid(text) ? read_value(&r, value) : -1;
	skip_blanks(&r);
	*full = r.full;
	return result == 0 && r.p == r.end ? value : NULL;
}

const struct json_in *
json_in_read(struct span text, struct arena *a, struct err *e)
{
	bool full;
	const struct json_in *value = json_in_try(text, a, &full);

	if (full)
		err_no_room(e);
	else if (value == NULL)
		explain(text, e);
	return value;
}

const struct json_in *
json_in_member(const struct json_in *o, const char *name)
{
	struct span key = span_of(name);
	const struct json_in *m;

	if (o == NULL || o->kind != IN_OBJECT)
		return NULL;
	for (m = o->first; m != NULL; m = m->next)
		if (span_equal(m->key, key))
			break;
	return m;
}
