#include "../check/once.h"
#include "../format/json.h"
#include "../request/reply.h"
#include "feedback.h"
#include "label_line.h"
#include "labels.h"

struct import {
	struct feedback feedback; /* first */
	uint32_t line, known;     /* known: people said so before */
};

static void
done(struct feedback *f, const struct err *e)
{
	if (e == NULL)
		reply(&f->call, 200, f->put.answer);
	else
		problem_answer(f->call.request, e, NULL);
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
add_line(struct import *i, struct span line, struct err *e)
{
	struct feedback *f = &i->feedback;
	struct decision *d = &f->decisions[f->n];
	struct label_line read;

	if (f->n == LABELS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d labels at once",
		    LABELS_MAX);
	if (label_line_read(&read, line, i->line, &f->call.request->arena, e) !=
	    0)
		return -1;
	feedback_fill(f, d, read.kind);
	d->actor = span_of("import");
	if (feedback_about_text(f, d, &read.comment, e) != 0)
		return -1;
	if (is_known(i, d))
		i->known++;
	else
		f->n++;
	return 0;
}

static int
read_all(struct import *i, struct err *e)
{
	struct span text = i->feedback.call.request->body, line;

	while (label_line_next(&text, &line, &i->line))
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
	return i->feedback.put.answer.p != NULL ? 0 : err_no_answer(e);
}

void
labels_import(const struct call *call)
{
	struct arena *a = &call->request->arena;
	struct import *i = arena_array(a, 1, sizeof(*i));
	struct err e = ERR_NO_ROOM;
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
