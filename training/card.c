#include "card.h"

#include <stdlib.h>

int
card_write(const char *path, const json_t *card, enum output_readers readers,
    struct err *e)
{
	char *text = json_dumps(card, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	if (text == NULL)
		return err_set(e, ERR_BUG, "%s: cannot be written", path);
	size_t n = strlen(text);
	text[n] = '\n'; /* in place of the NUL */
	int failed = output_write(path, (struct span){text, n + 1}, readers, e);
	free(text);
	return failed;
}

json_t *
card_read(const char *path, struct err *e)
{
	json_error_t why;
	json_t *card = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
	if (json_is_object(card))
		return card;
	err_set(e, ERR_INPUT, "%s: %s", path,
	    card == NULL ? why.text : "not an object");
	json_decref(card);
	return NULL;
}

/* The object that is a member of `o`, put there if there is none. */
static json_t *
member(json_t *o, const char *name)
{
	json_t *got = json_object_get(o, name);
	if (json_is_object(got))
		return got;
	json_object_set_new(o, name, json_object());
	return json_object_get(o, name);
}

/* Sets `name`, of the member `within` unless that is NULL. 0 or -1. */
static int
change(const char *path, const char *within, const char *name, json_t *value,
    struct err *e)
{
	json_t *card = card_read(path, e);
	if (card == NULL)
		return -1;
	json_object_set(
	    within == NULL ? card : member(card, within), name, value);
	int failed = card_write(path, card, OUTPUT_FOR_ALL, e);
	json_decref(card);
	return failed;
}

int
card_set(const char *path, const char *name, json_t *value, struct err *e)
{
	return change(path, NULL, name, value, e);
}

int
card_add(const char *path, const char *name, json_t *value, struct err *e)
{
	return change(path, "figures", name, value, e);
}
