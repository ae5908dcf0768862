#include "command_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../edge/format/json.h"

/* What the service makes by itself. */
static const char *const made[] = {"id", "created_at", "created_by"};

/* 0, or -1: no memory. */
static int
add_row(json_t *rows, json_t *row)
{
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		json_object_del(row, made[i]);
	return json_array_append(rows, row);
}

/* 0, or -1: the line is no JSON, or there is no memory. */
static int
add_line(json_t *rows, struct span line, const char *list, struct err *e)
{
	json_t *o = json_read(line, e), *inner, *each;
	int failed = 0;
	size_t i;

	if (o == NULL)
		return -1;
	inner = json_object_get(o, list);
	if (!json_is_array(inner))
		failed = add_row(rows, o);
	json_array_foreach(inner, i, each)
	{
		failed |= add_row(rows, each);
	}
	json_decref(o);
	return failed ? err_set(e, ERR_DOWN, "no memory for it") : 0;
}

static int
add_lines(json_t *rows, FILE *in, const char *list, struct err *e)
{
	char *line = NULL;
	size_t room = 0;
	unsigned long number = 0;
	ssize_t n;
	int failed = 0;

	while (!failed && (n = getline(&line, &room, in)) >= 0) {
		struct err why;

		number++;
		if (strspn(line, " \t\r\n") == (size_t)n)
			continue;
		failed =
		    add_line(rows, (struct span){line, (size_t)n}, list, &why);
		if (failed)
			err_set(
			    e, ERR_INPUT, "line %lu: %.200s", number, why.text);
	}
	free(line);
	return failed;
}

json_t *
command_rows_read(const char *path, const char *list, struct err *e)
{
	FILE *in = fopen(path, "r");
	json_t *rows;
	int failed;

	if (in == NULL) {
		err_set(e, ERR_DOWN, "%s: %s", path, strerror(errno));
		return NULL;
	}
	rows = json_array();
	failed = add_lines(rows, in, list, e);
	if (!failed && ferror(in))
		failed = err_set(e, ERR_DOWN, "%s: %s", path, strerror(errno));
	if (failed) {
		json_decref(rows);
		rows = NULL;
	}
	fclose(in);
	return rows;
}
