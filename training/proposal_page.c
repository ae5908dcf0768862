#include "proposal_page.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrast_page.h"
#include "output.h"
#include "report_page.h"
#include "tidied.h"

/* What a name of the proposal is told as: of the rows that both models were
 * asked about, and of verdicts. */
static const struct told {
	const char *name, *words;
} told[] = {
    {"held back", "On the newest decisions, which it did not learn"},
    {"heads", "Of what it has learned"},
    {"gold", "On the gold set, which no model learns from"},
    {"better", "better than the model in use, beyond chance"},
    {"same", "no better and no worse than the model in use, beyond chance"},
    {"worse", "something speaks against it"},
    {"unknown", "no decision was held back, and there is no gold set"},
};

static const char *
words_of(const json_t *o, const char *key)
{
	const char *name = page_text(o, key).p;
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		if (strcmp(told[i].name, name) == 0)
			return told[i].words;
	return name;
}

static struct contrast_words
words_for(const json_t *got)
{
	return (struct contrast_words){
	    words_of(got, "on"), "the one in use", "the new one"};
}

static void
put_objections(FILE *f, const json_t *proposal)
{
	const json_t *list = json_object_get(proposal, "objections");
	if (json_array_size(list) == 0)
		return;
	fputs("<h2>What speaks against it</h2>\n<ul>\n", f);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		fputs("<li>", f);
		page_escaped(f, span_of(words_of(one, "on")));
		fputs(": ", f);
		page_escaped(f, page_text(one, "detail"));
		fputs(".</li>\n", f);
	}
	fputs("</ul>\n", f);
}

static void
put_aside(void *arg, const char *sentence)
{
	FILE *f = arg;
	fputs("<p>To mind: ", f);
	page_escaped(f, span_of(sentence));
	fputs(".</p>\n", f);
}

static void
put_opening(FILE *f, const json_t *proposal)
{
	struct span name = page_text(proposal, "name");
	struct span verdict = page_text(proposal, "verdict");
	json_int_t asked = page_count(proposal, "held_back");
	json_int_t older = page_count(proposal, "to_learn");
	json_int_t learned = page_count(proposal, "learned");
	char title[NAME_MAX + sizeof(" is proposed")];
	snprintf(title, sizeof(title), "%.*s is proposed", (int)name.n, name.p);
	contrast_page_begin(f, title);
	fputs("<p class=\"", f);
	page_escaped(f, verdict);
	fputs("\"><strong>Verdict: ", f);
	page_escaped(f, verdict);
	fputs("</strong> – ", f);
	page_escaped(f, span_of(words_of(proposal, "verdict")));
	fputs(" (in use: ", f);
	page_escaped(f, page_text(proposal, "old"));
	fprintf(f,
	    ").</p>\n<p>People made %" JSON_INTEGER_FORMAT
	    " decisions that teach. Of the %s%" JSON_INTEGER_FORMAT
	    " it learned %" JSON_INTEGER_FORMAT "%s",
	    page_count(proposal, "labels"), asked > 0 ? "older " : "", older,
	    learned,
	    learned < older ? " (<code>hygiene.html</code> tells what became "
			      "of the others)"
			    : "");
	if (asked > 0)
		fprintf(f,
		    "; the newest %" JSON_INTEGER_FORMAT
		    ", which resemble no other, both models were asked "
		    "about",
		    asked);
	fputs(".</p>\n", f);
	tidied_each(proposal, put_aside, f);
}

/* What else is there, and what to do next. */
static void
put_more(FILE *f, const json_t *proposal, const json_t *compared)
{
	bool against =
	    json_array_size(json_object_get(proposal, "objections")) > 0;
	size_t n = json_array_size(compared);
	fputs("<h2>More</h2>\n<p>In the model’s folder: ", f);
	for (size_t i = 0; i < n; i++) {
		struct span on = page_text(json_array_get(compared, i), "on");
		bool gold = span_equal(on, span_of("gold"));
		fprintf(f, "<code>%s.html</code>%s", gold ? "gold" : "compare",
		    i + 1 < n ? ", " : " with more verdicts that change; ");
	}
	fprintf(f,
	    "<code>hygiene.html</code> with what was wrong with labels; <code>"
	    "report.html</code> with curves, thresholds, words and slices. "
	    "<code>moderato-train promote</code> puts the model in use%s; "
	    "<code>rollback</code> takes that back.</p>\n",
	    against ? ", with <code>--force</code> only, as something speaks "
		      "against it"
		    : "");
}

static void
put_compared(FILE *f, const json_t *compared)
{
	size_t n = json_array_size(compared);
	fputs("<h2>Figures</h2>\n<p>Small print: the 95 % interval.</p>\n", f);
	for (size_t i = 0; i < n; i++) {
		const json_t *got = json_array_get(compared, i);
		struct contrast_words words = words_for(got);
		contrast_page_figures(f, got, &words);
	}
	contrast_page_lead(f);
	for (size_t i = 0; i < n; i++) {
		const json_t *got = json_array_get(compared, i);
		struct contrast_words words = words_for(got);
		contrast_page_changes(f, got, &words);
	}
}

static void
put_all(FILE *f, const json_t *proposal, const json_t *compared)
{
	put_opening(f, proposal);
	put_objections(f, proposal);
	if (json_array_size(compared) > 0)
		put_compared(f, compared);
	put_more(f, proposal, compared);
	page_end(f);
}

int
proposal_page_write(const char *folder, const json_t *proposal,
    const json_t *compared, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	if (f == NULL)
		return err_set(e, ERR_DOWN, "no memory for a page");
	put_all(f, proposal, compared);
	char *path = output_path(folder, "proposal.html");
	int failed = fclose(f) != 0
			 ? err_set(e, ERR_DOWN, "no memory for a page")
			 : output_write(path, (struct span){text, n},
			       OUTPUT_FOR_OWNER, e);
	free(path);
	free(text);
	return failed;
}
