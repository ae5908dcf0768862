/* From a record to a row. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "../service/core/utf8.h"
#include "import.h"
#include "import_sink.h"
#include "import_time.h"
#include "input.h"

const struct import_word import_words[] = {
    {"spam", LABEL_SPAM},
    {"ham", LABEL_HAM},
    {"abuse", LABEL_ABUSE},
    {"ok", LABEL_OK},
    {"1", LABEL_SPAM},
    {"0", LABEL_HAM},
    {"true", LABEL_SPAM},
    {"false", LABEL_HAM},
    {"yes", LABEL_SPAM},
    {"no", LABEL_HAM},
    {"not spam", LABEL_HAM},
    {"not_spam", LABEL_HAM},
    {"legit", LABEL_HAM},
    {"", LABEL_NONE},
    {"null", LABEL_NONE},
    {"unknown", LABEL_NONE},
    {NULL, 0},
};

/* What WordPress and Akismet call what came from outside. */
static const char *const types[] = {
    "", "comment", "reply", "review", "pingback", "trackback"};

enum { TYPES = sizeof(types) / sizeof(*types) };

int
import_bad(
    struct import_run *run, struct err *e, size_t line, const char *format, ...)
{
	char why[160];
	va_list args;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	const char *name = input_name(run->input);
	int failed = err_set(e, ERR_INPUT, "%s:%zu: %s", name, line, why);
	if (!run->skip_bad)
		return failed;
	import_sink_bad(run->sink, e->text);
	return 0;
}

static bool
written_by_people(struct span type)
{
	for (int i = 0; i < TYPES; i++)
		if (span_is(type, types[i]))
			return true;
	return false;
}

/* What the label's word says; -1 when nobody knows it. */
static int
word_says(const struct import_run *run, struct span s)
{
	for (const struct import_word *w = run->importer->words;
	     w->word != NULL; w++)
		if (span_is(s, w->word))
			return w->says == IMPORT_TRASH ? (int)run->trash
						       : w->says;
	return -1;
}

/* The words that would have been known, as many as fit. */
static int
bad_label(struct import_run *run, const struct import_record *r, struct err *e)
{
	char known[100] = "";
	size_t n = 0;
	for (const struct import_word *w = run->importer->words;
	     w->word != NULL && n < sizeof(known); w++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, "%s%s",
		    n != 0 && w->word[0] != '\0' ? ", " : "", w->word);
	struct span s = utf8_prefix(r->value[IMPORT_LABEL], 30);
	return import_bad(run, e, r->line,
	    "label: expected one of %s; not %.*s", known, (int)s.n, s.p);
}

/* Where the values go that stay text. */
static const struct {
	enum import_key key;
	size_t at;
} places[] = {
    {IMPORT_ID, offsetof(struct comment, id)},
    {IMPORT_TEXT, offsetof(struct comment, content)},
    {IMPORT_TYPE, offsetof(struct comment, type)},
    {IMPORT_THREAD, offsetof(struct comment, thread)},
    {IMPORT_AUTHOR, offsetof(struct comment, author.name)},
    {IMPORT_AUTHOR_ID, offsetof(struct comment, author.id)},
    {IMPORT_EMAIL, offsetof(struct comment, author.email)},
    {IMPORT_URL, offsetof(struct comment, author.url)},
    {IMPORT_IP, offsetof(struct comment, author.ip)},
    {IMPORT_USER_AGENT, offsetof(struct comment, author.user_agent)},
};

static void
set_texts(struct comment *c, const struct import_record *r)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		*(struct span *)((char *)c + places[i].at) =
		    r->value[places[i].key];
}

static bool
set_format(struct comment *c, struct span s, enum comment_format usual)
{
	c->format = usual;
	if (s.n == 0)
		return true;
	c->format = span_is(s, "html") ? FORMAT_HTML : FORMAT_TEXT;
	return c->format == FORMAT_HTML || span_is(s, "text");
}

int
import_put(struct import_run *run, const struct import_record *r, struct err *e)
{
	struct row row = {.comment.fill_ms = -1, .fold = -1};
	int says = word_says(run, r->value[IMPORT_LABEL]);
	if (says == IMPORT_DELETED) {
		import_sink_skip(run->sink, IMPORT_SKIP_DELETED);
		return 0;
	}
	if (!written_by_people(r->value[IMPORT_TYPE])) {
		import_sink_skip(run->sink, IMPORT_SKIP_TYPE);
		return 0;
	}
	if (says < 0)
		return bad_label(run, r, e);
	row.label = (enum label)says;
	set_texts(&row.comment, r);
	if (!set_format(
		&row.comment, r->value[IMPORT_FORMAT], run->importer->format))
		return import_bad(
		    run, e, r->line, "format: expected text or html");
	row.comment.created_at_ms = import_time_ms(r->value[IMPORT_TIME]);
	if (row.comment.created_at_ms < 0)
		return import_bad(run, e, r->line,
		    "time: expected one such as 2017-11-05 01:10:00");
	return import_sink_put(run->sink, &row, e);
}
