#include "card.h"

#include <stdlib.h>

#include "output.h"

int
card_write(const char *path, const json_t *card, struct err *e)
{
	char *text = json_dumps(card, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	if (text == NULL)
		return err_set(e, ERR_BUG, "%s: cannot be written", path);
	size_t n = strlen(text);
	text[n] = '\n'; /* in place of the NUL */
	int failed = output_write(path, (struct span){text, n + 1}, e);
	free(text);
	return failed;
}

/* The card at `path`, a new reference; NULL and `e`. */
static json_t *
read_card(const char *path, struct err *e)
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

int
card_set(const char *path, const char *name, json_t *value, struct err *e)
{
	json_t *card = read_card(path, e);
	if (card == NULL)
		return -1;
	json_object_set(card, name, value);
	int failed = card_write(path, card, e);
	json_decref(card);
	return failed;
}

int
card_add(const char *path, const char *name, json_t *value, struct err *e)
{
	json_t *card = read_card(path, e);
	if (card == NULL)
		return -1;
	json_t *figures = json_object_get(card, "figures");
	if (!json_is_object(figures)) {
		figures = json_object();
		json_object_set_new(card, "figures", figures);
	}
	json_object_set(figures, name, value);
	int failed = card_write(path, card, e);
	json_decref(card);
	return failed;
}
