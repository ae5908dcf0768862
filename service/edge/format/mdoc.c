#include "mdoc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/utf8.h"

/* When the pages were last read as a whole. */
#define DATE "November 28, 2026"

enum { WIDTH = 78 };

/* What formatters would take for something else, or draw as they like. */
static const struct {
	char is;
	const char *as;
} escapes[] = {
    {'\\', "\\e"},
    {'-', "\\-"},
    {'\'', "\\(aq"},
    {'`', "\\(ga"},
    {'^', "\\(ha"},
    {'~', "\\(ti"},
    {'"', "\\(dq"},
};

static size_t
put_code_point(FILE *out, uint32_t cp)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
		if (cp == (unsigned char)escapes[i].is)
			return (size_t)fprintf(out, "%s", escapes[i].as);
	return (size_t)(cp < 0x80 ? fprintf(out, "%c", (int)cp)
				  : fprintf(out, "\\[u%04X]", (unsigned)cp));
}

/* Some bytes of text, escaped: how many characters that took. */
static size_t
put(FILE *out, struct span s)
{
	size_t at = 0, n = 0;

	while (at < s.n) {
		uint32_t cp;
		bool bad;

		at += utf8_read(s, at, &cp, &bad);
		n += put_code_point(out, cp);
	}
	return n;
}

/* An argument of a macro, which is none itself. */
static void
put_argument(FILE *out, const char *text)
{
	for (; *text != '\0'; text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");

		fputs(" \\&", out);
		put(out, (struct span){text, n});
		text += n;
	}
}

static bool
ends_sentence(struct span word)
{
	while (word.n > 0 && strchr(")\"'", word.p[word.n - 1]) != NULL)
		word.n--;
	/* more of the same, in ... */
	if (word.n > 1 && word.p[word.n - 2] == '.')
		return false;
	return word.n > 0 && strchr(".?!", word.p[word.n - 1]) != NULL;
}

static void
put_name(FILE *out, const char *name)
{
	fputs(".Nm ", out);
	put(out, span_of(name));
	putc('\n', out);
}

void
mdoc_begin(FILE *out, const char *title, int section, const char *name,
    const char *does)
{
	fprintf(out, ".Dd %s\n.Dt %s %d\n.Os\n", DATE, title, section);
	mdoc_section(out, "NAME");
	put_name(out, name);
	fputs(".Nd ", out);
	put(out, span_of(does));
	putc('\n', out);
	mdoc_section(out, "SYNOPSIS");
	put_name(out, name);
	fputs(".Op Ar COMMAND\n.Op Ar ARGUMENT ...\n", out);
	mdoc_section(out, "DESCRIPTION");
	put_name(out, name);
}

void
mdoc_section(FILE *out, const char *title)
{
	fprintf(out, ".Sh %s\n", title);
}

void
mdoc_part(FILE *out, const char *title)
{
	fputs(".Ss", out);
	put_argument(out, title);
	putc('\n', out);
}

void
mdoc_paragraph(FILE *out)
{
	fputs(".Pp\n", out);
}

void
mdoc_text(FILE *out, const char *text)
{
	static const char blanks[] = " \t\n";
	size_t at = 0;
	bool new_line = true;

	for (text += strspn(text, blanks); *text != '\0';
	     text += strspn(text, blanks)) {
		struct span word = {text, strcspn(text, blanks)};

		/* as wide as it may become */
		new_line |= at + 1 + 2 * word.n > WIDTH;
		if (new_line)
			fprintf(out, "%s", at > 0 ? "\n" : "");
		else
			at += (size_t)fprintf(out, " ");
		if (new_line)
			at = 0;
		if (new_line && (*word.p == '.' || *word.p == '\''))
			at += (size_t)fprintf(out, "\\&");
		at += put(out, word);
		new_line = ends_sentence(word);
		text += word.n;
	}
	putc('\n', out);
}

void
mdoc_literal(FILE *out, const char *text)
{
	fputs(".Bd -literal\n", out);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (*text == '.')
			fputs("\\&", out);
		put(out, (struct span){text, n});
		putc('\n', out);
		text += n + (text[n] == '\n');
	}
	fputs(".Ed\n", out);
}

void
mdoc_said(FILE *out, void (*say)(FILE *out))
{
	char *text = NULL;
	size_t n = 0;
	FILE *said = open_memstream(&text, &n);

	if (said == NULL)
		return;
	say(said);
	if (fclose(said) == 0)
		mdoc_literal(out, text);
	free(text);
}

void
mdoc_list(FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
}

void
mdoc_list_end(FILE *out)
{
	fputs(".El\n", out);
}

void
mdoc_flag(FILE *out, const char *flag, const char *value)
{
	fputs(".It Fl \\-", out);
	put(out, span_of(flag));
	if (value != NULL) {
		fputs(" Ar", out);
		put_argument(out, value);
	}
	putc('\n', out);
}

void
mdoc_item(FILE *out, const char *words, const char *value)
{
	fputs(".It Cm", out);
	put_argument(out, words);
	if (value != NULL) {
		fputs(" Ar", out);
		put_argument(out, value);
	}
	putc('\n', out);
}

void
mdoc_file(FILE *out, const char *name)
{
	fputs(".It Pa", out);
	put_argument(out, name);
	putc('\n', out);
}

void
mdoc_see(FILE *out, const char *name, int section)
{
	mdoc_section(out, "SEE ALSO");
	fprintf(out, ".Xr %s %d\n", name, section);
}
