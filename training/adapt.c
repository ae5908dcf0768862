/* moderato-train adapt: what a site's own labels would make of a model. */
#include "adapt.h"

#include <math.h>
#include <stdlib.h>

#include "../service/edge/model/model_file.h"
#include "options.h"
#include "split.h"
#include "told.h"

enum { SIZES_MAX = 16, MISSING_BYTES = 200 };

struct adaptation {
	const char *folder, *by, *sizes;
	long repeats, seed;
	double within;
	bool json, in_time;
	long counts[SIZES_MAX];
	size_t n_counts;
	struct model *model;
	struct corpus corpus;
	json_t *all;
	bool behind;                 /* somewhere by more than `within` */
	size_t measured;             /* tables that came of it */
	char missing[MISSING_BYTES]; /* the first thing that was; "": nothing */
};

/* "10,25,50" as numbers. */
static int
read_sizes(struct adaptation *v, struct err *e)
{
	const char *at = v->sizes;
	while (*at != '\0' && v->n_counts < SIZES_MAX) {
		char *end;
		long n = strtol(at, &end, 10);
		if (end == at || n < 1 || n > ADAPT_LABELS_MAX ||
		    (*end != ',' && *end != '\0'))
			break;
		v->counts[v->n_counts++] = n;
		at = *end == ',' ? end + 1 : end;
	}
	if (*at == '\0' && v->n_counts > 0)
		return 0;
	return err_set(e, ERR_INPUT,
	    "--labels: expected up to %d numbers from 1 to %d, such as 10,50",
	    SIZES_MAX, ADAPT_LABELS_MAX);
}

/* Why there are no figures of a site, or fewer; told, and kept with it. */
static void
note_missing(struct adaptation *v, json_t *site, const char *what)
{
	json_object_set_new(site, "missing", json_string(what));
	if (!v->json)
		printf("  %s\n", what);
	if (v->missing[0] == '\0')
		snprintf(v->missing, sizeof(v->missing), "%s", what);
}

/* Whether there is something to tell apart. */
static bool
tells_apart(struct adaptation *v, const struct site *s, json_t *site)
{
	static const enum label labels[MODEL_HEADS][2] = {
	    [HEAD_SPAM] = {LABEL_HAM, LABEL_SPAM},
	    [HEAD_ABUSE] = {LABEL_OK, LABEL_ABUSE},
	};
	char what[MISSING_BYTES];
	size_t bad = 0;
	for (size_t i = 0; i < s->n; i++)
		bad += s->bad[i];
	if (bad > 0 && bad < s->n)
		return true;
	snprintf(what, sizeof(what),
	    "all %zu labels say %s: some that say %s are needed", s->n,
	    label_name(labels[s->head][bad > 0]),
	    label_name(labels[s->head][bad == 0]));
	note_missing(v, site, what);
	return false;
}

static void
measure_in_time(struct adaptation *v, const struct site *s, json_t *site)
{
	json_t *learners = adapt_in_time(s);
	json_object_set_new(site, "learners", learners);
	if (!v->json)
		adapt_print_in_time(learners);
	v->measured++;
}

/* By the sizes that the site is large enough for; those that it is not are
 * told. */
static void
measure_draws(struct adaptation *v, const struct site *s, json_t *site)
{
	json_t *draws = json_array();
	char what[MISSING_BYTES] = "too few comments for";
	size_t n = strlen(what), none = n;
	json_object_set_new(site, "labels", draws);
	for (size_t i = 0; i < v->n_counts; i++) {
		struct adapt_draws d = {(size_t)v->counts[i],
		    (unsigned)v->repeats, (uint64_t)v->seed};
		json_t *figures = adapt_draw(s, &d);
		if (figures == NULL) {
			n += (size_t)snprintf(what + n, sizeof(what) - n,
			    "%s %ld", n > none ? "," : "", v->counts[i]);
			continue;
		}
		if (!v->json)
			adapt_print_draw(figures, json_array_size(draws) == 0);
		json_array_append_new(draws, figures);
		double behind =
		    json_number_value(json_object_get(figures, "behind_best"));
		v->behind |= 100 * behind > v->within;
		v->measured++;
	}
	if (n == none)
		return;
	snprintf(what + n, sizeof(what) - n,
	    " labels: %d others are asked, of both kinds, none nearly one of "
	    "them",
	    ADAPT_ASKED_MIN);
	note_missing(v, site, what);
}

static void
measure(struct adaptation *v, const struct site *s)
{
	if (!v->json) {
		fputs(json_array_size(v->all) > 0 ? "\n" : "", stdout);
		told_print(stdout, s->name);
		printf(", %s: %zu comments\n", model_head_name(s->head), s->n);
	}
	json_t *o = json_pack("{s:s%,s:s,s:I}", "site", s->name.p, s->name.n,
	    "head", model_head_name(s->head), "rows", (json_int_t)s->n);
	json_array_append_new(v->all, o);
	json_object_set_new(o, "missing", json_null());
	if (!tells_apart(v, s, o))
		return;
	if (v->in_time)
		measure_in_time(v, s, o);
	else
		measure_draws(v, s, o);
}

static int
measure_all(struct adaptation *v, struct err *e)
{
	struct split each = {SPLIT_LEAVE_OUT, .key = v->by};
	struct names groups = split_groups(&each, &v->corpus);
	int failed = 0;
	for (size_t i = 0; i < groups.n && !failed; i++)
		for (int h = 0; h < MODEL_HEADS && !failed; h++) {
			struct site_choice choice = {v->by, groups.items[i], h};
			struct site s;
			failed =
			    site_read(&s, v->model, &v->corpus, &choice, e);
			if (!failed && s.n > 0)
				measure(v, &s);
			site_release(&s);
		}
	names_release(&groups);
	return failed;
}

static int
check(struct adaptation *v, struct err *e)
{
	if (v->folder == NULL)
		return err_set(e, ERR_INPUT, "--model DIR is needed");
	if (!corpus_key_known(v->by))
		return err_set(e, ERR_INPUT,
		    "--by: expected thread, author, lang, source, fold, "
		    "paper_split or set");
	return read_sizes(v, e);
}

static int
adapt_all(struct adaptation *v, const struct operands *operands, struct err *e)
{
	v->all = json_array();
	v->model = model_file_load(v->folder, e);
	int failed = v->model == NULL ||
		     operands_load(operands, &v->corpus, e) != 0 ||
		     measure_all(v, e) != 0;
	if (!failed && v->json) {
		json_dumpf(v->all, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	if (!failed && v->measured == 0)
		failed = err_set(e, ERR_INPUT, "nothing can be measured: %s",
		    v->missing[0] != '\0'
			? v->missing
			: "no row has a label, and a value of --by");
	if (!failed && v->behind)
		failed = err_set(e, ERR_INPUT,
		    "the mixture is behind the best by more than %g points",
		    v->within);
	json_decref(v->all);
	corpus_release(&v->corpus);
	model_file_free(v->model);
	return failed ? RUN_FAILED : RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct adaptation v = {.by = "set",
	    .sizes = "10,25,50,100,200,500",
	    .repeats = 20,
	    .seed = 1,
	    .within = INFINITY};
	struct operands operands;
	const struct option_row table[] = {
	    {"model", OPTION_STRING, &v.folder, "DIR",
		"the model to start from"},
	    {"labels", OPTION_STRING, &v.sizes, "N,N...",
		"how many the site has (10,25,50,100,200,500)"},
	    {"repeats", OPTION_WHOLE, &v.repeats, "K",
		"draws of each number of labels (20)", 2, 1000},
	    {"by", OPTION_STRING, &v.by, "KEY",
		"a site per value of KEY (set)"},
	    {"in-time", OPTION_FLAG, &v.in_time, NULL,
		"in place of that: judge each comment in the order of time, "
		"then learn it"},
	    {"within", OPTION_NUMBER, &v.within, "POINTS",
		"fail when the mixture's AUC is further behind the best", 0,
		100},
	    {"seed", OPTION_WHOLE, &v.seed, "N", "of the draws (1)", 0, 1e9},
	    {"json", OPTION_FLAG, &v.json, NULL, "print JSON"},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && check(&v, e) == 0)
		code = adapt_all(&v, &operands, e);
	free(operands.files);
	return code;
}

const struct command command_adapt = {
    "adapt",
    "what a site's own labels would make of a model",
    "--model DIR [OPTION]... CORPUS...",
    "  moderato-train adapt --model models/default comments.jsonl\n"
    "  moderato-train adapt --model models/default --by thread c.jsonl.gz\n"
    "  moderato-train adapt --model models/default --in-time c.jsonl.gz\n",
    run,
};
