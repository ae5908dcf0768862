#include <stdio.h>

#include "../check/comment_json.h"
#include "../check/once.h"
#include "../format/json.h"
#include "feedback.h"
#include "labels.h"

struct import {
	struct feedback feedback; /* first */
	uint32_t line, known;     /* known: people said so before */
};

static void
done(struct feedback *f, const struct err *e)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = f->put.answer,
	};

	if (e == NULL)
		http_answer(f->call.request, &out);
	else
		problem_answer(f->call.request, e, NULL);
}

/* The next line of `text`, which it leaves; blank ones are passed over. */
static bool
next_line(struct span *text, struct span *line, uint32_t *number)
{
	while (text->n > 0) {
		const char *end = memchr(text->p, '\n', text->n);
		size_t n = end != NULL ? (size_t)(end - text->p) : text->n;

		*line = (struct span){text->p, n};
		n += end != NULL;
		*text = (struct span){text->p + n, text->n - n};
		++*number;
		for (size_t i = 0; i < line->n; i++)
			if (strchr(" \t\r", line->p[i]) == NULL)
				return true;
	}
	return false;
}

static int
kind_of_label(const char *label)
{
	static const struct {
		const char *label;
		enum decision_kind kind;
	} rows[] = {
	    {"spam", DECISION_SPAM},
	    {"ham", DECISION_APPROVE},
	    {"abuse", DECISION_ABUSE},
	    {"ok", DECISION_APPROVE},
	};

	for (size_t i = 0; label != NULL && i < sizeof(rows) / sizeof(rows[0]);
	     i++)
		if (strcmp(label, rows[i].label) == 0)
			return (int)rows[i].kind;
	return -1;
}

/* The members of a row that count here. */
static const struct {
	const char *name;
	size_t offset; /* in a struct comment */
	size_t bytes_max;
	bool required;
} members[] = {
    {"text", offsetof(struct comment, content), CONTENT_BYTES_MAX, true},
    {"author", offsetof(struct comment, author.name), 512, false},
    {"author_id", offsetof(struct comment, author.id), 256, false},
    {"email", offsetof(struct comment, author.email), 320, false},
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static int
misfit(const struct import *i, const char *name, const char *expected,
    struct err *e)
{
	return err_set(
	    e, ERR_INPUT, "line %u: %s: expected %s", i->line, name, expected);
}

static int
read_comment(
    const struct import *i, json_t *row, struct comment *c, struct err *e)
{
	struct arena *a = &i->feedback.call.request->arena;
	const char *format = json_string_value(json_object_get(row, "format"));

	*c = (struct comment){.fill_ms = -1};
	if (format != NULL && strcmp(format, "html") == 0)
		c->format = FORMAT_HTML;
	for (size_t m = 0; m < MEMBERS; m++) {
		json_t *v = json_object_get(row, members[m].name);
		struct span s = {json_string_value(v), json_string_length(v)};
		struct span *out =
		    (struct span *)((char *)c + members[m].offset);

		if (!members[m].required && (v == NULL || json_is_null(v)))
			continue;
		if (!json_is_string(v) || s.n > members[m].bytes_max)
			return misfit(
			    i, members[m].name, "a string, not too long", e);
		*out = arena_copy(a, s);
		if (out->p == NULL)
			return err_set(
			    e, ERR_TOO_LARGE, "line %u does not fit", i->line);
	}
	return 0;
}

/* Whether the text is that already, so that nothing needs to be written. */
static bool
is_known(const struct import *i, const struct decision *d)
{
	struct decision label;
	struct err ignored;

	return store_find_label(i->feedback.call.worker->reader, d->site,
		   d->fingerprint.text, &label, &ignored) == 0 &&
	       label.kind == d->kind;
}

static int
add_row(struct import *i, json_t *row, struct err *e)
{
	struct feedback *f = &i->feedback;
	struct decision *d = &f->decisions[f->n];
	int kind =
	    kind_of_label(json_string_value(json_object_get(row, "label")));
	struct comment c;

	if (f->n == LABELS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d labels at once",
		    LABELS_MAX);
	if (kind < 0)
		return misfit(
		    i, "label", "\"spam\", \"ham\", \"abuse\" or \"ok\"", e);
	feedback_fill(f, d, (enum decision_kind)kind);
	d->actor = span_of("import");
	if (read_comment(i, row, &c, e) != 0 ||
	    feedback_about_text(f, d, &c, e) != 0)
		return -1;
	if (is_known(i, d))
		i->known++;
	else
		f->n++;
	return 0;
}

static int
add_line(struct import *i, struct span line, struct err *e)
{
	json_t *row = json_read(line, e);
	struct err why;
	int failed = -1;

	if (row == NULL) {
		why = *e;
		return err_set(
		    e, ERR_INPUT, "line %u: %.200s", i->line, why.text);
	}
	if (json_is_object(row))
		failed = add_row(i, row, e);
	else
		misfit(i, "the line", "a JSON object", e);
	json_decref(row);
	return failed;
}

static int
read_all(struct import *i, struct err *e)
{
	struct span text = i->feedback.call.request->body, line;

	while (next_line(&text, &line, &i->line))
		if (add_line(i, line, e) != 0)
			return -1;
	return i->feedback.n + i->known > 0
		   ? 0
		   : err_set(e, ERR_INPUT,
			 "expected a line of JSON for each label");
}

/* {"imported":…,"known":…} */
static int
write_answer(struct import *i, struct err *e)
{
	json_t *o = json_pack("{s:I, s:I}", "imported",
	    (json_int_t)i->feedback.n, "known", (json_int_t)i->known);

	i->feedback.put.answer =
	    json_write(o, &i->feedback.call.request->arena);
	json_decref(o);
	return i->feedback.put.answer.p != NULL
		   ? 0
		   : err_set(e, ERR_TOO_LARGE, "the answer does not fit");
}

void
labels_import(const struct call *call)
{
	struct arena *a = &call->request->arena;
	struct import *i = arena_array(a, 1, sizeof(*i));
	struct err e = {ERR_TOO_LARGE, "the request is too large"};
	struct store_once once;

	if (once_begin(call, &once) == ONCE_ANSWERED)
		return;
	if (i != NULL) {
		feedback_init(&i->feedback, call, done);
		i->feedback.put.once = once;
		i->feedback.decisions =
		    arena_array(a, LABELS_MAX, sizeof(*i->feedback.decisions));
	}
	if (i == NULL || i->feedback.decisions == NULL ||
	    read_all(i, &e) != 0 || write_answer(i, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		feedback_decide(&i->feedback);
}
