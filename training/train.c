/* moderato-train train: from labelled rows to a model folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../service/core/utf8.h"
#include "../service/edge/model/model_file.h"
#include "about.h"
#include "calibrate.h"
#include "card.h"
#include "cross.h"
#include "figures.h"
#include "hate_only.h"
#include "hearing.h"
#include "lesson.h"
#include "origin.h"
#include "output.h"
#include "reference.h"
#include "report.h"
#include "rounding.h"
#include "solver_rows.h"
#include "told.h"

/* Of each kind, to learn a head anew that there is one of already. */
enum { ORIGIN_ROWS_MIN = 5 };

/* Good rows asked to calibrate with: at a share of one in a thousand, thirty
 * are beyond the cut-off, and more would hardly move it. */
enum { CALIBRATION_ENOUGH = 30000 };

struct training {
	struct solver_choice solver;
	struct budget budgets[MODEL_HEADS];
	const char *out, *name, *about;
	json_t *card;  /* begun by what `about` says */
	long hold_out; /* -1: none, figures are cross-validated */
	const char *from;
	struct origin origin; /* zeroed unless from a model */
	bool clean, trust_all, json, force;
	struct hygiene_order order;
	struct hygiene hygiene; /* zeroed unless clean */
	struct corpus corpus;
	struct vectors vectors;
	struct lesson lesson;
	struct model model;
	struct above above[MODEL_HEADS];
	size_t copies[MODEL_HEADS]; /* in disguise, that it learned too */
	bool taught[MODEL_HEADS];   /* it learned something */
	int16_t *weights;           /* of the model */
	struct figures figures;
	struct scored *tested[MODEL_HEADS];
	size_t n_tested[MODEL_HEADS];
};

/* All but the held-out fold, which is asked, and what is not learned. */
static uint8_t *
roles_of(const struct training *t)
{
	uint8_t *roles = memory_new(t->corpus.n, sizeof(*roles));
	for (size_t i = 0; i < t->corpus.n; i++) {
		bool learned = !t->clean || t->hygiene.fate[i] == FATE_LEARN;
		bool asked = t->corpus.rows[i].fold == t->hold_out;
		roles[i] = !learned ? ROLE_NONE
			   : asked  ? ROLE_TEST
				    : ROLE_TRAIN;
	}
	return roles;
}

/* Keeps what was asked for the report, and its figures. */
static void
keep_asked(struct training *t, enum model_head_id head, const char *how,
    struct scored *s, size_t n)
{
	t->tested[head] = s;
	t->n_tested[head] = n;
	if (n != 0)
		figures_add(
		    &t->figures, span_of(how), s, n, &t->model.heads[head])
		    ->head = head;
}

/* By margins of rows that were not learned from. */
static void
calibrate(
    struct training *t, enum model_head_id head, struct scored *s, size_t n)
{
	t->above[head] =
	    calibrate_head(&t->model.heads[head], s, n, &t->budgets[head]);
	if (t->from != NULL) {
		struct origin_rows rows = {
		    &t->corpus, &t->vectors, s, n, &t->budgets[head]};
		origin_calibrate(
		    &t->origin, head, &t->model.heads[head], &rows);
		t->above[head] = calibrate_count(&t->model.heads[head], s, n);
	}
}

static void
take_weights(
    struct training *t, enum model_head_id head, const struct machine *m)
{
	t->model.heads[head].bias = m->bias;
	t->model.heads[head].excerpt = t->solver.excerpt;
	if (m->weights != NULL)
		t->model.heads[head].unit =
		    rounding(t->weights + head, m->weights, t->vectors.buckets);
}

/* Asks about the held-out fold. */
static void
test(struct training *t, enum model_head_id head, const struct machine *m,
    const uint8_t *roles)
{
	struct scored *s = memory_new(t->corpus.n, sizeof(*s));
	size_t n = lesson_ask(s, &t->lesson, m, head, roles);
	keep_asked(t, head, "held out", s, n);
}

/* Of either kind, for what is learned anew, and for who answers in turn. */
static bool
is_enough(const struct training *t, enum model_head_id head,
    const uint8_t *roles, const struct lesson_count *n)
{
	if (t->from != NULL)
		return n->good >= ORIGIN_ROWS_MIN && n->bad >= ORIGIN_ROWS_MIN;
	return cross_has_both(&(struct cross){&t->lesson, head, roles});
}

/* What was approved teaches a head, but is not about it. */
static bool
is_any_about(const struct corpus *c, enum model_head_id head)
{
	size_t i = 0;
	while (i < c->n && label_head(c->rows[i].label) != head)
		i++;
	return i < c->n;
}

/* The head of the model to begin from; told where somebody spoke of it. */
static void
keep_head(
    struct training *t, enum model_head_id head, const struct lesson_count *n)
{
	origin_copy(&t->origin, head, &t->model, t->weights);
	if (is_any_about(&t->corpus, head))
		fprintf(stderr,
		    "%s: as it was, of %zu good and %zu bad comments nothing "
		    "is learned: %d of either are needed\n",
		    model_head_name(head), n->good, n->bad, ORIGIN_ROWS_MIN);
}

/* The machine of the head, what it is sure of, and how good it is. */
static int
learn(struct training *t, enum model_head_id head, const uint8_t *roles,
    struct err *e)
{
	struct scored *s = memory_new(t->corpus.n, sizeof(*s));
	struct machine m;
	struct cross cross = {&t->lesson, head, roles, CALIBRATION_ENOUGH, &m};
	ssize_t n = cross_learn(&cross, s, e);
	if (n >= 0) {
		calibrate(t, head, s, (size_t)n);
		take_weights(t, head, &m);
		if (t->hold_out < 0)
			keep_asked(t, head, "cross-validated", s, (size_t)n);
		else
			test(t, head, &m, roles);
		machine_release(&m);
	}
	if (n < 0 || t->hold_out >= 0)
		free(s);
	return n < 0 ? -1 : 0;
}

/* Sets labels of the head aside that are not to be learned. 0 or -1. */
static int
hear(struct training *t, enum model_head_id head, struct err *e)
{
	uint8_t *roles = roles_of(t);
	struct hearing_order order = {
	    &t->lesson, head, roles, &t->budgets[head]};
	struct lesson_count n =
	    lesson_count(&t->lesson, head, roles, ROLE_TRAIN);
	int failed = is_enough(t, head, roles, &n)
			 ? hearing_hold(&t->hygiene, &order, e)
			 : 0;
	free(roles);
	return failed;
}

/* By what no hearing set aside. 0 or -1. */
static int
teach(struct training *t, enum model_head_id head, struct err *e)
{
	uint8_t *roles = roles_of(t);
	struct lesson_count n =
	    lesson_count(&t->lesson, head, roles, ROLE_TRAIN);
	int failed = 0;
	t->model.heads[head].unit = 1; /* unless it learns something */
	t->taught[head] = is_enough(t, head, roles, &n);
	if (t->taught[head]) {
		t->model.heads[head].trained_on = lesson_rows(&n);
		t->copies[head] = n.copies;
		failed = learn(t, head, roles, e);
	} else if (t->from != NULL) {
		keep_head(t, head, &n);
	}
	free(roles);
	return failed;
}

/* All are heard before any learns: a comment that somebody approved teaches
 * both heads, and either hearing may set it aside. 0 or -1. */
static int
teach_heads(struct training *t, struct err *e)
{
	for (int h = 0; h < MODEL_HEADS && t->clean && !t->trust_all; h++)
		if (hear(t, h, e) != 0)
			return -1;
	bool any = t->from != NULL;
	for (int h = 0; h < MODEL_HEADS; any |= t->taught[h++])
		if (teach(t, h, e) != 0)
			return -1;
	return any ? 0
		   : err_set(e, ERR_INPUT,
			 "too few rows to train on: both kinds are needed, in "
			 "two folds at least; near duplicates are in one");
}

static int
write_report(const struct training *t, struct err *e)
{
	char *path = output_path(t->out, "report.html");
	struct guise asked = {.name = "as they are"};
	struct report r = {.title = t->model.name,
	    .rows = t->hold_out < 0 ? ROWS_CROSS_VALIDATED : ROWS_HELD_OUT,
	    .model = &t->model,
	    .corpus = &t->corpus,
	    .guises = &asked,
	    .n_guises = 1};
	memcpy(asked.answers, t->tested, sizeof(asked.answers));
	memcpy(asked.n, t->n_tested, sizeof(asked.n));
	int failed = report_write(path, &r, e);
	free(path);
	return failed;
}

/* The model must be written. Rows that all were learned from tell nothing. */
static int
add_reference(const struct training *t, json_t *card, struct err *e)
{
	if (t->hold_out < 0)
		return 0;
	json_t *drift = reference_json(t->out, &t->corpus, t->hold_out, e);
	return drift == NULL ? -1 : json_object_set_new(card, "drift", drift);
}

static int
write_card(const struct training *t, struct err *e)
{
	uint8_t *roles = roles_of(t);
	struct about about = {
	    .model = &t->model,
	    .corpus = &t->corpus,
	    .solver = &t->solver,
	    .budgets = t->budgets,
	    .above = t->above,
	    .copies = t->copies,
	    .taught = t->taught,
	    .hold_out = t->hold_out,
	    .figures = &t->figures,
	    .from = t->from != NULL ? t->origin.model->name : NULL,
	    .origin = t->from,
	    .roles = roles,
	};
	char *path = output_path(t->out, "card.json");
	about_put(t->card, &about);
	free(roles);
	int failed = add_reference(t, t->card, e);
	if (!failed)
		failed = card_write(path, t->card, OUTPUT_FOR_ALL, e);
	free(path);
	return failed;
}

static void
print_figures(const struct training *t)
{
	if (!t->json) {
		figures_print(&t->figures, false);
		return;
	}
	json_t *o = json_pack("{s:s, s:o, s:o}", "name", t->name, "out",
	    told_json(t->out), "figures", figures_json(&t->figures));
	json_dumpf(o, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(o);
}

/* A machine with a kernel has no weights to put into a model. */
static int
write_all(const struct training *t, struct err *e)
{
	print_figures(t);
	if (solver_choice_options(&t->solver, HEAD_SPAM).kernel !=
	    KERNEL_LINEAR) {
		fputs("moderato-train: a kernel machine cannot be shipped: "
		      "report.html is written, model.bin is not\n",
		    stderr);
		return write_report(t, e);
	}
	if (model_file_save(t->out, &t->model, e) < 0 || write_report(t, e) < 0)
		return -1;
	if (t->clean && hygiene_write(&t->hygiene, &t->corpus, t->out, e) != 0)
		return -1;
	return write_card(t, e);
}

/* Without any, it would be a model of nothing. */
static int
check_labels(const struct corpus *c, struct err *e)
{
	if (is_any_about(c, HEAD_SPAM) || is_any_about(c, HEAD_ABUSE))
		return 0;
	return err_set(e, ERR_INPUT,
	    "none of %zu rows has a label (spam, ham, abuse, ok): there is "
	    "nothing to learn",
	    c->n);
}

static int
train(struct training *t, struct err *e)
{
	if (t->from != NULL) {
		if (origin_open(&t->origin, t->from, e) != 0)
			return -1;
		t->solver.buckets_log2 = (long)t->origin.model->buckets_log2;
	}
	struct vectors_order order = solver_choice_vectors(&t->solver);
	if (t->clean ? hygiene_of(&t->hygiene, &t->corpus, &t->order, e) != 0
		     : clusters_gather_folds(&t->corpus, e) != 0)
		return -1;
	if (vectors_of(&t->vectors, &t->corpus, &order, e) < 0)
		return -1;
	t->weights = memory_new(
	    (size_t)t->vectors.buckets * MODEL_HEADS, sizeof(*t->weights));
	t->model.buckets_log2 = order.buckets_log2;
	t->model.weights = t->weights;
	snprintf(t->model.name, sizeof(t->model.name), "%s", t->name);
	t->lesson = (struct lesson){&t->corpus, &t->vectors, &t->solver,
	    {t->origin.prior[HEAD_SPAM], t->origin.prior[HEAD_ABUSE]}};
	if (teach_heads(t, e) != 0)
		return -1;
	if (t->clean)
		hygiene_leave(&t->hygiene, &t->corpus, t->taught);
	return write_all(t, e);
}

/* What is said of one is said of both, unless it is said of the other. */
static void
take_budgets(struct budget budgets[MODEL_HEADS])
{
	budgets[HEAD_ABUSE].reject = budgets[HEAD_SPAM].reject;
	if (budgets[HEAD_ABUSE].hold < 0)
		budgets[HEAD_ABUSE].hold = budgets[HEAD_SPAM].hold;
}

static int
check(const struct training *t, struct err *e)
{
	if (t->out == NULL)
		return err_set(e, ERR_INPUT, "--out DIR is needed");
	if (strlen(t->name) >= MODEL_NAME_BYTES)
		return err_set(e, ERR_INPUT, "--name: at most %d bytes",
		    MODEL_NAME_BYTES - 1);
	if (!utf8_valid(span_of(t->name)))
		return err_set(e, ERR_INPUT, "--name: expected UTF-8");
	if (t->from != NULL && !solver_choice_own(&t->solver))
		return err_set(e, ERR_INPUT,
		    "--from needs the solver dual and a linear kernel");
	if (t->from != NULL && t->solver.buckets_log2 != 0)
		return err_set(
		    e, ERR_INPUT, "--buckets are those of --from MODEL");
	if (!t->clean &&
	    (t->order.gold != NULL || t->order.cap_share < 1 || t->trust_all))
		return err_set(e, ERR_INPUT,
		    "--gold, --cap-share and --trust-all need --clean");
	for (int h = 0; h < MODEL_HEADS; h++)
		if (t->budgets[h].reject > t->budgets[h].hold)
			return err_set(e, ERR_INPUT,
			    "--budget-reject is above a budget to hold");
	return 0;
}

static void
release(struct training *t)
{
	for (int h = 0; h < MODEL_HEADS; h++)
		free(t->tested[h]);
	figures_release(&t->figures);
	origin_release(&t->origin);
	hygiene_release(&t->hygiene);
	json_decref(t->card);
	free(t->weights);
	vectors_release(&t->vectors);
	corpus_release(&t->corpus);
}

/* An exit code. What cannot be written, or read, is told before all is
 * learned. */
static int
load_and_train(
    struct training *t, const struct operands *operands, struct err *e)
{
	static const char *const files[] = {"model.bin", "report.html",
	    "hygiene.json", "hygiene.html", "card.json", NULL};
	struct output_folder out = {.path = t->out,
	    .files = files,
	    .stays = t->force ? NULL : files[0]};
	t->card = t->about == NULL ? json_object() : card_read(t->about, e);
	int failed =
	    t->card == NULL || output_folder_open(&out, e) != 0 ||
	    operands_load(operands, &t->corpus, e) != 0 ||
	    hate_only_forget(&t->corpus, operands, t->hold_out, e) != 0 ||
	    check_labels(&t->corpus, e) != 0 ||
	    solver_choice_check(&t->solver, &t->corpus, e) != 0 ||
	    train(t, e) != 0;
	output_folder_close(&out, failed);
	return failed ? RUN_FAILED : RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct training t = {.solver = solver_choice_defaults(),
	    .budgets = {budget_defaults(), {.hold = -1}},
	    .name = "unnamed",
	    .hold_out = -1,
	    .order = {.cap_share = 1}};
	struct operands operands;
	const struct option_row table[] = {
	    {"out", OPTION_STRING, &t.out, "DIR", "the model's folder"},
	    {"hold-out-fold", OPTION_WHOLE, &t.hold_out, "N",
		"rows only to test on (none: cross-validates)", 0, FOLDS - 1},
	    {"name", OPTION_STRING, &t.name, "NAME",
		"such as default@2026-11-26 (unnamed); verdicts tell it"},
	    {"about", OPTION_STRING, &t.about, "FILE",
		"JSON object that the card starts from"},
	    {"from", OPTION_STRING, &t.from, "MODEL",
		"a model's folder: add to what it knows"},
	    {"clean", OPTION_FLAG, &t.clean, NULL,
		"look through the labels first, in 350 bytes of memory a row; "
		"hygiene.html tells"},
	    {"gold", OPTION_STRING, &t.order.gold, "FILE",
		"with --clean: never learn from it, nor what is nearly it"},
	    {"cap-share", OPTION_NUMBER, &t.order.cap_share, "SHARE",
		"with --clean: of what reporters said, by one at most (1)", 0,
		1},
	    {"trust-all", OPTION_FLAG, &t.trust_all, NULL,
		"with --clean: set no doubtful reporter aside"},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts"},
	    {"hate-only", OPTION_HATE, NULL, "CORPUS",
		"the same, if mere insults are ok by its labels: they are not "
		"learned"},
	    {"budget-reject", OPTION_NUMBER, &t.budgets[HEAD_SPAM].reject,
		"SHARE", "of good comments rejected at most (0.001)", 0, 1},
	    {"budget-hold", OPTION_NUMBER, &t.budgets[HEAD_SPAM].hold, "SHARE",
		"of good comments held at most (0.02)", 0, 1},
	    {"budget-hold-abuse", OPTION_NUMBER, &t.budgets[HEAD_ABUSE].hold,
		"SHARE", "the same for the head abuse, if it is another", 0, 1},
	    {"force", OPTION_FLAG, &t.force, NULL,
		"replace the model that is in DIR, unasked if it is in use"},
	    {"json", OPTION_FLAG, &t.json, NULL, "print the figures as JSON"},
	    SOLVER_ROWS(t.solver),
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	take_budgets(t.budgets);
	if (got == OPTIONS_GO && check(&t, e) == 0)
		code = load_and_train(&t, &operands, e);
	free(operands.files);
	free(t.solver.weights.items);
	release(&t);
	return code;
}

const struct command command_train = {
    "train",
    "make a model of labelled comments",
    "--out DIR [OPTION]... CORPUS...",
    "  moderato-train train --out models/mine comments.jsonl\n"
    "  moderato-train train --hold-out-fold 0 --out models/mine \\\n"
    "      --name mine@1 comments.jsonl.gz --text-only youtube.jsonl.gz\n"
    "  moderato-train train --clean --gold models/gold.jsonl \\\n"
    "      --out models/mine labels.jsonl --text-only youtube.jsonl.gz\n",
    run,
};
