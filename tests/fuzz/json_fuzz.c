/*
 * Any bytes as JSON, read by our own reader and by jansson: both refuse them,
 * or both find the same values, and so of what json_mend makes of them, which
 * lets be what can be read. With less memory ours may only refuse.
 */
#include <jansson.h>

#include "../../service/edge/format/json.h"
#include "../../service/edge/format/json_in.h"
#include "../../service/edge/format/json_mend.h"
#include "arena.h"

/* More than a value takes, of which the shortest has two bytes. */
enum { ARENA_PER_BYTE = 64, ARENA_LEAST = 1 << 12 };

static bool same(const struct json_in *a, json_t *b);

static bool
same_text(struct span a, json_t *b)
{
	return a.n == json_string_length(b) &&
	       memcmp(a.p, json_string_value(b), a.n) == 0;
}

/* jansson's keys end with a NUL, which none of ours may hold. */
static bool
same_members(const struct json_in *a, json_t *b)
{
	if (a->n != json_object_size(b))
		return false;
	for (const struct json_in *m = a->first; m != NULL; m = m->next) {
		char key[1024];

		if (m->key.n >= sizeof(key))
			continue;
		memcpy(key, m->key.p, m->key.n);
		key[m->key.n] = '\0';
		if (!same(m, json_object_get(b, key)) ||
		    json_in_member(a, key) != m)
			return false;
	}
	return true;
}

static bool
same_items(const struct json_in *a, json_t *b)
{
	size_t i = 0;

	if (a->n != json_array_size(b))
		return false;
	for (const struct json_in *m = a->first; m != NULL; m = m->next)
		if (!same(m, json_array_get(b, i++)))
			return false;
	return i == a->n;
}

static bool
same(const struct json_in *a, json_t *b)
{
	static const json_type types[] = {
	    [IN_NULL] = JSON_NULL,
	    [IN_FALSE] = JSON_FALSE,
	    [IN_TRUE] = JSON_TRUE,
	    [IN_INTEGER] = JSON_INTEGER,
	    [IN_REAL] = JSON_REAL,
	    [IN_STRING] = JSON_STRING,
	    [IN_ARRAY] = JSON_ARRAY,
	    [IN_OBJECT] = JSON_OBJECT,
	};

	if (b == NULL || json_typeof(b) != types[a->kind])
		return false;
	switch (a->kind) {
	case IN_INTEGER:
		return a->integer == json_integer_value(b);
	case IN_REAL:
		return a->real == json_real_value(b);
	case IN_STRING:
		return same_text(a->text, b);
	case IN_ARRAY:
		return same_items(a, b);
	case IN_OBJECT:
		return same_members(a, b);
	default:
		return true;
	}
}

/* Whether they can be read. */
static bool
check(struct span text)
{
	size_t room = ARENA_LEAST + ARENA_PER_BYTE * text.n;
	struct err ours, theirs;
	json_t *wanted = json_read(text, &theirs);
	const struct json_in *got;
	struct arena a;

	arena_open(&a, room);
	got = json_in_read(text, &a, &ours);
	require((got != NULL) == (wanted != NULL));
	if (got != NULL)
		require(same(got, wanted));
	else
		require(ours.code == ERR_INPUT &&
			strcmp(ours.text, theirs.text) == 0);
	arena_drop(&a);
	arena_open(&a, text.n % 64 * 16);
	if (json_in_read(text, &a, &ours) != NULL)
		require(wanted != NULL);
	json_decref(wanted);
	arena_drop(&a);
	return wanted != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = input_of(data, size), mended = text;
	bool read = check(text);
	struct arena a;

	arena_open(&a, ARENA_LEAST + size);
	require(json_mend(&mended, &a) == 0 && mended.n == text.n);
	if (mended.p != text.p)
		require(!read && memcmp(mended.p, text.p, size) != 0);
	check(mended);
	arena_drop(&a);
	return 0;
}
