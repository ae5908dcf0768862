#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "output.h"
#include "report_page.h"

enum { DEPTH_MAX = 4 };

static const char style[] =
    ":root{color-scheme:light dark}\n"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;"
    "margin:2rem auto;padding:0 1rem}\n"
    "table{display:block;overflow-x:auto;border-collapse:collapse;"
    "margin:.5rem 0 1.5rem}\n"
    "table:empty{display:none}\n"
    "td,th{text-align:start;vertical-align:top;padding:.15rem .8rem;"
    "border-bottom:1px solid #8884}\n"
    "td{max-width:36rem}\n"
    "bdi{white-space:pre-wrap;overflow-wrap:break-word}\n"
    "td small{display:none}\n"
    /* a row is a card where a table has no room */
    "@media(max-width:48rem){tr:has(th+th){display:none}"
    "tr:has(small){display:block;padding:.4rem 0;border-bottom:1px solid #8884}"
    "td:has(small){display:block;border:0;padding:0 .2rem}"
    "td small{display:inline;opacity:.7}td small::after{content:': '}"
    "bdi{overflow-wrap:anywhere}}\n";

/* "false_positives95" as "false positives95". */
static void
put_key(FILE *f, const char *key)
{
	for (; *key != '\0'; key++)
		page_escaped(
		    f, *key == '_' ? span_of(" ") : (struct span){key, 1});
}

static void
put_number(FILE *f, const json_t *v)
{
	if (json_is_integer(v))
		fprintf(f, "%lld", (long long)json_integer_value(v));
	else
		fprintf(f, "%.4g", json_real_value(v));
}

/* A value in a cell; lists of scalars are told one after the other. */
static void
put_cell(FILE *f, const json_t *v)
{
	if (json_is_string(v)) {
		fputs("<bdi>", f);
		page_escaped(f, span_of(json_string_value(v)));
		fputs("</bdi>", f);
	} else if (json_is_number(v)) {
		put_number(f, v);
	} else if (json_is_boolean(v)) {
		fputs(json_is_true(v) ? "yes" : "no", f);
	} else if (json_is_array(v) && json_array_size(v) == 0) {
		fputs("none", f);
	} else if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++) {
			fputs(i > 0 ? " – " : "", f);
			put_number(f, json_array_get(v, i));
		}
	}
}

static bool
is_plain(const json_t *v)
{
	return !json_is_object(v) &&
	       !(json_is_array(v) && json_is_object(json_array_get(v, 0)));
}

static void
put_row(FILE *f, json_t *o, json_t *like)
{
	const char *key;
	json_t *v;
	fputs("<tr>", f);
	json_object_foreach(like, key, v)
	{
		fputs("<td><small>", f);
		put_key(f, key);
		fputs("</small>", f);
		put_cell(f, json_object_get(o, key));
		fputs("</td>", f);
	}
	fputs("</tr>\n", f);
}

/* The members of the first say what the columns are. */
static void
put_rows(FILE *f, const json_t *list)
{
	json_t *first = json_array_get(list, 0), *v;
	const char *key;
	fputs("<table><tr>", f);
	json_object_foreach(first, key, v)
	{
		fputs("<th>", f);
		put_key(f, key);
		fputs("</th>", f);
	}
	fputs("</tr>\n", f);
	for (size_t i = 0; i < json_array_size(list); i++)
		put_row(f, json_array_get(list, i), first);
	fputs("</table>\n", f);
}

static void
put_members(FILE *f, json_t *o)
{
	const char *key;
	json_t *v;
	fputs("<table>", f);
	json_object_foreach(o, key, v)
	{
		if (!is_plain(v))
			continue;
		fputs("<tr><th>", f);
		put_key(f, key);
		fputs("</th><td>", f);
		put_cell(f, v);
		fputs("</td></tr>\n", f);
	}
	fputs("</table>\n", f);
}

static void
put_section(FILE *f, json_t *o, int depth)
{
	const char *key;
	json_t *v;
	put_members(f, o);
	json_object_foreach(o, key, v)
	{
		if (is_plain(v) || depth == DEPTH_MAX)
			continue;
		fprintf(f, "<h%d>", depth + 1);
		put_key(f, key);
		fprintf(f, "</h%d>\n", depth + 1);
		if (json_is_array(v))
			put_rows(f, v);
		else
			put_section(f, v, depth + 1);
	}
}

struct span
page_html(const json_t *o, const struct page_words *words)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	if (f == NULL)
		return (struct span){0};
	json_t *copy = json_copy((json_t *)o);
	page_begin(f, style, words->title);
	fputs("<p>", f);
	page_escaped(f, span_of(words->lead));
	fputs("</p>\n", f);
	put_section(f, copy, 1);
	page_end(f);
	json_decref(copy);
	if (fclose(f) == 0)
		return (struct span){text, n};
	free(text);
	return (struct span){0};
}

static int
write_html(const char *path, const json_t *o, const struct page_words *words,
    struct err *e)
{
	struct span page = page_html(o, words);
	if (page.p == NULL)
		return err_set(e, ERR_DOWN, "no memory for a page");
	int failed = output_write(path, page, OUTPUT_FOR_OWNER, e);
	free((char *)page.p);
	return failed;
}

int
page_write(const char *folder, const char *name, const json_t *o,
    const struct page_words *words, struct err *e)
{
	char *json = output_path_as(folder, name, ".json");
	char *html = output_path_as(folder, name, ".html");
	int failed = card_write(json, o, OUTPUT_FOR_OWNER, e) != 0 ||
		     write_html(html, o, words, e) != 0;
	free(json);
	free(html);
	return failed ? -1 : 0;
}
