#include "command_show.h"

#include <string.h>

#include "command_request.h"
#include "edge/known/site_settings.h"

enum { NAME_BYTES = 64, FLAG_COLUMN = 26 };

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

		snprintf(name, sizeof(name), "%.*s", (int)head, path);
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

/* The columns of one thing, two blanks apart. */
static void
print_row(FILE *out, const char *columns, const json_t *o)
{
	for (;;) {
		size_t n = strcspn(columns, " ");

		print_value(out, value_at(o, columns, n));
		if (columns[n] == '\0')
			break;
		fputs("  ", out);
		columns += n + 1;
	}
	putc('\n', out);
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
command_show(FILE *out, const struct order *o, const json_t *answer)
{
	const json_t *rows =
	    o->list == NULL ? NULL : json_object_get(answer, o->list);

	if (o->says != NULL)
		print_filled(out, o->says, answer);
	else if (o->columns == NULL)
		print_members(out, answer, NULL);
	else if (o->list == NULL)
		print_row(out, o->columns, answer);
	for (size_t i = 0; o->columns != NULL && i < json_array_size(rows); i++)
		print_row(out, o->columns, json_array_get(rows, i));
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

		fputs(": ", out);
		print_value(out, json_object_get(f, "pointer"));
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
show_order(FILE *out, const struct order *o)
{
	const struct order_field *f = o->fields;

	fprintf(out, "\n  moderatod %s %s%s%s [FLAG…]\n    %s\n", o->noun,
	    o->verb, o->argument == NULL ? "" : " ",
	    o->argument == NULL ? "" : o->argument, o->help);
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
	fputs("\nWith --json the answer is shown as it is. Other flags are "
	      "settings of\n`moderatod serve`, such as --var, and say which "
	      "service is meant. It may\nrun or not.\n",
	    out);
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (strcmp(o->noun, noun) == 0 && o->example != NULL)
			fprintf(out, "\n  %s\n", o->example);
	fputs("\nExit codes: 0 done, 1 failed, 2 wrong usage or settings.\n",
	    out);
}
