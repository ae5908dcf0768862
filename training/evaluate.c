/* moderato-train evaluate: how good a model, or the way to make one, is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../service/edge/model/model_file.h"
#include "card.h"
#include "deal.h"
#include "evade.h"
#include "learning.h"
#include "report.h"
#include "report_peers.h"
#include "trial.h"

struct evaluation {
	struct solver_choice solver;
	const char *model, *leave_out, *split, *each, *by, *report, *card, *as;
	const char *evade, *margins, *peers;
	long folds, fold; /* 0 and -1: not said */
	long repeats;     /* 0: the rows' own folds */
	bool json, curve;
	struct corpus corpus;
	struct trial trial;
	struct learning learning;
	json_t *compared; /* with peers */
	struct model *loaded;
};

static struct split
split_of(const struct evaluation *v)
{
	if (v->leave_out != NULL)
		return (struct split){SPLIT_LEAVE_OUT, .key = v->leave_out};
	if (v->split != NULL)
		return (struct split){
		    SPLIT_BY_KEY, .key = v->each, .by = v->split};
	if (v->folds != 0)
		return (struct split){SPLIT_FOLDS, .folds = v->folds};
	return (struct split){SPLIT_LEAVE_OUT, .key = v->by};
}

static int
ask_deal(
    struct evaluation *v, const struct clusters *k, long deal, struct err *e)
{
	uint8_t *dealt =
	    deal_folds(k, v->folds, (uint64_t)v->solver.seed, deal);
	struct split split = {SPLIT_FOLDS, .folds = v->folds, .dealt = dealt};
	v->trial.deal = deal + 1;
	int failed = trial_cross(&v->trial, &split, &v->solver, e);
	free(dealt);
	return failed;
}

static int
ask_repeatedly(struct evaluation *v, struct err *e)
{
	struct clusters clusters;
	if (clusters_of(&clusters, &v->corpus, e) < 0)
		return -1;
	int failed = 0;
	for (long i = 0; i < v->repeats && !failed; i++)
		failed = ask_deal(v, &clusters, i, e);
	clusters_release(&clusters);
	v->trial.figures.asked_share = 1 / (double)(v->folds - 1);
	return failed;
}

static int
ask(struct evaluation *v, struct err *e)
{
	struct split split = split_of(v);
	if (v->repeats != 0)
		return ask_repeatedly(v, e);
	if (v->model == NULL)
		return trial_cross(&v->trial, &split, &v->solver, e);
	v->loaded = model_file_load(v->model, e);
	return v->loaded == NULL
		   ? -1
		   : trial_measure(&v->trial, v->loaded, &split, v->fold, e);
}

/* Standard output for margins alone: what else is printed, the figures, goes to
 * stderr from now on, as the report of an import does. NULL and errno. */
static FILE *
take_output(void)
{
	fflush(stdout);
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (to != NULL)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	else if (fd >= 0)
		close(fd);
	return to;
}

/* Asks, and writes each answer to a file as it comes. */
static int
ask_on_record(struct evaluation *v, struct err *e)
{
	bool standard = strcmp(v->margins, "-") == 0;
	const char *name = standard ? "standard output" : v->margins;
	FILE *to = standard ? take_output() : fopen(v->margins, "w");
	if (to == NULL)
		return err_set(e, ERR_DOWN, "%s: %s", name, strerror(errno));
	v->trial.margins = to;
	int failed = ask(v, e);
	bool wrong = ferror(to);
	if ((fclose(to) != 0 || wrong) && !failed)
		failed = err_set(e, ERR_DOWN, "%s: cannot be written", name);
	return failed;
}

/* What the command line must not ask for. */
static int
check(const struct evaluation *v, struct err *e)
{
	int ways = (v->model != NULL || v->folds != 0) +
		   (v->leave_out != NULL) + (v->split != NULL);
	const char *keys[] = {v->leave_out, v->split, v->each, v->by};
	if (ways != 1)
		return err_set(e, ERR_INPUT,
		    "one of --model, --folds, --leave-out, --split is needed");
	if ((v->split != NULL) != (v->each != NULL))
		return err_set(e, ERR_INPUT, "--split and --each go together");
	if (v->repeats != 0 &&
	    (v->folds == 0 || v->model != NULL || v->evade != NULL))
		return err_set(e, ERR_INPUT,
		    "--repeats needs --folds, without --model and --evade");
	if ((v->curve || v->peers != NULL) && v->report == NULL)
		return err_set(
		    e, ERR_INPUT, "--curve and --peers need --report");
	if (v->fold >= 0 && v->model == NULL && !v->curve)
		return err_set(e, ERR_INPUT, "--fold needs --model or --curve");
	if (v->by != NULL && (v->model == NULL || v->folds != 0))
		return err_set(
		    e, ERR_INPUT, "--by needs --model, without --folds");
	if (v->curve && v->fold < 0)
		return err_set(e, ERR_INPUT, "--curve needs --fold");
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
			    "paper_split, by, length or set",
			    keys[i]);
	return 0;
}

static int
put_out(struct evaluation *v, struct err *e)
{
	json_t *json = figures_json(&v->trial.figures);
	int failed = 0;
	if (v->json) {
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		figures_print(&v->trial.figures, v->model == NULL);
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
			.corpus = &v->corpus,
			.guises = v->trial.guises,
			.n_guises = v->trial.n_guises,
			.learning = &v->learning,
			.peers = v->compared},
		    e);
	return failed;
}

static void
release(struct evaluation *v)
{
	trial_release(&v->trial);
	corpus_release(&v->corpus);
	model_file_free(v->loaded);
	json_decref(v->compared);
	free(v->solver.weights.items);
}

/* What only the report shows. */
static int
add_to_report(struct evaluation *v, struct err *e)
{
	if (v->peers != NULL) {
		v->compared = report_peers_read(v->peers, e);
		if (v->compared == NULL)
			return -1;
	}
	return !v->curve ? 0
			 : learning_of(&v->learning, &v->corpus, &v->solver,
			       v->fold, e);
}

static int
evaluate(struct evaluation *v, struct err *e)
{
	if (trial_open(&v->trial, &v->corpus, v->evade, e) < 0 ||
	    add_to_report(v, e) < 0)
		return -1;
	if ((v->margins != NULL ? ask_on_record : ask)(v, e) < 0)
		return -1;
	if (v->repeats == 0)
		trial_sum_up(&v->trial, v->loaded);
	if (v->trial.figures.n == 0)
		return err_set(e, ERR_INPUT,
		    "of %zu rows none is left to ask: each needs a label that "
		    "the model has a head for, and to be of the --fold",
		    v->corpus.n);
	return put_out(v, e);
}

static int
carry_out(struct evaluation *v, const struct operands *operands, struct err *e)
{
	if (check(v, e) < 0)
		return RUN_USAGE;
	if (v->by == NULL)
		v->by = "set";
	bool by_fold =
	    v->fold >= 0 || v->folds != 0 || strcmp(v->by, "fold") == 0;
	if (operands_load(operands, &v->corpus, e) < 0 ||
	    (by_fold && clusters_gather_folds(&v->corpus, e) != 0) ||
	    solver_choice_check(&v->solver, &v->corpus, e) < 0 ||
	    evaluate(v, e) < 0)
		return RUN_FAILED;
	return RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct evaluation v = {.solver = solver_choice_defaults(), .fold = -1};
	struct operands operands;
	const struct option_row table[] = {
	    {"model", OPTION_STRING, &v.model, "DIR", "the model to measure"},
	    {"fold", OPTION_WHOLE, &v.fold, "N",
		"with --model: only rows of this fold", 0, FOLDS - 1},
	    {"by", OPTION_STRING, &v.by, "KEY",
		"with --model: a group per value of KEY (set)"},
	    {"folds", OPTION_WHOLE, &v.folds, "K",
		"cross-validate by the rows' folds, in K groups; with "
		"--model: a figure for each",
		2, FOLDS},
	    {"repeats", OPTION_WHOLE, &v.repeats, "R",
		"with --folds: deal the rows R times, by --seed; "
		"near-duplicates stay together",
		1, 1000},
	    {"leave-out", OPTION_STRING, &v.leave_out, "KEY",
		"ask each value of KEY, train on the others"},
	    {"split", OPTION_STRING, &v.split, "KEY",
		"train where KEY is train, ask where it is test"},
	    {"each", OPTION_STRING, &v.each, "KEY",
		"with --split: for each value of KEY by itself"},
	    {"evade", OPTION_STRING, &v.evade, "NAME|all",
		"bad rows in disguise too (`evade --help` lists them)"},
	    {"margins", OPTION_STRING, &v.margins, "FILE|-",
		"write the margin of each row asked, JSON lines"},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts"},
	    {"json", OPTION_FLAG, &v.json, NULL, "print JSON"},
	    {"report", OPTION_STRING, &v.report, "FILE",
		"write plots as one HTML page"},
	    {"curve", OPTION_FLAG, &v.curve, NULL,
		"with --fold: machines made of more and more rows, in the "
		"report"},
	    {"peers", OPTION_STRING, &v.peers, "FILE",
		"what `make compare` measured, in the report"},
	    {"card", OPTION_STRING, &v.card, "FILE",
		"add the figures to this card.json"},
	    {"as", OPTION_STRING, &v.as, "NAME",
		"with --card: under this name"},
	    SOLVER_ROWS(v.solver),
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO)
		code = carry_out(&v, &operands, e);
	free(operands.files);
	release(&v);
	return code;
}

const struct command command_evaluate = {
    "evaluate",
    "measure a model, or the way to make one",
    "{--model DIR [--folds K] | --folds K | --leave-out KEY | "
    "--split KEY --each KEY} [OPTION]... CORPUS...",
    "  moderato-train evaluate --model models/default --fold 0 c.jsonl.gz\n"
    "  moderato-train evaluate --folds 5 --repeats 3 c.jsonl.gz\n"
    "  moderato-train evaluate --leave-out thread --text-only c.jsonl.gz\n"
    "  moderato-train evaluate --split paper_split --each thread \\\n"
    "      --text-only youtube.jsonl.gz\n",
    run,
};
