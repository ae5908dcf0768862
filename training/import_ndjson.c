/* JSON lines of one's own: any keys, named like the columns of a table. */
#include <stdio.h>

#include "../service/edge/format/json.h"
#include "import_columns.h"
#include "import_json.h"

enum { NUMBER_BYTES = 32 };

static bool
fits(struct span head)
{
	return head.n != 0 && head.p[0] == '{';
}

static const json_t *
member(json_t *o, struct span name)
{
	const char *key;
	json_t *value;
	json_object_foreach(o, key, value)
	{
		if (import_columns_same(span_of(key), name))
			return value;
	}
	return NULL;
}

static const json_t *
find(const struct import_columns *names, json_t *o, enum import_key key)
{
	struct span name;
	for (size_t i = 0;
	     (name = import_columns_name(names, key, i)).p != NULL; i++) {
		const json_t *value = member(o, name);
		if (value != NULL)
			return value;
	}
	return NULL;
}

/* Numbers and truths as the words that a table has for them. */
static struct span
word(const json_t *value, char number[NUMBER_BYTES])
{
	if (json_is_integer(value))
		snprintf(number, NUMBER_BYTES, "%lld",
		    (long long)json_integer_value(value));
	else if (json_is_real(value))
		snprintf(number, NUMBER_BYTES, "%.0f", json_real_value(value));
	else if (json_is_boolean(value))
		return span_of(json_is_true(value) ? "true" : "false");
	else
		return json_text(value);
	return span_of(number);
}

static int
take(struct import_run *run, json_t *o, size_t line, struct err *e)
{
	struct import_record r = {.line = line};
	char numbers[IMPORT_KEYS][NUMBER_BYTES];
	for (int key = 0; key < IMPORT_KEYS; key++) {
		const json_t *value =
		    find(run->columns, o, (enum import_key)key);
		if (json_is_object(value) || json_is_array(value) ||
		    (key == IMPORT_TEXT && !json_is_string(value)))
			return import_bad(run, e, line, "%s: expected a string",
			    import_columns_name(
				run->columns, (enum import_key)key, 0)
				.p);
		r.value[key] = word(value, numbers[key]);
	}
	return import_put(run, &r, e);
}

static int
read_source(struct import_run *run, struct err *e)
{
	return import_json_lines(run, take, e);
}

const struct importer import_ndjson = {
    .name = "ndjson",
    .format = FORMAT_TEXT,
    .words = import_words,
    .fits = fits,
    .read = read_source,
};
