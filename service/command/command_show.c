#include "command_show.h"

#include <stdlib.h>
#include <string.h>

#include "../edge/known/site_settings.h"
#include "command_request.h"

enum {
	NAME_BYTES = 64,
	FLAG_COLUMN = 26,
	COLUMNS_MOST = 8,
	ALIGNED_MOST = 40, /* what is wider pushes its row to the right */
};

/*
 * Text of others, without what a terminal would obey: control characters of
 * ASCII and the C1 ones, which in UTF-8 begin with 0xc2.
 */
static void
print_text(FILE *out, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)s[0];
		bool c1 =
		    c == 0xc2 && s[1] != '\0' && (unsigned char)s[1] < 0xa0;

		putc(c < ' ' || c == 0x7f || c1 ? '?' : c, out);
		s += c1;
	}
}

/* What `path`, such as "settings/held", leads to. */
static const json_t *
value_at(const json_t *o, const char *path, size_t n)
{
	char name[NAME_BYTES];

	while (n > 0 && o != NULL) {
		const char *slash = memchr(path, '/', n);
		size_t head = slash == NULL ? n : (size_t)(slash - path);

		span_copy(name, sizeof(name), (struct span){path, head});
		o = json_object_get(o, name);
		head += slash != NULL;
		path += head;
		n -= head;
	}
	return o;
}

static void print_value(FILE *out, const json_t *v);

static void
print_list(FILE *out, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		fputs(i == 0 ? "" : ",", out);
		print_value(out, json_array_get(list, i));
	}
}

/* What has a name, such as a site, and the role that somebody has there. */
static void
print_named(FILE *out, const json_t *o)
{
	const json_t *role = json_object_get(o, "role");

	print_value(out, json_object_get(o, "name"));
	if (role == NULL)
		return;
	putc(':', out);
	print_value(out, role);
}

/* A real as people write it; everything else as it is. */
static void
print_value(FILE *out, const json_t *v)
{
	if (json_is_string(v))
		print_text(out, json_string_value(v));
	else if (json_is_integer(v))
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_real(v))
		fprintf(out, "%.6g", json_real_value(v));
	else if (json_is_boolean(v))
		fputs(json_is_true(v) ? "yes" : "no", out);
	else if (json_is_array(v))
		print_list(out, v);
	else if (json_object_get(v, "name") != NULL)
		print_named(out, v);
	else
		fputs("-", out);
}

/* Where a member is: its name, and what its object is a member of. */
struct place {
	const struct place *in; /* NULL: the whole */
	const char *name;
};

static void
print_place(FILE *out, const struct place *p)
{
	if (p->in != NULL) {
		print_place(out, p->in);
		putc('.', out);
	}
	print_text(out, p->name);
}

/* All of an object, a line each. */
static void
print_members(FILE *out, const json_t *o, const struct place *in)
{
	struct place place = {.in = in};
	json_t *v;

	json_object_foreach((json_t *)o, place.name, v)
	{
		if (json_is_object(v)) {
			print_members(out, v, &place);
			continue;
		}
		print_place(out, &place);
		fputs(": ", out);
		print_value(out, v);
		putc('\n', out);
	}
}

/* Rows of the same columns, which lie two blanks apart. */
struct table {
	const char *columns;         /* their paths, joined by blanks */
	size_t widths[COLUMNS_MOST]; /* at least so many characters each */
};

/* The name of a column: CREATED AT of created_at. */
static void
print_name(FILE *out, const char *path, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool letter = path[i] >= 'a' && path[i] <= 'z';

		putc(letter ? path[i] - 'a' + 'A' : ' ', out);
	}
}

/* A cell of `row`, or the column's name where that is NULL; the caller's. */
static char *
cell_text(const char *path, size_t n, const json_t *row)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	if (out == NULL)
		return NULL;
	if (row == NULL)
		print_name(out, path, n);
	else
		print_value(out, value_at(row, path, n));
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static size_t
characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* Makes room for `row` in all columns but the last. */
static void
widen(struct table *t, const json_t *row)
{
	const char *at = t->columns;
	size_t n = strcspn(at, " ");

	for (unsigned i = 0; at[n] != '\0' && i < COLUMNS_MOST; i++) {
		char *text = cell_text(at, n, row);
		size_t width = text == NULL ? 0 : characters(text);

		if (width > t->widths[i] && width <= ALIGNED_MOST)
			t->widths[i] = width;
		free(text);
		at += n + 1;
		n = strcspn(at, " ");
	}
}

static void
print_row(FILE *out, const struct table *t, const json_t *row)
{
	const char *at = t->columns;

	for (unsigned i = 0;; i++) {
		size_t n = strcspn(at, " ");
		size_t width = i < COLUMNS_MOST ? t->widths[i] : 0;
		char *text = cell_text(at, n, row);
		size_t had = text == NULL ? 0 : characters(text);

		fputs(text == NULL ? "" : text, out);
		free(text);
		if (at[n] == '\0')
			break;
		fprintf(
		    out, "%*s", (int)(width > had ? width - had : 0) + 2, "");
		at += n + 1;
	}
	putc('\n', out);
}

static void
print_rows(
    FILE *out, const struct order *o, const json_t *rows, enum show_rows how)
{
	struct table t = {.columns = o->columns};
	size_t n = json_array_size(rows);

	if (how != SHOW_BARE) {
		widen(&t, NULL);
		for (size_t i = 0; i < n; i++)
			widen(&t, json_array_get(rows, i));
	}
	if (how == SHOW_TABLE && n > 0)
		print_row(out, &t, NULL);
	for (size_t i = 0; i < n; i++)
		print_row(out, &t, json_array_get(rows, i));
}

/* Text with values in place of {path}. */
static void
print_filled(FILE *out, const char *text, const json_t *o)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "{");

		fwrite(text, 1, n, out);
		text += n;
		if (*text == '\0')
			return;
		n = strcspn(text, "}");
		print_value(out, value_at(o, text + 1, n - 1));
		text += n + 1;
	}
}

void
command_show(
    FILE *out, const struct order *o, const json_t *answer, enum show_rows how)
{
	if (o->says != NULL)
		print_filled(out, o->says, answer);
	else if (o->columns == NULL)
		print_members(out, answer, NULL);
	else if (o->list == NULL)
		print_row(out, &(struct table){.columns = o->columns}, answer);
	if (o->columns != NULL && o->list != NULL)
		print_rows(out, o, json_object_get(answer, o->list), how);
}

void
command_show_problem(FILE *out, const char *who, const json_t *problem)
{
	const json_t *fields = json_object_get(problem, "errors");
	const json_t *detail = json_object_get(problem, "detail");

	fprintf(out, "moderatod %s: ", who);
	print_value(out, detail);
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *f = json_array_get(fields, i);
		const json_t *pointer = json_object_get(f, "pointer");

		fputs(": ", out);
		print_value(out, pointer);
		if (json_string_length(pointer) > 0) /* not the whole body */
			fputs(": ", out);
		print_value(out, json_object_get(f, "detail"));
	}
	putc('\n', out);
}

static void
show_flag(FILE *out, const char *flag, const char *help)
{
	fprintf(out, "    --%-*s%s\n", FLAG_COLUMN, flag, help);
}

static void
show_settings(FILE *out)
{
	char flag[REQUEST_FLAG_BYTES];
	struct site_setting s;

	for (unsigned i = 0; (s = site_settings_row(i)).pointer != NULL; i++) {
		command_request_flag(s.pointer, flag);
		show_flag(out, flag, s.help);
	}
}

static void
show_form(FILE *out, const struct order *o)
{
	fprintf(out, "  moderatod %s %s%s%s [FLAG…]\n", o->noun, o->verb,
	    o->argument == NULL ? "" : " ",
	    o->argument == NULL ? "" : o->argument);
}

static void
show_order(FILE *out, const struct order *o)
{
	const struct order_field *f = o->fields;

	putc('\n', out);
	show_form(out, o);
	fprintf(out, "    %s\n", o->help);
	for (; f != NULL && f->flag != NULL; f++)
		show_flag(out, f->flag, f->help);
	if (o->settings != NULL)
		show_settings(out);
}

void
command_show_usage(FILE *out, const char *noun)
{
	fprintf(out, "usage: moderatod %s VERB …\n", noun);
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (strcmp(o->noun, noun) == 0)
			show_order(out, o);
	fputs("\nWith --json the answer is shown as it is, that of a long list "
	      "as a document for\neach page. Other flags are settings of "
	      "`moderatod serve`, such as --var, and\nsay which service is "
	      "meant. It may run or not.\n",
	    out);
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (strcmp(o->noun, noun) == 0 && o->example != NULL)
			fprintf(out, "\n  %s\n", o->example);
	fputs("\nExit codes: 0 done, 1 failed, 2 wrong usage or settings.\n",
	    out);
}

void
command_show_forms(FILE *out, const char *noun, const struct order *only)
{
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (only == NULL ? strcmp(o->noun, noun) == 0 : o == only)
			show_form(out, o);
	fprintf(out, "`moderatod %s --help` says more.\n", noun);
}
