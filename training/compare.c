/* moderato-train compare: one model beside another on the same rows. */
#include <stdio.h>
#include <stdlib.h>

#include "../service/core/utf8.h"
#include "../service/edge/format/contrast_json.h"
#include "../service/edge/model/model_file.h"
#include "options.h"
#include "progress.h"
#include "replay.h"

enum { SHOWN_MAX = 10000, EXCERPT_BYTES = 200 };

struct changed {
	size_t row;
	double harm;
	struct contrast_case c;
};

struct comparison {
	const char *folders[CONTRAST_SIDES];
	long shown;
	bool json;
	struct model *models[CONTRAST_SIDES];
	struct corpus corpus;
	struct contrast contrast;
	struct changed *changed; /* room for all rows */
	size_t n_changed;
};

/* What is said of a row; an answer to one head is one to both. */
static enum contrast_truth
truth_of(const struct row *row)
{
	if (row->label == LABEL_NONE)
		return TRUTH_UNKNOWN;
	return label_bad(row->label) ? TRUTH_BAD : TRUTH_GOOD;
}

static int
compare_row(
    struct comparison *v, struct replay *replay, size_t at, struct err *e)
{
	const struct row *row = &v->corpus.rows[at];
	struct contrast_case c = {.truth = truth_of(row)};
	struct replayed r;
	if (replay_row(replay, &r, row, e) < 0)
		return -1;
	for (int s = 0; s < CONTRAST_SIDES; s++) {
		struct judge judge = {.model = v->models[s]};
		struct verdict verdict;
		if (moderate_judge(
			&verdict, &r.reading, &r.signals, &judge, r.arena) < 0)
			return err_set(e, ERR_TOO_LARGE, "a row is too large");
		c.actions[s] = verdict.action;
	}
	contrast_add(&v->contrast, &c);
	if (c.actions[CONTRAST_OLD] != c.actions[CONTRAST_NEW])
		v->changed[v->n_changed++] =
		    (struct changed){at, contrast_harm(&c), c};
	return 0;
}

/* The worst first, then as in the files. */
static int
by_falling_harm(const void *a, const void *b)
{
	const struct changed *x = a, *y = b;
	if (x->harm != y->harm)
		return x->harm > y->harm ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Rows in the order of time, as the service would have seen them. */
static int
compare_rows(struct comparison *v, struct err *e)
{
	struct replay *replay = replay_open();
	size_t *order = replay_order(&v->corpus);
	struct progress progress = progress_start("comparing", v->corpus.n);
	int failed = 0;
	v->changed = memory_new(v->corpus.n, sizeof(*v->changed));
	for (size_t i = 0; i < v->corpus.n && !failed; i++) {
		failed = compare_row(v, replay, order[i], e);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	free(order);
	replay_close(replay);
	qsort(v->changed, v->n_changed, sizeof(*v->changed), by_falling_harm);
	return failed;
}

static json_t *
item_json(const struct comparison *v, const struct changed *c)
{
	const struct row *row = &v->corpus.rows[c->row];
	const char *label = label_name(row->label);
	return json_pack("{s:s%, s:s?, s:s, s:s, s:s%}", "id",
	    row->comment.id.n > 0 ? row->comment.id.p : "", row->comment.id.n,
	    "label", label, "old", action_name(c->c.actions[CONTRAST_OLD]),
	    "new", action_name(c->c.actions[CONTRAST_NEW]), "text",
	    row->comment.content.n > 0 ? row->comment.content.p : "",
	    row->comment.content.n);
}

static json_t *
answer(const struct comparison *v)
{
	json_t *o = contrast_json(&v->contrast), *items = json_array();
	for (size_t i = 0; i < v->n_changed && i < (size_t)v->shown; i++)
		json_array_append_new(items, item_json(v, &v->changed[i]));
	json_object_set_new(
	    o, "old", json_string(v->models[CONTRAST_OLD]->name));
	json_object_set_new(
	    o, "new", json_string(v->models[CONTRAST_NEW]->name));
	json_object_set_new(o, "items", items);
	return o;
}

static void
print_side(const char *name, const struct contrast_figures *f)
{
	printf("  %s: caught %zu of %zu, %.4f [%.4f, %.4f]; good ones "
	       "stopped %zu of %zu, %.4f [%.4f, %.4f]; precision %.4f\n",
	    name, f->caught, f->caught + f->missed, f->recall, f->recall95.low,
	    f->recall95.high, f->blocked, f->blocked + f->passed,
	    f->false_positives, f->false_positives95.low,
	    f->false_positives95.high, f->precision);
}

static void
print_level(const struct contrast *c, const char *what, enum action from)
{
	struct contrast_figures old = contrast_figures(c, CONTRAST_OLD, from);
	struct contrast_figures new = contrast_figures(c, CONTRAST_NEW, from);
	struct contrast_duel d = contrast_duel(c, from);
	printf("%s:\n", what);
	print_side("old", &old);
	print_side("new", &new);
	printf("  right alone: old %zu, new %zu; by chance p = %.3g\n",
	    d.only_old, d.only_new, d.p);
}

/* A text on one line, without what a terminal would obey. */
static void
print_excerpt(struct span s)
{
	struct span head = utf8_prefix(s, EXCERPT_BYTES);
	for (size_t i = 0; i < head.n; i++) {
		unsigned char c = (unsigned char)head.p[i];
		bool c1 = c == 0xc2 && i + 1 < head.n &&
			  (unsigned char)head.p[i + 1] < 0xa0;
		putchar(c < ' ' || c == 0x7f || c1 ? ' ' : c);
		i += c1;
	}
	puts(head.n < s.n ? "…" : "");
}

static void
print_all(const struct comparison *v)
{
	const struct contrast *c = &v->contrast;
	printf("%zu rows, on %zu of them %s and %s do the same\n",
	    contrast_total(c), contrast_agreed(c),
	    v->models[CONTRAST_OLD]->name, v->models[CONTRAST_NEW]->name);
	print_level(c, "held or worse", ACTION_HOLD);
	print_level(c, "rejected or worse", ACTION_REJECT);
	for (size_t i = 0; i < v->n_changed && i < (size_t)v->shown; i++) {
		const struct changed *at = &v->changed[i];
		const struct row *row = &v->corpus.rows[at->row];
		const char *label = label_name(row->label);
		printf(
		    "%s → %s, %s: ", action_name(at->c.actions[CONTRAST_OLD]),
		    action_name(at->c.actions[CONTRAST_NEW]),
		    label != NULL ? label : "no label");
		print_excerpt(row->comment.content);
	}
}

/* As the API has it. */
static int
print_json(const struct comparison *v, struct err *e)
{
	json_t *o = answer(v);
	int failed = json_dumpf(o, stdout, JSON_INDENT(1)) != 0;
	json_decref(o);
	putchar('\n');
	return failed ? err_set(e, ERR_BUG, "the answer cannot be shown") : 0;
}

static int
compare_all(
    struct comparison *v, const struct operands *operands, struct err *e)
{
	int failed = 0;
	for (int s = 0; s < CONTRAST_SIDES && !failed; s++) {
		v->models[s] = model_file_load(v->folders[s], e);
		failed = v->models[s] == NULL;
	}
	if (!failed)
		failed = operands_load(operands, &v->corpus, e) != 0 ||
			 compare_rows(v, e) != 0;
	if (!failed && v->json)
		failed = print_json(v, e);
	else if (!failed)
		print_all(v);
	free(v->changed);
	corpus_release(&v->corpus);
	for (int s = 0; s < CONTRAST_SIDES; s++)
		model_file_free(v->models[s]);
	return failed ? RUN_FAILED : RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct comparison v = {.shown = 20};
	struct operands operands;
	const struct option_row table[] = {
	    {"old", OPTION_STRING, &v.folders[CONTRAST_OLD], "DIR",
		"the model in use", 0, 0},
	    {"new", OPTION_STRING, &v.folders[CONTRAST_NEW], "DIR",
		"the one that may take its place", 0, 0},
	    {"show", OPTION_WHOLE, &v.shown, "N",
		"rows whose verdict changes, the worst first", 0, SHOWN_MAX},
	    {"json", OPTION_FLAG, &v.json, NULL, "as the API has it", 0, 0},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts", 0, 0},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && (v.folders[CONTRAST_OLD] == NULL ||
				     v.folders[CONTRAST_NEW] == NULL))
		err_set(e, ERR_INPUT, "--old DIR and --new DIR are needed");
	else if (got == OPTIONS_GO)
		code = compare_all(&v, &operands, e);
	free(operands.files);
	return code;
}

const struct command command_compare = {
    "compare",
    "one model beside another: figures, and what changes",
    "--old DIR --new DIR [OPTION]... CORPUS...",
    "  moderato-train compare --old models/default --new models/mine "
    "held-out.jsonl\n",
    run,
};
