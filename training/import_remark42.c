/*
 * Remark42's backup: a line about users and pages, and then a comment a
 * line. Addresses of readers are hashed in it, so they are left out. It does
 * not say what was spam, but that a comment was deleted.
 */
#include <string.h>

#include "../service/edge/format/json.h"
#include "import_json.h"

static const struct import_word words[] = {
    {"ham", LABEL_HAM},
    {"deleted", IMPORT_DELETED},
    {NULL, 0},
};

static bool
has(struct span head, const char *text)
{
	return memmem(head.p, head.n, text, strlen(text)) != NULL;
}

static bool
fits(struct span head)
{
	const char *end = memchr(head.p, '\n', head.n);
	struct span first = {
	    head.p, end != NULL ? (size_t)(end - head.p) : head.n};
	if (first.n == 0 || first.p[0] != '{')
		return false;
	return has(first, "\"locator\":") ||
	       (has(first, "\"version\":") &&
		   (has(first, "\"users\":") || has(first, "\"posts\":")));
}

static struct span
text_at(const json_t *o, const char *key)
{
	return json_text(json_object_get(o, key));
}

static int
take(struct import_run *run, json_t *o, size_t line, struct err *e)
{
	const json_t *user = json_object_get(o, "user");
	bool deleted = json_is_true(json_object_get(o, "delete"));
	struct span written = text_at(o, "orig");
	if (json_object_get(o, "locator") == NULL &&
	    json_object_get(o, "version") != NULL)
		return 0; /* the line about users and pages */
	if (!json_is_string(json_object_get(o, "text")))
		return import_bad(run, e, line, "text: expected a string");
	struct import_record r = {
	    .line = line,
	    .value =
		{
		    [IMPORT_ID] = text_at(o, "id"),
		    /* what was typed, else what was made of it */
		    [IMPORT_TEXT] =
			written.n != 0 ? written : text_at(o, "text"),
		    [IMPORT_FORMAT] = span_of(written.n != 0 ? "text" : "html"),
		    [IMPORT_LABEL] = span_of(deleted ? "deleted" : "ham"),
		    [IMPORT_AUTHOR] = text_at(user, "name"),
		    [IMPORT_AUTHOR_ID] = text_at(user, "id"),
		    [IMPORT_TIME] = text_at(o, "time"),
		    [IMPORT_THREAD] =
			text_at(json_object_get(o, "locator"), "url"),
		},
	};
	return import_put(run, &r, e);
}

static int
read_source(struct import_run *run, struct err *e)
{
	return import_json_lines(run, take, e);
}

const struct importer import_remark42 = {
    .name = "remark42",
    .format = FORMAT_TEXT,
    .words = words,
    .warning = "Remark42 does not say which deleted comments were spam, so "
	       "these rows teach ham only",
    .fits = fits,
    .read = read_source,
};
