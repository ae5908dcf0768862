#include "config_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static const char blanks[] = " \t\r\n\v\f";
static const char byte_order_mark[] = "\xef\xbb\xbf";

/* `text` without blanks around it: its end is moved. */
static char *
trim(char *text)
{
	size_t n;

	text += strspn(text, blanks);
	for (n = strlen(text); n > 0 && strchr(blanks, text[n - 1]) != NULL;)
		n--;
	text[n] = '\0';
	return text;
}

static bool
begins_comment(const char *text)
{
	return *text == '#' || *text == ';';
}

static void
cut_comment(char *text)
{
	for (; (text = strpbrk(text, blanks)) != NULL; text++)
		if (begins_comment(text + 1))
			*text = '\0';
}

/* Takes a line of `n` bytes, which may hold nothing. */
static int
take_line(char *text, size_t n, struct config_line *l,
    const struct config_taker *t, struct err *e)
{
	char *equals;

	if (strlen(text) != n)
		return err_set(e, ERR_INPUT, "a NUL is no text");
	text = trim(text);
	if (*text == '\0' || begins_comment(text))
		return 0;
	cut_comment(text);
	equals = strpbrk(text, "=:");
	if (equals == NULL)
		return err_set(
		    e, ERR_INPUT, "expected key = value, on one line");
	*equals = '\0';
	l->key = trim(text);
	l->value = trim(equals + 1);
	return t->take(t->arg, l, e);
}

static size_t
mark_bytes(const char *text)
{
	size_t n = sizeof(byte_order_mark) - 1;

	return strncmp(text, byte_order_mark, n) == 0 ? n : 0;
}

static int
read_lines(
    FILE *f, const char *path, const struct config_taker *t, struct err *e)
{
	struct config_line l = {0};
	struct err inner;
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	int result = 0;

	while (result == 0 && (n = getline(&text, &room, f)) >= 0) {
		size_t skip = l.number++ == 0 ? mark_bytes(text) : 0;

		result =
		    take_line(text + skip, (size_t)n - skip, &l, t, &inner);
		if (result != 0)
			err_set(e, inner.code, "%s:%zu: %s", path, l.number,
			    inner.text);
	}
	if (result == 0 && !feof(f))
		result = err_set(
		    e, ERR_INPUT, "config: %s: %s", path, strerror(errno));
	free(text);
	return result;
}

int
config_file_read(const char *path, const struct config_taker *t, struct err *e)
{
	FILE *f = fopen(path, "re");
	int result;

	if (f == NULL)
		return err_set(
		    e, ERR_INPUT, "config: %s: %s", path, strerror(errno));
	result = read_lines(f, path, t, e);
	fclose(f);
	return result;
}
