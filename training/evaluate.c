/* moderato-train evaluate: how good a model, or the way to make one, is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../service/edge/model/model_file.h"
#include "card.h"
#include "evade.h"
#include "figures.h"
#include "lesson.h"
#include "margins.h"
#include "report.h"
#include "solver_rows.h"

enum { EVADE_SEED = 1 };

struct evaluation {
	struct solver_choice solver;
	const char *model, *leave_out, *split, *each, *by, *report, *card, *as;
	const char *evade;
	long folds, fold; /* 0 and -1: not said */
	bool json;
	struct corpus corpus;
	struct guise *guises; /* the first: undisguised */
	size_t n_guises;
	struct figures figures;
	struct model *loaded;
};

/* The rows as they are asked about: as they are, or the bad in disguise. */
struct guise {
	const char *name;
	struct corpus corpus;
	struct vectors vectors;
	struct scored *pooled[MODEL_HEADS]; /* all rows asked */
	size_t n_pooled[MODEL_HEADS];
};

static void
pool(struct guise *g, enum model_head_id head, const struct scored *s, size_t n)
{
	g->pooled[head] = memory_grow(
	    g->pooled[head], g->n_pooled[head] + n, sizeof(**g->pooled));
	memcpy(g->pooled[head] + g->n_pooled[head], s, n * sizeof(*s));
	g->n_pooled[head] += n;
}

/* Adds all that was asked, a group a guise. */
static void
add_pooled(struct evaluation *v)
{
	for (size_t i = 0; i < v->n_guises; i++)
		for (int h = 0; h < MODEL_HEADS; h++) {
			struct guise *g = &v->guises[i];
			if (g->n_pooled[h] == 0)
				continue;
			figures_add(&v->figures, span_of(g->name), g->pooled[h],
			    g->n_pooled[h],
			    v->loaded != NULL ? &v->loaded->heads[h] : NULL)
			    ->head = h;
		}
}

static struct guise *
add_guise(struct evaluation *v, const char *name)
{
	v->guises = memory_append(v->guises, v->n_guises, sizeof(*v->guises));
	struct guise *g = &v->guises[v->n_guises++];
	*g = (struct guise){.name = name};
	return g;
}

static void
put_on(struct evaluation *v)
{
	bool all = v->evade != NULL && strcmp(v->evade, "all") == 0;
	add_guise(v, v->evade != NULL ? "as they are" : "all together")
	    ->corpus = v->corpus;
	for (const struct evasion *e = evasions; e->name != NULL; e++)
		if (all || (v->evade != NULL && strcmp(v->evade, e->name) == 0))
			evade(&add_guise(v, e->name)->corpus, &v->corpus, e,
			    EVADE_SEED);
}

/* Rows that have something in common, and what each of all rows does. */
struct group {
	struct span name;
	uint8_t *roles;
};

/* Trains and asks one head in one group. */
static int
cross_head(struct evaluation *v, const struct lesson *l,
    enum model_head_id head, const struct group *g, struct err *e)
{
	struct machine m;
	if (lesson_count(l, head, g->roles, ROLE_TEST) == 0)
		return 0;
	if (lesson_learn(&m, l, head, g->roles, e) < 0)
		return -1;
	struct scored *s = memory_new(v->corpus.n, sizeof(*s));
	for (size_t i = 0; i < v->n_guises; i++) {
		struct guise *guise = &v->guises[i];
		struct lesson asked = {
		    &guise->corpus, &guise->vectors, l->solver};
		size_t n = lesson_ask(s, &asked, &m, head, g->roles);
		pool(guise, head, s, n);
		if (v->evade == NULL)
			figures_add(&v->figures, g->name, s, n, NULL)->head =
			    head;
	}
	free(s);
	machine_release(&m);
	return 0;
}

static int
cross_group(struct evaluation *v, const struct lesson *l,
    const struct split *split, struct span name, struct err *e)
{
	const struct corpus *c = l->corpus;
	struct group g = {name, memory_new(c->n, sizeof(*g.roles))};
	int failed = 0;
	for (size_t i = 0; i < c->n; i++)
		g.roles[i] = split_role(split, c, &c->rows[i], name);
	for (int h = 0; h < MODEL_HEADS && !failed; h++)
		failed = cross_head(v, l, h, &g, e);
	free(g.roles);
	return failed;
}

static struct split
split_of(const struct evaluation *v)
{
	if (v->leave_out != NULL)
		return (struct split){SPLIT_LEAVE_OUT, .key = v->leave_out};
	if (v->split != NULL)
		return (struct split){
		    SPLIT_BY_KEY, .key = v->each, .by = v->split};
	return (struct split){SPLIT_FOLDS, .folds = v->folds};
}

static int
cross(struct evaluation *v, struct err *e)
{
	struct split split = split_of(v);
	for (size_t i = 0; i < v->n_guises; i++)
		if (vectors_of(&v->guises[i].vectors, &v->guises[i].corpus,
			(unsigned)v->solver.buckets_log2, e) < 0)
			return -1;
	struct lesson l = {&v->corpus, &v->guises[0].vectors, &v->solver};
	size_t n;
	struct span *groups = split_groups(&split, &v->corpus, &n);
	int failed =
	    n != 0 ? 0
		   : err_set(e, ERR_INPUT, "no row has a value to split by");
	for (size_t i = 0; i < n && !failed; i++)
		failed = cross_group(v, &l, &split, groups[i], e);
	free(groups);
	if (!failed)
		add_pooled(v);
	return failed;
}

/* The rows of a head in a group, with the margins of the loaded model. */
static size_t
select_rows(const struct evaluation *v, const double *margins,
    enum model_head_id head, struct span group, struct scored *out)
{
	size_t n = 0;
	for (size_t i = 0; i < v->corpus.n; i++) {
		const struct row *row = &v->corpus.rows[i];
		if (label_head(row->label) != head ||
		    (v->fold >= 0 && row->fold != v->fold) ||
		    !span_equal(corpus_value(&v->corpus, row, v->by), group))
			continue;
		out[n++] = (struct scored){
		    margins[i * MODEL_HEADS + head], label_bad(row->label)};
	}
	return n;
}

static void
measure_group(struct evaluation *v, struct guise *g, const double *margins,
    struct span group)
{
	struct scored *s = memory_new(v->corpus.n, sizeof(*s));
	for (int h = 0; h < MODEL_HEADS; h++) {
		size_t n = select_rows(v, margins, h, group, s);
		if (n == 0 || v->loaded->heads[h].trained_on == 0)
			continue;
		pool(g, h, s, n);
		if (v->evade == NULL)
			figures_add(
			    &v->figures, group, s, n, &v->loaded->heads[h])
			    ->head = h;
	}
	free(s);
}

static int
measure_guise(struct evaluation *v, struct guise *g, struct err *e)
{
	double *margins =
	    memory_new(v->corpus.n * MODEL_HEADS, sizeof(*margins));
	int failed = margins_of(margins, v->loaded, &g->corpus, e);
	size_t n = 0;
	struct split by = {SPLIT_LEAVE_OUT, .key = v->by};
	struct span *groups = split_groups(&by, &v->corpus, &n);
	for (size_t i = 0; i < n && !failed; i++)
		measure_group(v, g, margins, groups[i]);
	free(groups);
	free(margins);
	return failed;
}

static int
measure(struct evaluation *v, struct err *e)
{
	int failed = 0;
	v->loaded = model_file_load(v->model, e);
	if (v->loaded == NULL)
		return -1;
	for (size_t i = 0; i < v->n_guises && !failed; i++)
		failed = measure_guise(v, &v->guises[i], e);
	if (!failed)
		add_pooled(v);
	return failed;
}

/* What the command line must not ask for. */
static int
check(const struct evaluation *v, struct err *e)
{
	int ways = (v->model != NULL) + (v->leave_out != NULL) +
		   (v->split != NULL) + (v->folds != 0);
	const char *keys[] = {v->leave_out, v->split, v->each, v->by};
	if (ways != 1)
		return err_set(e, ERR_INPUT,
		    "one of --model, --folds, --leave-out, --split is needed");
	if ((v->split != NULL) != (v->each != NULL))
		return err_set(e, ERR_INPUT, "--split and --each go together");
	if ((v->card != NULL) != (v->as != NULL))
		return err_set(e, ERR_INPUT, "--card and --as go together");
	if (v->evade != NULL && strcmp(v->evade, "all") != 0 &&
	    evasion_find(v->evade) == NULL)
		return err_set(
		    e, ERR_INPUT, "--evade %s: no such disguise", v->evade);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i] != NULL && !corpus_key_known(keys[i]))
			return err_set(e, ERR_INPUT,
			    "%s: expected thread, author, lang, source, fold, "
			    "paper_split or set",
			    keys[i]);
	return 0;
}

static int
put_out(struct evaluation *v, struct err *e)
{
	json_t *json = figures_json(&v->figures);
	const struct guise *g = &v->guises[0];
	int failed = 0;
	if (v->json) {
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		figures_print(&v->figures, v->model == NULL);
	}
	if (v->card != NULL)
		failed = card_add(v->card, v->as, json, e);
	json_decref(json);
	if (!failed && v->report != NULL)
		failed = report_write(v->report,
		    &(struct report){.title = v->model != NULL
						  ? v->loaded->name
						  : "Cross-validation",
			.model = v->loaded,
			.rows = {g->pooled[HEAD_SPAM], g->pooled[HEAD_ABUSE]},
			.n = {g->n_pooled[HEAD_SPAM], g->n_pooled[HEAD_ABUSE]}},
		    e);
	return failed;
}

static void
release(struct evaluation *v)
{
	figures_release(&v->figures);
	for (size_t i = 0; i < v->n_guises; i++) {
		struct guise *g = &v->guises[i];
		for (int h = 0; h < MODEL_HEADS; h++)
			free(g->pooled[h]);
		vectors_release(&g->vectors);
		if (i > 0) /* the first one's is v->corpus */
			corpus_release(&g->corpus);
	}
	free(v->guises);
	corpus_release(&v->corpus);
	model_file_free(v->loaded);
}

static int
evaluate(struct evaluation *v, struct err *e)
{
	put_on(v);
	if ((v->model != NULL ? measure : cross)(v, e) < 0)
		return -1;
	return put_out(v, e);
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct evaluation v = {
	    .solver = solver_choice_defaults(), .fold = -1, .by = "set"};
	struct operands operands;
	const struct option_row table[] = {
	    {"model", OPTION_STRING, &v.model, "DIR", "the model to measure", 0,
		0},
	    {"fold", OPTION_WHOLE, &v.fold, "N",
		"with --model: only rows of this fold", 0, FOLDS - 1},
	    {"by", OPTION_STRING, &v.by, "KEY",
		"with --model: a group per value of KEY (set)", 0, 0},
	    {"folds", OPTION_WHOLE, &v.folds, "K",
		"cross-validate by the rows' folds; with --model: a "
		"group per fold",
		2, FOLDS},
	    {"leave-out", OPTION_STRING, &v.leave_out, "KEY",
		"ask each value of KEY, train on the others", 0, 0},
	    {"split", OPTION_STRING, &v.split, "KEY",
		"train where KEY is train, ask where it is test", 0, 0},
	    {"each", OPTION_STRING, &v.each, "KEY",
		"with --split: for each value of KEY by itself", 0, 0},
	    {"evade", OPTION_STRING, &v.evade, "NAME|all",
		"bad rows in disguise too (`evade --help` lists them)", 0, 0},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts", 0, 0},
	    {"json", OPTION_FLAG, &v.json, NULL, "print JSON", 0, 0},
	    {"report", OPTION_STRING, &v.report, "FILE",
		"write plots as one HTML page", 0, 0},
	    {"card", OPTION_STRING, &v.card, "FILE",
		"add the figures to this card.json", 0, 0},
	    {"as", OPTION_STRING, &v.as, "NAME", "with --card: under this name",
		0, 0},
	    SOLVER_ROWS(v.solver),
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (v.model != NULL && v.folds != 0) {
		v.by = "fold";
		v.folds = 0;
	}
	if (got == OPTIONS_GO && check(&v, e) == 0) {
		code = RUN_FAILED;
		if (operands_load(&operands, &v.corpus, e) == 0 &&
		    evaluate(&v, e) == 0)
			code = RUN_OK;
	}
	free(operands.files);
	release(&v);
	return code;
}

const struct command command_evaluate = {
    "evaluate",
    "measure a model, or the way to make one",
    "{--model DIR [--folds K] | --folds K | --leave-out KEY |\n"
    "    --split KEY --each KEY} [OPTION]... CORPUS...",
    "  moderato-train evaluate --model models/default --fold 0 c.jsonl.gz\n"
    "  moderato-train evaluate --folds 5 c.jsonl.gz\n"
    "  moderato-train evaluate --leave-out thread --text-only c.jsonl.gz\n"
    "  moderato-train evaluate --split paper_split --each thread \\\n"
    "      --text-only youtube.jsonl.gz\n",
    run,
};
