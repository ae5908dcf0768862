/*
 * moderato-train replay: what was judged, judged again. By the same model
 * every score must be the same to the last bit; by another one this shows
 * what it would have done.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../service/edge/format/basis_json.h"
#include "../service/edge/format/contrast_json.h"
#include "../service/edge/format/json.h"
#include "../service/edge/model/model_file.h"
#include "contrast_text.h"
#include "options.h"
#include "progress.h"
#include "replay.h"

enum { DIFFERING_SHOWN = 10 };

struct replaying {
	const char *folder;
	bool json;
	struct model *model;
	struct corpus corpus;
	struct corpus_view rows;
	struct contrast contrast; /* what was done against what would be */
	size_t same_model, equal, unknown; /* unknown: see is_known */
	size_t differing[DIFFERING_SHOWN]; /* rows */
};

static enum contrast_truth
truth_of(struct span decision)
{
	if (span_equal(decision, span_of("approve")))
		return TRUTH_GOOD;
	bool bad = span_equal(decision, span_of("spam")) ||
		   span_equal(decision, span_of("abuse"));
	return bad ? TRUTH_BAD : TRUTH_UNKNOWN;
}

static enum action
action_of(const json_t *logged)
{
	int a = action_named(json_text(json_object_get(logged, "action")));
	return a < 0 ? ACTION_HOLD : (enum action)a;
}

/* Whether the scores that were logged are these, bit for bit. */
static bool
scores_equal(const json_t *logged, const struct verdict *v)
{
	const json_t *scores = json_object_get(logged, "scores");
	bool equal = json_is_object(scores);
	for (int h = 0; h < MODEL_HEADS; h++) {
		const json_t *s = json_object_get(scores, model_head_name(h));
		double was = json_is_number(s) ? json_number_value(s) : -1;
		double is = v->scores[h] < 0 ? -1 : v->scores[h];
		equal = equal && was == is;
	}
	return equal;
}

/*
 * The model as it judged the row, with what the site had its say in; as it
 * is, when it was another.
 */
static const struct model *
judge_of(
    const struct replaying *x, const struct basis *b, struct basis_judge *room)
{
	if (!basis_is_by(b, model_file_digest(x->model)))
		return x->model;
	basis_judge(room, b, x->model);
	return &room->model;
}

static void
count(struct replaying *x, size_t at, bool equal)
{
	size_t differing = x->same_model++ - x->equal;
	x->equal += equal;
	if (!equal && differing < DIFFERING_SHOWN)
		x->differing[differing] = at;
}

/*
 * Whether all is there that a row was judged by; of some from before that was
 * kept the verdict alone knows that the site had its say.
 */
static bool
is_known(const struct row *row, const json_t *logged)
{
	struct basis b;
	json_t *o = json_loadb(row->basis.p, row->basis.n, 0, NULL);
	bool known = row->verdict.n > 0 && basis_read(&b, o) == NULL &&
		     (b.site_labels > 0 ||
			 json_object_get(logged, "site_labels") == NULL);
	json_decref(o);
	return known;
}

/* Judges a row and sets it beside what was logged. */
static int
judge_known(struct replaying *x, struct replay *replay, size_t at,
    const json_t *logged, struct err *e)
{
	const struct row *row = corpus_row(&x->rows, at);
	struct basis_judge then;
	struct replayed r;
	struct verdict v;
	if (replay_row(replay, &r, row, e) < 0)
		return -1;
	struct judge judge = {.model = judge_of(x, &r.basis, &then)};
	if (moderate_judge(&v, &r.reading, &r.signals, &judge, r.arena) < 0)
		return replay_too_large(row, e);
	if (judge.model != x->model)
		count(x, at, scores_equal(logged, &v));
	contrast_add(
	    &x->contrast, &(struct contrast_case){truth_of(row->decision),
			      {action_of(logged), v.action}});
	return 0;
}

static int
judge(struct replaying *x, struct replay *replay, size_t at, struct err *e)
{
	const struct row *row = corpus_row(&x->rows, at);
	json_t *logged = json_loadb(row->verdict.p, row->verdict.n, 0, NULL);
	int failed = 0;
	if (is_known(row, logged))
		failed = judge_known(x, replay, at, logged, e);
	else
		x->unknown++;
	json_decref(logged);
	return failed;
}

static int
judge_all(struct replaying *x, struct err *e)
{
	struct replay *replay = replay_open();
	struct progress progress = progress_start("replaying", x->corpus.n);
	int failed = 0;
	x->rows.of = &x->corpus;
	for (size_t i = 0; i < x->corpus.n && !failed; i++) {
		failed = judge(x, replay, i, e);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	replay_close(replay);
	return failed;
}

static size_t
differing(const struct replaying *x)
{
	return x->same_model - x->equal;
}

static json_t *
answer(struct replaying *x)
{
	json_t *o = contrast_json(&x->contrast), *ids = json_array();
	for (size_t i = 0; i < differing(x) && i < DIFFERING_SHOWN; i++) {
		struct span id =
		    corpus_row(&x->rows, x->differing[i])->comment.id;
		json_array_append_new(
		    ids, id.n > 0 ? json_stringn(id.p, id.n) : json_null());
	}
	json_object_set_new(o, "model", json_string(x->model->name));
	json_object_set_new(
	    o, "same_model", json_integer((json_int_t)x->same_model));
	json_object_set_new(o, "equal", json_integer((json_int_t)x->equal));
	json_object_set_new(o, "unknown", json_integer((json_int_t)x->unknown));
	json_object_set_new(o, "differing", ids);
	return o;
}

static void
print(const struct replaying *x)
{
	const struct contrast *c = &x->contrast;
	printf("%zu comments judged again by %s; %zu were not logged with what "
	       "they stood on\n",
	    contrast_total(c), x->model->name, x->unknown);
	if (x->same_model > 0)
		printf("%zu by this very model: %zu scores are equal to the "
		       "last bit, "
		       "%zu differ\n",
		    x->same_model, x->equal, differing(x));
	printf("%zu actions are the same, %zu are not (lists and decisions "
	       "are not replayed)\n",
	    contrast_agreed(c), contrast_total(c) - contrast_agreed(c));
	if (contrast_agreed(c) < contrast_total(c))
		contrast_print(c, (const char *const[]){"then", "now"});
}

/* A score that differs is a failure: something judges otherwise than it
 * says. */
static int
replay_all(struct replaying *x, const struct operands *operands, struct err *e)
{
	x->model = model_file_load(x->folder, e);
	if (x->model == NULL)
		return RUN_FAILED;
	if (operands_load(operands, &x->corpus, e) != 0 || judge_all(x, e) != 0)
		return RUN_FAILED;
	if (contrast_total(&x->contrast) == 0) {
		err_set(e, ERR_MISSING,
		    "none of %zu rows was logged with what it stood on: "
		    "`export --history` makes such files",
		    x->unknown);
		return RUN_FAILED;
	}
	if (x->json) {
		json_t *o = answer(x);
		json_dumpf(o, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(o);
	} else {
		print(x);
	}
	if (differing(x) == 0)
		return RUN_OK;
	err_set(e, ERR_BUG, "%zu scores are not those that were logged",
	    differing(x));
	return RUN_FAILED;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct replaying x = {0};
	struct operands operands;
	const struct option_row table[] = {
	    {"model", OPTION_STRING, &x.folder, "DIR", "the model"},
	    {"json", OPTION_FLAG, &x.json, NULL, "print JSON"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && x.folder == NULL)
		err_set(e, ERR_INPUT, "--model DIR is needed");
	else if (got == OPTIONS_GO)
		code = replay_all(&x, &operands, e);
	free(operands.files);
	corpus_look_away(&x.rows);
	corpus_release(&x.corpus);
	model_file_free(x.model);
	return code;
}

const struct command command_replay = {
    "replay",
    "judge again what was judged: the same model gives the same scores",
    "--model DIR [OPTION]... CORPUS...",
    "  moderato-train export --history --days 30 --out history.jsonl\n"
    "  moderato-train replay --model models/default history.jsonl\n",
    run,
};
