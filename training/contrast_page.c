#include "contrast_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../service/core/policy.h"
#include "card.h"
#include "output.h"
#include "report_page.h"

static const char style[] =
    ":root{color-scheme:light dark;--text:#1a1a1a;--page:#fff;--grid:#ddd;"
    "--good:#2a6fb0;--bad:#c4441c;--mark:#555}\n"
    "@media(prefers-color-scheme:dark){:root{--text:#eee;--page:#161616;"
    "--grid:#3a3a3a;--good:#6fb1ef;--bad:#ff8a5c;--mark:#bbb}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--text);"
    "background:var(--page);max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}\n"
    "h1{line-height:1.2}.worse{color:var(--bad)}.better{color:var(--good)}\n"
    ".table{max-width:100%;overflow:auto;margin:1rem 0}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:600;padding:.5rem 0}"
    "td,th{text-align:right;vertical-align:top;padding:.2rem .8rem;"
    "border-bottom:1px solid var(--grid)}"
    "th[scope=row]{text-align:left;font-weight:400;padding-left:0}"
    "td.word{text-align:left}"
    "th[scope=col]{color:var(--mark);font-weight:500}"
    "th[scope=col]:first-child{text-align:left;padding-left:0}\n"
    "small{color:var(--mark);white-space:nowrap}td small{display:block}\n"
    "ul.changed{list-style:none;padding:0}"
    ".changed li{border-left:.3rem solid var(--grid);padding:.1rem 0 .1rem "
    ".8rem;margin:.8rem 0}"
    ".changed li.worse{border-color:var(--bad);color:inherit}"
    ".changed li.better{border-color:var(--good);color:inherit}"
    ".changed p{margin:0}.changed small{white-space:normal;"
    "overflow-wrap:anywhere}"
    "bdi{display:block;white-space:pre-wrap;overflow-wrap:anywhere}\n";

/* Shares that are told of both, and the counts that each is made of. */
static const struct share {
	const char *title, *level, *name, *of, *rest;
} shares[] = {
    {"bad ones held or rejected", "hold", "recall", "caught", "missed"},
    {"good ones held or rejected", "hold", "false_positives", "blocked",
	"passed"},
    {"right when it holds or rejects", "hold", "precision", "caught",
	"blocked"},
    {"bad ones rejected", "reject", "recall", "caught", "missed"},
    {"good ones rejected", "reject", "false_positives", "blocked", "passed"},
};

static const char *const sides[] = {"old", "new"};

/* How a number is told. */
static const struct unit {
	double scale;
	int digits;
	const char *sign;
} percent = {100, 1, "\u00a0%"}, plain = {1, 4, ""};

/* "66.7 %", and below it what that is between. */
static void
put_figure(FILE *f, const json_t *value, const json_t *within, struct unit u)
{
	const json_t *low = json_array_get(within, 0);
	const json_t *high = json_array_get(within, 1);
	if (!json_is_number(value)) {
		fputs("–", f);
		return;
	}
	fprintf(
	    f, "%.*f%s", u.digits, u.scale * json_number_value(value), u.sign);
	/* of one that orders all rows right nothing can be told */
	if (json_is_number(low) && json_is_number(high) &&
	    json_number_value(low) < json_number_value(high))
		fprintf(f, "<small>%.*f to %.*f</small>", u.digits,
		    u.scale * json_number_value(low), u.digits,
		    u.scale * json_number_value(high));
}

static const json_t *
within_of(const json_t *o, const char *name)
{
	char key[64];
	snprintf(key, sizeof(key), "%s95", name);
	return json_object_get(o, key);
}

static void
put_share(FILE *f, const json_t *got, const struct share *share)
{
	const json_t *level =
	    json_object_get(json_object_get(got, "levels"), share->level);
	page_word(f, span_of(share->title));
	for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++) {
		const json_t *side = json_object_get(level, sides[i]);
		json_int_t n = page_count(side, share->of);
		fprintf(f,
		    "<td>%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
		    ", ",
		    n, n + page_count(side, share->rest));
		put_figure(f, json_object_get(side, share->name),
		    within_of(side, share->name), percent);
		fputs("</td>", f);
	}
}

/* How well both order the rows of a head. */
static void
put_head(FILE *f, const json_t *head)
{
	struct span name = page_text(head, "head");
	char title[64];
	snprintf(title, sizeof(title), "ROC AUC, %.*s", (int)name.n, name.p);
	page_word(f, span_of(title));
	fputs("<td>", f);
	put_figure(f, json_object_get(head, "old_auc"),
	    json_object_get(head, "old_auc95"), plain);
	fputs("</td><td>", f);
	put_figure(f, json_object_get(head, "new_auc"),
	    json_object_get(head, "new_auc95"), plain);
	fputs("</td>", f);
}

static void
put_duel(FILE *f, const json_t *got, const struct contrast_words *words)
{
	const json_t *duel = json_object_get(
	    json_object_get(json_object_get(got, "levels"), "hold"), "mcnemar");
	fprintf(f,
	    "<p>Of the %" JSON_INTEGER_FORMAT " comments that people "
	    "decided about, ",
	    page_count(got, "decided"));
	page_escaped(f, span_of(words->old));
	fprintf(f, " alone is right about %" JSON_INTEGER_FORMAT ", ",
	    page_count(duel, "only_old"));
	page_escaped(f, span_of(words->new));
	fprintf(f,
	    " alone about %" JSON_INTEGER_FORMAT
	    ". Chance does that, or more, with p = %.2g "
	    "(McNemar’s mid-p).</p>\n",
	    page_count(duel, "only_new"),
	    json_number_value(json_object_get(duel, "mid_p")));
}

void
contrast_page_figures(
    FILE *f, const json_t *got, const struct contrast_words *words)
{
	const char *const titles[] = {"", words->old, words->new, NULL};
	const json_t *heads = json_object_get(got, "heads");
	const json_t *f1 = json_object_get(got, "f1");
	page_table(f, words->on, titles);
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		fputs("<tr>", f);
		put_share(f, got, &shares[i]);
		fputs("</tr>\n", f);
	}
	for (size_t i = 0; i < json_array_size(heads); i++) {
		fputs("<tr>", f);
		put_head(f, json_array_get(heads, i));
		fputs("</tr>\n", f);
	}
	fputs("<tr>", f);
	page_word(f, span_of("F1 of what is held or rejected"));
	for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++) {
		fputs("<td>", f);
		put_figure(f, json_object_get(f1, sides[i]), NULL, plain);
		fputs("</td>", f);
	}
	fputs("</tr>\n", f);
	page_table_end(f);
	put_duel(f, got, words);
}

static int
hardness(const json_t *item, const char *side)
{
	int a = action_named(page_text(item, side));
	return a < 0 ? ACTION_PUBLISH : a;
}

/* Whether the new verdict is nearer to what people said. */
static const char *
turn_of(const json_t *item)
{
	struct span label = page_text(item, "label");
	int harder = hardness(item, "new") - hardness(item, "old");
	bool bad = span_equal(label, span_of("spam")) ||
		   span_equal(label, span_of("abuse"));
	if (label.n == 0)
		return "open";
	return (harder > 0) == bad ? "better" : "worse";
}

static void
put_item(FILE *f, const json_t *item)
{
	struct span label = page_text(item, "label");
	struct span text = page_text(item, "text");
	struct span by = page_text(item, "by");
	fprintf(f, "<li class=\"%s\"><p>", turn_of(item));
	if (label.n > 0) {
		fputs("People said <b>", f);
		page_escaped(f, label);
		fputs("</b>: ", f);
	}
	page_escaped(f, page_text(item, "old"));
	fputs(" → <b>", f);
	page_escaped(f, page_text(item, "new"));
	fputs("</b> <small>", f);
	if (by.n > 0) {
		fputs("said by ", f);
		page_escaped(f, by);
		fputs(", ", f);
	}
	fputs("id ", f);
	page_escaped(f, page_text(item, "id"));
	fputs(
	    text.n > 0 ? "</small></p><bdi>" : "; no text</small></p><bdi>", f);
	page_escaped(f, text);
	fputs("</bdi></li>\n", f);
}

void
contrast_page_changes(
    FILE *f, const json_t *got, const struct contrast_words *words)
{
	const json_t *items = json_object_get(got, "items");
	size_t n = json_array_size(items);
	if (n == 0)
		return;
	fputs("<h3>", f);
	page_escaped(f, span_of(words->on));
	fprintf(f,
	    "</h3>\n<p>%zu of %" JSON_INTEGER_FORMAT
	    " are shown.</p>\n<ul class=\"changed\">\n",
	    n, page_count(got, "changed"));
	for (size_t i = 0; i < n; i++)
		put_item(f, json_array_get(items, i));
	fputs("</ul>\n", f);
}

void
contrast_page_begin(FILE *f, const char *title)
{
	page_begin(f, style, title);
}

void
contrast_page_lead(FILE *f)
{
	fputs("<h2>Comments whose verdict changes</h2>\n<p>The worst first. "
	      "<span class=\"worse\">Red</span>: further from what people said "
	      "than before; <span class=\"better\">blue</span>: nearer.</p>\n",
	    f);
}

/* What speaks against the new one, and what is to be known of the rows. */
static void
put_warnings(FILE *f, const json_t *got)
{
	const json_t *list = json_object_get(got, "objections");
	json_int_t known = page_count(got, "known");
	if (known > 0)
		fprintf(f,
		    "<p class=\"worse\">%" JSON_INTEGER_FORMAT
		    " of them were decided when one of the two was made, which "
		    "may have learned them and then looks better than it is; "
		    "<code>--unseen</code> leaves them out.</p>\n",
		    known);
	if (json_array_size(list) == 0)
		return;
	fputs("<h2>What speaks against the new one</h2>\n<ul>\n", f);
	for (size_t i = 0; i < json_array_size(list); i++) {
		fputs("<li>", f);
		page_escaped(f, page_text(json_array_get(list, i), "detail"));
		fputs(".</li>\n", f);
	}
	fputs("</ul>\n", f);
}

/* How often one verdict became which. */
static void
put_actions(FILE *f, const json_t *got, const struct contrast_words *words)
{
	const char *const titles[] = {words->old, words->new, "comments", NULL};
	const json_t *list = json_object_get(got, "actions");
	page_table(f, "Verdicts of both", titles);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		fputs("<tr>", f);
		page_word(f, page_text(one, "before"));
		fputs("<td class=\"word\">", f);
		page_escaped(f, page_text(one, "after"));
		fputs("</td>", f);
		page_number(f, (double)page_count(one, "n"), 0);
		fputs("</tr>\n", f);
	}
	page_table_end(f);
}

static void
put_page(FILE *f, const json_t *got)
{
	const struct contrast_words words = {"On these comments",
	    page_text(got, "old").p, page_text(got, "new").p};
	contrast_page_begin(f, "One model beside another, both as they are");
	fprintf(f,
	    "<p>Comments: %" JSON_INTEGER_FORMAT
	    "; people decided about %" JSON_INTEGER_FORMAT
	    " of them; the verdict changes for %" JSON_INTEGER_FORMAT
	    ". Small print: the 95 %% interval.</p>\n",
	    page_count(got, "n"), page_count(got, "decided"),
	    page_count(got, "changed"));
	put_warnings(f, got);
	if (page_count(got, "decided") > 0)
		contrast_page_figures(f, got, &words);
	put_actions(f, got, &words);
	contrast_page_lead(f);
	contrast_page_changes(f, got, &words);
	page_end(f);
}

static int
write_html(const char *path, const json_t *got, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	if (f == NULL)
		return err_set(e, ERR_DOWN, "no memory for a page");
	put_page(f, got);
	int failed = fclose(f) != 0
			 ? err_set(e, ERR_DOWN, "no memory for a page")
			 : output_write(path, (struct span){text, n},
			       OUTPUT_FOR_OWNER, e);
	free(text);
	return failed;
}

int
contrast_page_write(
    const char *folder, const char *name, const json_t *got, struct err *e)
{
	char *json = output_path_as(folder, name, ".json");
	char *html = output_path_as(folder, name, ".html");
	int failed = card_write(json, got, OUTPUT_FOR_OWNER, e) != 0 ||
		     write_html(html, got, e) != 0;
	free(json);
	free(html);
	return failed ? -1 : 0;
}
