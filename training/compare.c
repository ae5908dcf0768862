/* moderato-train compare: one model beside another on the same rows. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../service/core/utf8.h"
#include "../service/edge/format/contrast_json.h"
#include "../service/edge/format/promotion_json.h"
#include "../service/edge/model/model_file.h"
#include "contrast_page.h"
#include "contrast_text.h"
#include "figures.h"
#include "metrics.h"
#include "options.h"
#include "progress.h"
#include "replay.h"
#include "told.h"

enum { SHOWN_MAX = 10000, EXCERPT_BYTES = 200, DAYS_MAX = 3650 };

struct changed {
	size_t row;
	double harm;
	struct contrast_case c;
};

struct comparison {
	const struct compare_order *order;
	struct model *models[CONTRAST_SIDES];
	struct corpus corpus;
	struct corpus_view rows;
	struct contrast contrast;
	int64_t learned_until_ms; /* by either; 0: nothing that was decided */
	size_t known;             /* rows that may have been learned */
	size_t undated;           /* left out: none knows whether they were */
	struct changed *changed;  /* room for all rows */
	size_t n_changed;
	/* of each head's rows what each side makes of them */
	struct scored *scored[MODEL_HEADS][CONTRAST_SIDES];
	size_t n_scored[MODEL_HEADS];
	bool own[MODEL_HEADS + 1]; /* whether a label is the head's own */
};

/* What is said of a row; an answer to one head is one to both. */
static enum contrast_truth
truth_of(const struct row *row)
{
	if (row->label == LABEL_NONE)
		return TRUTH_UNKNOWN;
	return label_bad(row->label) ? TRUTH_BAD : TRUTH_GOOD;
}

/* A probability orders rows as its margin does. */
static void
keep_scores(struct comparison *v, const struct stub *row,
    const struct verdict verdicts[CONTRAST_SIDES])
{
	v->own[label_head(row->label)] = true;
	for (int h = 0; h < MODEL_HEADS; h++) {
		if (!corpus_teaches(row, h))
			continue;
		for (int s = 0; s < CONTRAST_SIDES; s++)
			v->scored[h][s][v->n_scored[h]] = (struct scored){
			    verdicts[s].scores[h], label_bad(row->label), 0};
		v->n_scored[h]++;
	}
}

/* Whether one of the models may have learned it. */
static bool
is_known(const struct comparison *v, const struct row *row)
{
	return !v->order->spared && row->decided_at_ms != 0 &&
	       row->decided_at_ms <= v->learned_until_ms;
}

/* Whether nothing but what none of the two can have learned is asked for, and
 * this does not tell. */
static bool
is_undated(const struct comparison *v, const struct row *row)
{
	return v->order->unseen && row->decided_at_ms == 0;
}

/* Whether it is of the last days, by its decision or else its own time. */
static bool
is_recent(const struct row *row, long days)
{
	int64_t at_ms = row->decided_at_ms != 0 ? row->decided_at_ms
						: row->comment.created_at_ms;
	return days == 0 ||
	       at_ms >= ((int64_t)time(NULL) - days * 24 * 3600) * 1000;
}

static int
compare_row(
    struct comparison *v, struct replay *replay, size_t at, struct err *e)
{
	const struct row *row = corpus_row(&v->rows, at);
	struct contrast_case c = {.truth = truth_of(row)};
	struct verdict verdicts[CONTRAST_SIDES];
	struct replayed r;
	bool known = is_known(v, row);
	/* what is left out was there to be counted all the same */
	if (replay_row(replay, &r, row, e) < 0)
		return -1;
	if (!is_recent(row, v->order->days) || (known && v->order->unseen))
		return 0;
	if (is_undated(v, row)) {
		v->undated++;
		return 0;
	}
	v->known += known;
	for (int s = 0; s < CONTRAST_SIDES; s++) {
		struct judge judge = {.model = v->models[s]};
		if (moderate_judge(&verdicts[s], &r.reading, &r.signals, &judge,
			r.arena) < 0)
			return replay_too_large(row, e);
		c.actions[s] = verdicts[s].action;
	}
	keep_scores(v, &v->corpus.rows[at], verdicts);
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

static int
say_none(const struct comparison *v, struct err *e)
{
	char undated[64] = "";
	if (v->undated > 0)
		snprintf(undated, sizeof(undated),
		    ", %zu that do not say when (decided)", v->undated);
	return err_set(e, ERR_MISSING,
	    "no row is left to compare on: of %zu%s%s%s", v->corpus.n,
	    v->order->days > 0 ? ", none of these days" : "",
	    v->order->unseen ? ", none that was decided since" : "", undated);
}

/* Rows in the order of time, as the service would have seen them. */
static int
compare_rows(struct comparison *v, struct err *e)
{
	struct replay *replay = replay_open();
	size_t *order = replay_order(&v->corpus);
	struct progress progress = progress_start("comparing", v->corpus.n);
	int failed = 0;
	v->rows.of = &v->corpus;
	v->changed = memory_new(v->corpus.n, sizeof(*v->changed));
	for (int h = 0; h < MODEL_HEADS; h++)
		for (int s = 0; s < CONTRAST_SIDES; s++)
			v->scored[h][s] =
			    memory_new(v->corpus.n, sizeof(struct scored));
	for (size_t i = 0; i < v->corpus.n && !failed; i++) {
		failed = compare_row(v, replay, order[i], e);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	free(order);
	replay_close(replay);
	qsort(v->changed, v->n_changed, sizeof(*v->changed), by_falling_harm);
	if (!failed && contrast_total(&v->contrast) == 0)
		failed = say_none(v, e);
	return failed;
}

static json_t *
item_json(struct comparison *v, const struct changed *c)
{
	const struct row *row = corpus_row(&v->rows, c->row);
	const char *label = label_name(row->label);
	return json_pack("{s:s%, s:s?, s:s, s:s, s:s%, s:s%}", "id",
	    row->comment.id.n > 0 ? row->comment.id.p : "", row->comment.id.n,
	    "label", label, "old", action_name(c->c.actions[CONTRAST_OLD]),
	    "new", action_name(c->c.actions[CONTRAST_NEW]), "text",
	    row->comment.content.n > 0 ? row->comment.content.p : "",
	    row->comment.content.n, "by", row->by.n > 0 ? row->by.p : "",
	    row->by.n);
}

/* How well each side orders the rows of a head. */
static json_t *
head_json(const struct comparison *v, int head)
{
	static const char *const names[CONTRAST_SIDES][2] = {
	    {"old_auc", "old_auc95"}, {"new_auc", "new_auc95"}};
	json_t *o = json_pack("{s:s, s:I}", "head",
	    model_head_name((enum model_head_id)head), "rows",
	    (json_int_t)v->n_scored[head]);
	for (int s = 0; s < CONTRAST_SIDES; s++) {
		struct metrics m;
		metrics_of(&m, v->scored[head][s], v->n_scored[head]);
		json_object_set_new(o, names[s][0], number_json(m.auc));
		json_object_set_new(o, names[s][1],
		    json_pack("[o, o]", number_json(m.auc95.low),
			number_json(m.auc95.high)));
	}
	return o;
}

static json_t *
heads_json(const struct comparison *v)
{
	json_t *list = json_array();
	for (int h = 0; h < MODEL_HEADS; h++)
		if (v->own[h])
			json_array_append_new(list, head_json(v, h));
	return list;
}

/* Where nothing is bad there is none. */
static json_t *
f1_of(const struct contrast *c, enum contrast_side side)
{
	struct contrast_figures f = contrast_figures(c, side, ACTION_HOLD);
	bool bad = f.caught + f.missed > 0;
	return number_json(bad ? promotion_f1(c, side, ACTION_HOLD) : NAN);
}

static json_t *
f1_json(const struct comparison *v)
{
	return json_pack("{s:o, s:o}", "old", f1_of(&v->contrast, CONTRAST_OLD),
	    "new", f1_of(&v->contrast, CONTRAST_NEW));
}

static json_t *
answer(struct comparison *v)
{
	json_t *o = contrast_json(&v->contrast), *items = json_array();
	struct promotion_budget budget =
	    promotion_budget(v->order->folders[CONTRAST_NEW]);
	budget.sample = v->order->sample;
	for (size_t i = 0; i < v->n_changed && i < (size_t)v->order->shown; i++)
		json_array_append_new(items, item_json(v, &v->changed[i]));
	json_object_set_new(o, "known", json_integer((json_int_t)v->known));
	json_object_set_new(o, "undated", json_integer((json_int_t)v->undated));
	json_object_set_new(o, "f1", f1_json(v));
	json_object_set_new(o, "heads", heads_json(v));
	json_object_set_new(
	    o, "objections", promotion_json(&v->contrast, &budget));
	json_object_set_new(
	    o, "old", json_string(v->models[CONTRAST_OLD]->name));
	json_object_set_new(
	    o, "new", json_string(v->models[CONTRAST_NEW]->name));
	json_object_set_new(o, "items", items);
	return o;
}

static void
print_excerpt(struct span s)
{
	struct span head = utf8_prefix(s, EXCERPT_BYTES);
	told_print(stdout, head);
	puts(head.n < s.n ? "…" : "");
}

static void
print_item(const json_t *item)
{
	const char *label = json_string_value(json_object_get(item, "label"));
	const json_t *text = json_object_get(item, "text");
	printf("%s → %s, %s: ", json_string_value(json_object_get(item, "old")),
	    json_string_value(json_object_get(item, "new")),
	    label != NULL ? label : "no label");
	print_excerpt(
	    (struct span){json_string_value(text), json_string_length(text)});
}

static void
print_known(const json_t *answer)
{
	json_int_t n = json_integer_value(json_object_get(answer, "known"));
	json_int_t undated =
	    json_integer_value(json_object_get(answer, "undated"));
	if (undated > 0)
		printf("left out: %" JSON_INTEGER_FORMAT
		       " that do not say when they were decided\n",
		    undated);
	if (n > 0)
		printf("beware: %" JSON_INTEGER_FORMAT
		       " of them were decided when one of the two was made, "
		       "which may have\nlearned them and then looks better "
		       "than it is; --unseen leaves them out\n",
		    n);
}

static void
print_all(const struct contrast *c, const json_t *answer)
{
	const json_t *items = json_object_get(answer, "items");
	const json_t *against = json_object_get(answer, "objections");
	printf("%zu rows, on %zu of them %s and %s do the same\n",
	    contrast_total(c), contrast_agreed(c),
	    json_string_value(json_object_get(answer, "old")),
	    json_string_value(json_object_get(answer, "new")));
	contrast_print(c, (const char *const[]){"old", "new"});
	print_known(answer);
	for (size_t i = 0; i < json_array_size(against); i++)
		printf("against the new one: %s\n",
		    json_string_value(
			json_object_get(json_array_get(against, i), "detail")));
	for (size_t i = 0; i < json_array_size(items); i++)
		print_item(json_array_get(items, i));
}

static void
release(struct comparison *v)
{
	free(v->changed);
	for (int h = 0; h < MODEL_HEADS; h++)
		for (int s = 0; s < CONTRAST_SIDES; s++)
			free(v->scored[h][s]);
	corpus_look_away(&v->rows);
	corpus_release(&v->corpus);
	for (int s = 0; s < CONTRAST_SIDES; s++)
		model_file_free(v->models[s]);
}

json_t *
compare_models(
    const struct compare_order *order, struct contrast *contrast, struct err *e)
{
	struct comparison v = {.order = order};
	json_t *got = NULL;
	int failed = 0;
	for (int s = 0; s < CONTRAST_SIDES && !failed; s++) {
		int64_t until_ms = promotion_learned_until(order->folders[s]);
		if (until_ms > v.learned_until_ms)
			v.learned_until_ms = until_ms;
		v.models[s] = model_file_load(order->folders[s], e);
		failed = v.models[s] == NULL;
	}
	if (!failed && operands_load(&order->operands, &v.corpus, e) == 0 &&
	    compare_rows(&v, e) == 0)
		got = answer(&v);
	if (got != NULL && order->report != NULL &&
	    contrast_page_write(order->report, order->name, got, e) != 0) {
		json_decref(got);
		got = NULL;
	}
	*contrast = v.contrast;
	release(&v);
	return got;
}

/* For people, or as the API has it. */
static int
show(const struct compare_order *order, bool json, struct err *e)
{
	struct contrast contrast;
	json_t *got = compare_models(order, &contrast, e);
	if (got == NULL)
		return RUN_FAILED;
	if (json) {
		json_dumpf(got, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		print_all(&contrast, got);
	}
	json_decref(got);
	return RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct compare_order v = {.shown = 20, .name = "compare"};
	bool json = false;
	const struct option_row table[] = {
	    {"old", OPTION_STRING, &v.folders[CONTRAST_OLD], "DIR",
		"the model in use"},
	    {"new", OPTION_STRING, &v.folders[CONTRAST_NEW], "DIR",
		"the one that may take its place"},
	    {"days", OPTION_WHOLE, &v.days, "N",
		"only what was decided in the last N days", 1, DAYS_MAX},
	    {"unseen", OPTION_FLAG, &v.unseen, NULL,
		"only what was decided after both were made"},
	    {"show", OPTION_WHOLE, &v.shown, "N",
		"rows whose verdict changes, the worst first", 0, SHOWN_MAX},
	    {"report", OPTION_STRING, &v.report, "DIR",
		"write compare.html and compare.json there"},
	    {"json", OPTION_FLAG, &json, NULL, "as the API has it"},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts"},
	    {0},
	};
	enum options_result got =
	    options_read(self, table, argv, &v.operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && (v.folders[CONTRAST_OLD] == NULL ||
				     v.folders[CONTRAST_NEW] == NULL))
		err_set(e, ERR_INPUT, "--old DIR and --new DIR are needed");
	else if (got == OPTIONS_GO)
		code = show(&v, json, e);
	free(v.operands.files);
	return code;
}

const struct command command_compare = {
    "compare",
    "one model beside another: figures, and what changes",
    "--old DIR --new DIR [OPTION]... CORPUS...",
    "  moderato-train compare --old models/default --new models/mine "
    "held-out.jsonl\n"
    "  moderato-train compare --old models/default --new models/mine \\\n"
    "      --days 30 --unseen --report models/mine labels.jsonl\n"
    "\n"
    "Both models judge as they are. `moderatod model compare` judges what was\n"
    "recorded, with what each site's own decisions make of a model.\n",
    run,
};
