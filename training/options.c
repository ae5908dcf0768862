#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../service/edge/format/mdoc.h"

enum { WIDTH = 80, OPTION_WIDTH = 30 };

/* The words of `text` behind what is in the line already, `at` bytes; lines
 * that follow are `indent` further in. */
static void
put_words(const char *text, size_t at, int indent)
{
	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		if (at + 1 + n > WIDTH) {
			printf("\n%*s", indent, "");
			at = (size_t)indent;
		}
		printf(" %.*s", (int)n, text);
		at += 1 + n;
		text += n + strspn(text + n, " ");
	}
	putchar('\n');
}

static void
put_option(const char *name, const char *values, const char *help)
{
	int n = printf("  --%s%s%s", name, values != NULL ? " " : "",
	    values != NULL ? values : "");
	if (n <= OPTION_WIDTH)
		n += printf("%*s", OPTION_WIDTH - n, "");
	else
		n = WIDTH; /* the help is below */
	put_words(help, (size_t)n, OPTION_WIDTH);
}

static void
print_help(const struct command *c, const struct option_row *table)
{
	int n = printf("moderato-train %s:", c->name);
	put_words(c->summary, (size_t)n, 3);
	n = printf("\nusage: moderato-train %s", c->name) - 1;
	put_words(c->usage, (size_t)n, 3);
	puts("\noptions:");
	for (const struct option_row *o = table; o->name != NULL; o++)
		put_option(o->name, o->values, o->help);
	put_option("help", NULL, "print this and end");
	if (strstr(c->usage, "CORPUS") != NULL)
		puts("\nA CORPUS is a file of JSON lines, plain or gzipped; "
		     "`-` is standard input.");
	printf("\nexamples:\n%s", c->examples);
	puts("\nexit codes: 0 done, 1 failed, 2 the command line is wrong");
	if (c->more != NULL)
		c->more(stdout);
}

/* The same as a part of a page of mdoc. */
static void
print_manual(const struct command *c, const struct option_row *table)
{
	char line[256];

	snprintf(line, sizeof(line), "moderato-train %s", c->name);
	mdoc_part(stdout, line);
	mdoc_text(stdout, c->summary);
	snprintf(line, sizeof(line), "Usage: moderato-train %s %s", c->name,
	    c->usage);
	mdoc_paragraph(stdout);
	mdoc_text(stdout, line);
	mdoc_list(stdout);
	for (const struct option_row *o = table; o->name != NULL; o++) {
		mdoc_flag(stdout, o->name, o->values);
		mdoc_text(stdout, o->help);
	}
	mdoc_list_end(stdout);
	mdoc_literal(stdout, c->examples);
	if (c->more != NULL)
		mdoc_said(stdout, c->more);
}

static int
set_choice(const struct option_row *o, const char *value, struct err *e)
{
	const char *at = o->values;
	size_t n = strlen(value);
	for (int i = 0;; i++) {
		size_t length = strcspn(at, "|");
		if (length == n && memcmp(at, value, n) == 0) {
			*(int *)o->into = i;
			return 0;
		}
		if (at[length] == '\0')
			break;
		at += length + 1;
	}
	return err_set(
	    e, ERR_INPUT, "--%s %s: expected %s", o->name, value, o->values);
}

static int
set_number(const struct option_row *o, const char *value, struct err *e)
{
	char *end;
	errno = 0;
	double number = strtod(value, &end);
	bool whole = o->kind == OPTION_WHOLE;
	if (end == value || *end != '\0' || errno != 0 ||
	    !(number >= o->low && number <= o->high) ||
	    (whole && number != (double)(long)number))
		return err_set(e, ERR_INPUT,
		    "--%s %s: expected a %s from %g to %g", o->name, value,
		    whole ? "whole number" : "number", o->low, o->high);
	if (whole)
		*(long *)o->into = (long)number;
	else
		*(double *)o->into = number;
	return 0;
}

static int
set_weight(const struct option_row *o, const char *value, struct err *e)
{
	const char *equals = strchr(value, '=');
	struct set_weights *all = o->into;
	struct set_weight w;
	struct option_row number = *o;
	if (equals == NULL)
		return err_set(e, ERR_INPUT, "--%s %s: expected %s", o->name,
		    value, o->values);
	number.kind = OPTION_NUMBER;
	number.into = &w.weight;
	if (set_number(&number, equals + 1, e) < 0)
		return -1;
	w.set = (struct span){value, (size_t)(equals - value)};
	all->items = memory_append(all->items, all->n, sizeof(*all->items));
	all->items[all->n++] = w;
	return 0;
}

static void
add_operand(struct operands *operands, struct corpus_file file)
{
	operands->files = memory_append(
	    operands->files, operands->n, sizeof(*operands->files));
	operands->files[operands->n++] = file;
}

static int
set_value(const struct option_row *o, const char *value,
    struct operands *operands, struct err *e)
{
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)o->into = true;
		return 0;
	case OPTION_STRING:
		*(const char **)o->into = value;
		return 0;
	case OPTION_CHOICE:
		return set_choice(o, value, e);
	case OPTION_WHOLE:
	case OPTION_NUMBER:
		return set_number(o, value, e);
	case OPTION_CORPUS:
	case OPTION_HATE:
		add_operand(operands,
		    (struct corpus_file){value, true, o->kind == OPTION_HATE});
		return 0;
	case OPTION_WEIGHT:
		return set_weight(o, value, e);
	}
	return err_set(e, ERR_BUG, "--%s has no kind", o->name);
}

static const struct option_row *
find(const struct option_row *table, const char *name, size_t n)
{
	for (const struct option_row *o = table; o->name != NULL; o++)
		if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

/* Takes the option at *argv, and its value, which may be the next one. */
static int
read_option(const struct option_row *table, char ***argv,
    struct operands *operands, struct err *e)
{
	const char *name = **argv + 2;
	size_t n = strcspn(name, "=");
	const struct option_row *o = find(table, name, n);
	if (o == NULL)
		return err_set(e, ERR_INPUT,
		    "no option --%.*s; --help lists them", (int)n, name);
	if (o->kind == OPTION_FLAG && name[n] == '=')
		return err_set(e, ERR_INPUT, "--%s takes no value", o->name);
	if (o->kind == OPTION_FLAG)
		return set_value(o, NULL, operands, e);
	if (name[n] == '=')
		return set_value(o, name + n + 1, operands, e);
	if ((*argv)[1] == NULL)
		return err_set(
		    e, ERR_INPUT, "--%s: expected %s", o->name, o->values);
	++*argv;
	return set_value(o, **argv, operands, e);
}

/* Of one corpus at least, as the last word of its usage says. */
static bool
lacks_corpus(const struct command *c, const struct operands *operands)
{
	static const char last[] = " CORPUS...";
	size_t n = strlen(c->usage), k = sizeof(last) - 1;
	return operands->n == 0 && n >= k && !strcmp(c->usage + n - k, last);
}

enum options_result
options_read(const struct command *command, const struct option_row *table,
    char **argv, struct operands *operands, struct err *e)
{
	bool only_files = false;
	*operands = (struct operands){0};
	for (argv++; *argv != NULL; argv++) {
		const char *word = *argv;
		if (only_files || word[0] != '-' || word[1] == '\0')
			add_operand(operands, (struct corpus_file){word});
		else if (strcmp(word, "--") == 0)
			only_files = true;
		else if (strcmp(word, "--help") == 0) {
			print_help(command, table);
			return OPTIONS_HELP;
		} else if (strcmp(word, "--man") == 0) {
			print_manual(command, table);
			return OPTIONS_HELP;
		} else if (word[1] != '-') {
			err_set(e, ERR_INPUT, "no option %s", word);
			return OPTIONS_WRONG;
		} else if (read_option(table, &argv, operands, e) < 0)
			return OPTIONS_WRONG;
	}
	if (lacks_corpus(command, operands)) {
		err_set(e, ERR_INPUT, "a CORPUS is needed");
		return OPTIONS_WRONG;
	}
	return OPTIONS_GO;
}

int
operands_load(const struct operands *operands, struct corpus *c, struct err *e)
{
	for (size_t i = 0; i < operands->n; i++)
		if (corpus_add(c, operands->files[i], e) < 0)
			return -1;
	if (c->n > 0)
		return 0;
	return operands->n == 1 ? err_set(e, ERR_INPUT, "%s: there are no rows",
				      operands->files[0].path)
				: err_set(e, ERR_INPUT, "there are no rows");
}
