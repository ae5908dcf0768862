/*
 * Tables with a line of names: files of one's own, and what WP-CLI or a
 * database says of WordPress's comments. The one door to libcsv.
 */
#include <csv.h>
#include <stdlib.h>

#include "import.h"
#include "import_columns.h"
#include "import_word_press.h"
#include "input.h"

enum { FIELD_STEP_BYTES = 1 << 16 };

struct field {
	size_t start, n; /* in bytes */
};

struct table {
	struct import_run *run;
	const struct import_columns *names;
	struct err *e;
	int failed;
	size_t line;          /* where the row begins */
	char *bytes;          /* of the row's fields */
	size_t used, size;    /* used <= size */
	struct field *fields; /* of the row */
	size_t n;
	size_t width; /* fields of the first line; 0: it is to come */
	size_t column[IMPORT_KEYS]; /* which has what; `width`: none */
};

static void
take_field(void *bytes, size_t n, void *context)
{
	struct table *t = context;
	if (n > t->size - t->used) {
		t->size = 2 * t->size + n;
		t->bytes = memory_grow(t->bytes, t->size, 1);
	}
	if (n != 0)
		memcpy(t->bytes + t->used, bytes, n);
	t->fields = memory_append(t->fields, t->n, sizeof(*t->fields));
	t->fields[t->n++] = (struct field){t->used, n};
	t->used += n;
}

static struct span
value(const struct table *t, size_t i)
{
	struct field f = t->fields[i];
	return (struct span){f.n != 0 ? t->bytes + f.start : "", f.n};
}

static size_t
find_column(const struct table *t, enum import_key key)
{
	struct span name;
	for (size_t i = 0;
	     (name = import_columns_name(t->names, key, i)).p != NULL; i++)
		for (size_t j = 0; j < t->n; j++)
			if (import_columns_same(value(t, j), name))
				return j;
	return t->n;
}

static int
missing(const struct table *t, const char *column)
{
	const char *hint = input_hint(t->run->input);
	return err_set(t->e, ERR_INPUT,
	    "%s:%zu: expected a column %s, or one named by --column%s%s",
	    input_name(t->run->input), t->line, column,
	    hint != NULL ? ": " : "", hint != NULL ? hint : "");
}

static int
read_names(struct table *t)
{
	t->width = t->n;
	for (int key = 0; key < IMPORT_KEYS; key++) {
		struct span given = t->names->given[key];
		t->column[key] = find_column(t, (enum import_key)key);
		if (given.n != 0 && t->column[key] == t->width)
			return err_set(t->e, ERR_INPUT,
			    "%s:%zu: expected a column %.*s",
			    input_name(t->run->input), t->line, (int)given.n,
			    given.p);
	}
	if (t->column[IMPORT_TEXT] == t->width)
		return missing(t, "text");
	return 0;
}

static int
read_row(struct table *t)
{
	struct import_record r = {.line = t->line};
	if (t->n != t->width)
		return import_bad(t->run, t->e, t->line,
		    "expected %zu fields, not %zu", t->width, t->n);
	for (int key = 0; key < IMPORT_KEYS; key++)
		if (t->column[key] < t->n)
			r.value[key] = value(t, t->column[key]);
	return import_put(t->run, &r, t->e);
}

static void
take_row(int end, void *context)
{
	struct table *t = context;
	(void)end;
	if (!t->failed)
		t->failed = t->width == 0 ? read_names(t) : read_row(t);
	t->used = t->n = 0;
	t->line = 0;
}

static int
parser_fault(struct csv_parser *p, const struct table *t)
{
	const char *why = csv_error(p) == CSV_EPARSE
			      ? "a quoted field that ends"
			      : csv_strerror(csv_error(p));
	return err_set(t->e, ERR_INPUT, "%s:%zu: expected %s",
	    input_name(t->run->input), t->line, why);
}

static int
parse_line(struct csv_parser *p, struct table *t, struct span line)
{
	if (t->line == 0)
		t->line = input_at(t->run->input);
	if (csv_parse(p, line.p, line.n, take_field, take_row, t) != line.n)
		return parser_fault(p, t);
	/* a quote that is never closed takes in all that follows */
	if (p->entry_pos + t->used > IMPORT_RECORD_BYTES_MAX)
		return err_set(t->e, ERR_TOO_LARGE,
		    "%s:%zu: expected at most %d MiB in a row",
		    input_name(t->run->input), t->line,
		    IMPORT_RECORD_BYTES_MAX >> 20);
	return t->failed;
}

static int
read_lines(struct csv_parser *p, struct table *t)
{
	struct span line;
	int got;
	while ((got = input_line(t->run->input, &line, t->e)) == 1)
		if (parse_line(p, t, line) < 0)
			return -1;
	if (got < 0)
		return -1;
	/* the last quote must have closed; libcsv looks when strict only */
	csv_set_opts(p, CSV_STRICT | CSV_STRICT_FINI);
	if (csv_fini(p, take_field, take_row, t) != 0)
		return parser_fault(p, t);
	if (!t->failed && t->width == 0)
		return err_set(t->e, ERR_INPUT,
		    "%s:1: expected a line of column names",
		    input_name(t->run->input));
	return t->failed;
}

static struct span
first_line(struct span head)
{
	const char *end = memchr(head.p, '\n', head.n);
	return (struct span){
	    head.p, end != NULL ? (size_t)(end - head.p) : head.n};
}

/* What there is most of in the line of names. */
static unsigned char
delimiter(struct span head)
{
	static const char all[] = {',', ';', '\t', '|'};
	struct span line = first_line(head);
	size_t count[sizeof(all)] = {0};
	size_t best = 0;
	for (size_t i = 0; i < sizeof(all); i++) {
		for (size_t j = 0; j < line.n; j++)
			count[i] += line.p[j] == all[i];
		if (count[i] > count[best])
			best = i;
	}
	return (unsigned char)all[best];
}

static int
read_table(
    struct import_run *run, const struct import_columns *names, struct err *e)
{
	struct table t = {.run = run, .names = names, .e = e};
	struct csv_parser p;
	/* not CSV_STRICT: PHP, and so WP-CLI, leaves the quote in \" single */
	if (csv_init(&p, 0) != 0)
		return err_set(e, ERR_BUG, "no CSV reader");
	/* its usual 128 bytes would make a large field's cost quadratic */
	csv_set_blk_size(&p, FIELD_STEP_BYTES);
	csv_set_delim(&p, delimiter(input_head(run->input)));
	int failed = read_lines(&p, &t);
	csv_free(&p);
	free(t.bytes);
	free(t.fields);
	return failed;
}

static int
read_csv(struct import_run *run, struct err *e)
{
	return read_table(run, run->columns, e);
}

/* Its names are all known, but that of the label means the contrary of what
 * 1 and 0 mean elsewhere. */
static int
read_wp_csv(struct import_run *run, struct err *e)
{
	struct import_columns names = *run->columns;
	if (names.given[IMPORT_LABEL].n == 0)
		names.given[IMPORT_LABEL] = span_of("comment_approved");
	return read_table(run, &names, e);
}

static bool
fits_csv(struct span head)
{
	struct span line = first_line(head);
	return line.n != 0 && memchr(line.p, '\0', line.n) == NULL &&
	       line.p[0] != '<' && line.p[0] != '{' && line.p[0] != '[';
}

static bool
fits_wp_csv(struct span head)
{
	static const char column[] = "comment_approved";
	struct span line = first_line(head);
	return fits_csv(head) &&
	       memmem(line.p, line.n, column, strlen(column)) != NULL;
}

const struct importer import_wp_csv = {
    .name = "wp-csv",
    .format = FORMAT_HTML,
    .words = import_word_press,
    .fits = fits_wp_csv,
    .read = read_wp_csv,
};

const struct importer import_csv = {
    .name = "csv",
    .format = FORMAT_TEXT,
    .words = import_words,
    .fits = fits_csv,
    .read = read_csv,
};
