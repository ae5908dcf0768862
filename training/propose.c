/*
 * moderato-train propose: the whole of a retraining but for its last step. A
 * model of the base corpora and of what people decided, in a folder beside
 * the one in use, with what speaks for and against it. Promotes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../service/edge/format/promotion_json.h"
#include "compare.h"
#include "daemon.h"
#include "holdback.h"
#include "output.h"
#include "page.h"

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz-_."
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

enum { ARGUMENTS_MAX = 512, SHOWN = 200 };

struct proposing {
	struct daemon_place place;
	const char *models, *name, *from;
	double cap_share, held_back;
	bool json;
	struct operands base;
	struct pool pool; /* of paths */
	const char *folder, *active, *old;
	struct holdback split;
	json_t *proposal;
};

static const char *
path_of(struct proposing *p, const char *folder, const char *name)
{
	char *path = output_path(folder, name);
	struct span kept = pool_copy(&p->pool, span_of(path));
	free(path);
	return kept.p;
}

/* Which model is in use, and whether it lies here. */
static int
find_old(struct proposing *p, struct err *e)
{
	struct daemon *d = daemon_open(&p->place, e);
	json_t *got =
	    d == NULL ? NULL : daemon_ask(d, "GET", "/v1/models", NULL, e);
	const json_t *active = json_object_get(got, "active");
	struct span name = {
	    json_string_value(active), json_string_length(active)};
	int failed = got == NULL ? -1 : 0;
	if (!failed) {
		p->active = pool_copy(&p->pool, name).p;
		p->old = path_of(p, p->models, p->active);
		if (access(path_of(p, p->old, "model.bin"), R_OK) != 0)
			failed = err_set(e, ERR_MISSING,
			    "%.200s: the model in use is not there; --models "
			    "names its folder",
			    p->old);
	}
	json_decref(got);
	daemon_close(d);
	return failed;
}

/* Runs a sub-command with these arguments; what it prints goes to stderr. */
static int
run_step(const struct command *c, const char **arguments, struct err *e)
{
	fflush(stdout);
	int before = dup(STDOUT_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	int code = c->run(c, (char **)arguments, e);
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	return code == RUN_OK ? 0 : -1;
}

struct arguments {
	const char *of[ARGUMENTS_MAX + 2];
	size_t n;
};

static void
add(struct arguments *a, const char *option, const char *value)
{
	if (value == NULL || a->n + 2 > ARGUMENTS_MAX)
		return;
	if (option != NULL)
		a->of[a->n++] = option;
	a->of[a->n++] = value;
}

static void
add_place(struct arguments *a, const struct daemon_place *place)
{
	add(a, "--var", place->var);
	add(a, "--url", place->url);
	add(a, "--key-file", place->key_file);
}

/* What people decided, split by time into what is learned and asked. */
static int
gather(struct proposing *p, struct err *e)
{
	const char *labels = path_of(p, p->folder, "labels.jsonl");
	struct arguments a = {{"export", "--out", labels}, 3};
	add_place(&a, &p->place);
	p->split = (struct holdback){
	    .from = labels,
	    .learned = path_of(p, p->folder, "learned.jsonl"),
	    .asked = path_of(p, p->folder, "held-back.jsonl"),
	    .share = p->held_back,
	};
	int failed = run_step(&command_export, a.of, e) != 0 ||
		     holdback_split(&p->split, e) != 0;
	unlink(labels);
	if (!failed && p->split.n_learned == 0)
		failed =
		    err_set(e, ERR_MISSING, "nobody has decided anything yet");
	return failed ? -1 : 0;
}

/* NULL: there is none; one that cannot be read is told when it is. */
static const char *
gold_of(struct proposing *p)
{
	const char *path = path_of(p, p->models, "gold.jsonl");
	return access(path, F_OK) == 0 || errno != ENOENT ? path : NULL;
}

static int
train(struct proposing *p, struct err *e)
{
	char cap[32];
	struct arguments a = {{"train", "--clean"}, 2};
	snprintf(cap, sizeof(cap), "%.17g", p->cap_share);
	add(&a, "--out", p->folder);
	add(&a, "--name", p->name);
	add(&a, "--seed", "1");
	add(&a, "--cap-share", cap);
	add(&a, "--gold", gold_of(p));
	add(&a, "--from", p->from);
	for (size_t i = 0; i < p->base.n; i++)
		add(&a, p->base.files[i].text_only ? "--text-only" : NULL,
		    p->base.files[i].path);
	add(&a, NULL, p->split.learned);
	return run_step(&command_train, a.of, e);
}

/* How both do on a file, as a page and a part of the proposal. */
static int
weigh(struct proposing *p, const char *file, const char *on, const char *page,
    struct err *e)
{
	struct corpus_file rows = {file, false};
	struct compare_order order = {
	    .folders = {p->old, p->folder},
	    .operands = {&rows, 1},
	    .shown = SHOWN,
	    .report = p->folder,
	    .name = page,
	};
	struct contrast contrast;
	json_t *got = compare_models(&order, &contrast, e);
	if (got == NULL)
		return -1;
	struct contrast_duel duel = contrast_duel(&contrast, ACTION_HOLD);
	json_t *o = json_pack("{s:s, s:O, s:O, s:I, s:I, s:f}", "on", on,
	    "rows", json_object_get(got, "n"), "changed",
	    json_object_get(got, "changed"), "only_old",
	    (json_int_t)duel.only_old, "only_new", (json_int_t)duel.only_new,
	    "mid_p", duel.mid_p);
	json_object_update(o, json_object_get(got, "f1"));
	json_array_append_new(json_object_get(p->proposal, "compared"), o);
	json_array_extend(json_object_get(p->proposal, "objections"),
	    json_object_get(got, "objections"));
	json_decref(got);
	return 0;
}

static int
weigh_all(struct proposing *p, struct err *e)
{
	const char *gold = gold_of(p);
	if (p->split.n_asked > 0 &&
	    weigh(p, p->split.asked, "held back", "compare", e) != 0)
		return -1;
	return gold == NULL ? 0 : weigh(p, gold, "gold", "gold", e);
}

/* "worse" when anything speaks against it, "better" when it is so beyond
 * chance somewhere. */
static const char *
judge(const struct proposing *p)
{
	const json_t *list = json_object_get(p->proposal, "compared");
	if (json_array_size(json_object_get(p->proposal, "objections")) > 0)
		return "worse";
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		bool more = json_integer_value(json_object_get(o, "only_new")) >
			    json_integer_value(json_object_get(o, "only_old"));
		if (more && json_real_value(json_object_get(o, "mid_p")) < 0.05)
			return "better";
	}
	return "same";
}

static int
tell(struct proposing *p, struct err *e)
{
	const json_t *list = json_object_get(p->proposal, "objections");
	const char *verdict = judge(p);
	json_object_set_new(p->proposal, "verdict", json_string(verdict));
	if (page_write(p->folder, "proposal", p->proposal,
		"A model is proposed", e) != 0)
		return -1;
	if (p->json) {
		json_dumpf(p->proposal, stdout, JSON_INDENT(1));
		putchar('\n');
		return 0;
	}
	printf("%s against %s: %s\n", p->name, p->active, verdict);
	for (size_t i = 0; i < json_array_size(list); i++)
		printf("  %s\n", json_string_value(json_object_get(
				     json_array_get(list, i), "detail")));
	printf("see %s/proposal.html; then: moderato-train promote %s\n",
	    p->folder, p->folder);
	return 0;
}

/* What was begun and never finished is begun anew. */
static int
make_folder(struct proposing *p, struct err *e)
{
	bool made = access(path_of(p, p->folder, "proposal.json"), F_OK) == 0;
	bool begun = access(path_of(p, p->folder, "learned.jsonl"), F_OK) == 0;
	bool model = access(path_of(p, p->folder, "model.bin"), F_OK) == 0;
	if (made || (model && !begun))
		return err_set(e, ERR_TAKEN,
		    "%.200s: there is such a model already", p->folder);
	if (mkdir(p->folder, 0755) != 0 && access(p->folder, W_OK) != 0)
		return err_set(
		    e, ERR_DOWN, "%.200s: cannot be made", p->folder);
	return 0;
}

static int
propose(struct proposing *p, struct err *e)
{
	p->folder = path_of(p, p->models, p->name);
	if (find_old(p, e) != 0)
		return -1;
	if (make_folder(p, e) != 0)
		return -1;
	if (gather(p, e) != 0 || train(p, e) != 0)
		return -1;
	p->proposal = json_pack("{s:s, s:s, s:I, s:I, s:[], s:[]}", "name",
	    p->name, "old", p->active, "learned",
	    (json_int_t)p->split.n_learned, "held_back",
	    (json_int_t)p->split.n_asked, "compared", "objections");
	return weigh_all(p, e) != 0 ? -1 : tell(p, e);
}

/* What no folder may be called. */
static int
check(const struct proposing *p, struct err *e)
{
	if (p->models == NULL || p->name == NULL)
		return err_set(
		    e, ERR_INPUT, "--models DIR and --name NAME are needed");
	if (p->name[0] == '.' || p->name[0] == '\0' ||
	    p->name[strspn(p->name, name_bytes)] != '\0')
		return err_set(e, ERR_INPUT,
		    "--name %.100s: expected letters, digits, - and _",
		    p->name);
	if (p->base.n == 0 && p->from == NULL)
		return err_set(e, ERR_INPUT,
		    "--from MODEL, or a CORPUS to learn beside what people "
		    "decided, is needed");
	return 0;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct proposing p = {.cap_share = 1, .held_back = 0.2};
	const struct option_row table[] = {
	    {"models", OPTION_STRING, &p.models, "DIR",
		"the folder where the models of the service lie", 0, 0},
	    {"name", OPTION_STRING, &p.name, "NAME", "of the new one", 0, 0},
	    {"from", OPTION_STRING, &p.from, "MODEL",
		"add to what this one knows: the shipped one's folder", 0, 0},
	    {"held-back", OPTION_NUMBER, &p.held_back, "SHARE",
		"of the decisions, the newest, to compare on (0.2)", 0, 0.9},
	    {"cap-share", OPTION_NUMBER, &p.cap_share, "SHARE",
		"of what reporters said, by one at most (1)", 0, 1},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a base corpus of which only the text counts", 0, 0},
	    DAEMON_ROWS(p.place),
	    {"json", OPTION_FLAG, &p.json, NULL, "print proposal.json", 0, 0},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &p.base, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && check(&p, e) == 0)
		code = propose(&p, e) == 0 ? RUN_OK : RUN_FAILED;
	json_decref(p.proposal);
	pool_release(&p.pool);
	free(p.base.files);
	return code;
}

const struct command command_propose = {
    "propose",
    "retrain on what people decided, and say what speaks for it",
    "--models DIR --name NAME {--from MODEL | CORPUS...} [OPTION]...",
    "  moderato-train propose --models models --name mine-2 \\\n"
    "      --from models/default\n"
    "  moderato-train propose --models models --name mine-2 --json \\\n"
    "      base.jsonl --text-only youtube.jsonl.gz\n",
    run,
};
