/*
 * moderato-train propose: the whole of a retraining but for its last step. A
 * model of the base corpora and of what people decided, in a folder beside
 * the one in use, with what speaks for and against it. Promotes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../service/core/drift.h"
#include "../service/core/utf8.h"
#include "../service/edge/format/promotion_json.h"
#include "../service/edge/model/model_file.h"
#include "card.h"
#include "compare.h"
#include "daemon.h"
#include "holdback.h"
#include "lately.h"
#include "output.h"
#include "proposal_page.h"
#include "proposal_text.h"
#include "same_model.h"
#include "tidied.h"
#include "workshop.h"

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz-_."
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

enum {
	SHOWN = 200, /* changed verdicts of a comparison … */
	/* … and those that the proposal's page quotes, which a service shows
	 * whole from the memory of a request */
	QUOTED = 50,
	QUOTED_BYTES = 1000,
};

enum { UNLESS_SAID = 0 }; /* of setenv */

struct proposing {
	struct daemon_place place;
	const char *models, *name, *from;
	double cap_share, held_back;
	bool json, keeps_texts;
	struct operands base;
	struct pool pool; /* of paths */
	const char *active, *old;
	struct workshop workshop;
	const char *folder; /* the workshop's */
	struct holdback split;
	json_t *proposal;
	json_t *compared; /* for the page: what each comparison says */
};

static const char *
path_of(struct proposing *p, const char *folder, const char *name)
{
	char *path = output_path(folder, name);
	struct span kept = pool_copy(&p->pool, span_of(path));
	free(path);
	return kept.p;
}

/* Which model is in use, and whether the very same lies here. */
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
		failed = same_model_check(
		    d, p->old, name, "--models names its folder", e);
	}
	json_decref(got);
	daemon_close(d);
	return failed;
}

/* Of a sub-command, its name first. */
struct arguments {
	const char **of;
	size_t n;
	bool silent; /* what it prints is of no use to anybody */
};

static void
put(struct arguments *a, const char *word)
{
	a->of = memory_append(a->of, a->n, sizeof(*a->of));
	a->of[a->n++] = word;
}

static void
add(struct arguments *a, const char *option, const char *value)
{
	if (value == NULL)
		return;
	if (option != NULL)
		put(a, option);
	put(a, value);
}

/* Runs a sub-command with these arguments, which it frees; what it prints
 * goes to stderr, or nowhere. */
static int
run_step(const struct command *c, struct arguments *a, struct err *e)
{
	put(a, NULL);
	fflush(stdout);
	int before = dup(STDOUT_FILENO);
	int to = a->silent ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
	dup2(to >= 0 ? to : STDERR_FILENO, STDOUT_FILENO);
	if (to >= 0)
		close(to);
	int code = c->run(c, (char **)a->of, e);
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	free(a->of);
	return code == RUN_OK ? 0 : -1;
}

static void
add_place(struct arguments *a, const struct daemon_place *place)
{
	add(a, "--var", place->var);
	add(a, "--url", place->url);
	add(a, "--key-file", place->key_file);
}

static void
tell_split(const struct holdback *s)
{
	size_t like = s->n - s->n_learned - s->n_asked;
	fprintf(stderr, "%zu decisions: %zu to learn, %zu to ask about", s->n,
	    s->n_learned, s->n_asked);
	if (like > 0)
		fprintf(stderr, ", %zu that resemble one of those", like);
	fputc('\n', stderr);
}

static void
tell_learned(const struct proposing *p)
{
	json_int_t n =
	    json_integer_value(json_object_get(p->proposal, "learned"));
	fprintf(stderr, "%" JSON_INTEGER_FORMAT " of %zu are learned%s\n", n,
	    p->split.n_learned,
	    (size_t)n < p->split.n_learned
		? ": hygiene.html tells what became of the others"
		: "");
}

/* What people decided, split by time into what is learned and asked. */
static int
gather(struct proposing *p, struct err *e)
{
	const char *labels = path_of(p, p->folder, "labels.jsonl");
	struct arguments a = {.silent = true};
	put(&a, "export");
	add(&a, "--out", labels);
	add_place(&a, &p->place);
	p->split = (struct holdback){
	    .from = labels,
	    .learned = path_of(p, p->folder, "learned.jsonl"),
	    .asked = path_of(p, p->folder, "held-back.jsonl"),
	    .share = p->held_back,
	};
	int failed = run_step(&command_export, &a, e) != 0 ||
		     holdback_split(&p->split, e) != 0;
	unlink(labels);
	if (!failed && p->split.n_learned == 0)
		failed =
		    err_set(e, ERR_MISSING, "nobody has decided anything yet");
	if (!failed)
		tell_split(&p->split);
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
	/* how well it does is told beside the one in use */
	struct arguments a = {.silent = true};
	snprintf(cap, sizeof(cap), "%.17g", p->cap_share);
	put(&a, "train");
	put(&a, "--clean");
	/* a service has a place to write to, the system may have none */
	setenv("TMPDIR", p->folder, UNLESS_SAID);
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
	return run_step(&command_train, &a, e);
}

/* From what its drift is measured. */
static int
refer(struct proposing *p, struct err *e)
{
	struct lately l = {.place = &p->place, .folder = p->folder};
	if (lately_refer(&l, e) != 0)
		return -1;
	fprintf(stderr,
	    "%zu comments came after what it learns: drift can be told from "
	    "its %s in use on\n",
	    l.n, l.n >= DRIFT_LEAST ? "first day" : "second week");
	return 0;
}

/* The worst of the changed verdicts, long texts cut. */
static json_t *
quote(const json_t *items)
{
	json_t *list = json_array();
	for (size_t i = 0; i < json_array_size(items) && i < QUOTED; i++) {
		json_t *item = json_copy(json_array_get(items, i));
		const json_t *text = json_object_get(item, "text");
		struct span cut =
		    utf8_prefix((struct span){json_string_value(text),
				    json_string_length(text)},
			QUOTED_BYTES);
		json_object_set_new(item, "text", json_stringn(cut.p, cut.n));
		json_array_append_new(list, item);
	}
	return list;
}

/* Adds a list of objections, which is taken, to what is told. */
static void
object(struct proposing *p, const char *on, json_t *against)
{
	for (size_t i = 0; i < json_array_size(against); i++)
		json_object_set_new(
		    json_array_get(against, i), "on", json_string(on));
	json_array_extend(json_object_get(p->proposal, "objections"), against);
	json_decref(against);
}

/* Adds a comparison to what is told. */
static void
take(struct proposing *p, const char *on, json_t *got,
    const struct contrast *contrast)
{
	struct contrast_duel duel = contrast_duel(contrast, ACTION_HOLD);
	const json_t *items = json_object_get(got, "items");
	const json_t *f1 = json_object_get(got, "f1");
	json_t *o = json_pack("{s:s, s:O, s:O, s:I, s:I, s:f}", "on", on,
	    "rows", json_object_get(got, "n"), "changed",
	    json_object_get(got, "changed"), "only_old",
	    (json_int_t)duel.only_old, "only_new", (json_int_t)duel.only_new,
	    "mid_p", duel.mid_p);
	json_object_set(o, "f1_old", json_object_get(f1, "old"));
	json_object_set(o, "f1_new", json_object_get(f1, "new"));
	json_array_append_new(json_object_get(p->proposal, "compared"), o);
	object(p, on, json_incref(json_object_get(got, "objections")));
	json_object_set_new(got, "on", json_string(on));
	json_object_set_new(got, "items", quote(items));
	json_array_append(p->compared, got);
}

/* How both do on a file, as a page and a part of the proposal. */
static int
weigh(struct proposing *p, const char *file, const char *on, const char *page,
    struct err *e)
{
	bool gold = strcmp(on, "gold") == 0;
	struct corpus_file rows = {file, false};
	struct compare_order order = {
	    .spared = true,
	    .sample = !gold,
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
	take(p, on, got, &contrast);
	json_decref(got);
	return 0;
}

/* Whether it tells all that the one in use tells, in the first place. */
static int
weigh_heads(struct proposing *p, struct err *e)
{
	struct model *old = model_file_load(p->old, e), *fresh = NULL;
	if (old != NULL)
		fresh = model_file_load(p->folder, e);
	if (fresh != NULL)
		object(p, "heads", promotion_head_json(old, fresh));
	model_file_free(old);
	model_file_free(fresh);
	return fresh != NULL ? 0 : -1;
}

static int
weigh_all(struct proposing *p, struct err *e)
{
	const char *gold = gold_of(p);
	if (weigh_heads(p, e) != 0)
		return -1;
	if (p->split.n_asked > 0 &&
	    weigh(p, p->split.asked, "held back", "compare", e) != 0)
		return -1;
	return gold == NULL ? 0 : weigh(p, gold, "gold", "gold", e);
}

/* "worse" when anything speaks against it, "better" when it is so beyond
 * chance somewhere, "unknown" where nothing was asked. */
static const char *
judge(const struct proposing *p)
{
	const json_t *list = json_object_get(p->proposal, "compared");
	if (json_array_size(json_object_get(p->proposal, "objections")) > 0)
		return "worse";
	if (json_array_size(list) == 0)
		return "unknown";
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		bool more = json_integer_value(json_object_get(o, "only_new")) >
			    json_integer_value(json_object_get(o, "only_old"));
		if (more && json_real_value(json_object_get(o, "mid_p")) < 0.05)
			return "better";
	}
	return "same";
}

/* proposal.json, and the page that has the verdicts that change, too. */
static int
write_proposal(struct proposing *p, struct err *e)
{
	json_object_set_new(p->proposal, "verdict", json_string(judge(p)));
	if (card_write(path_of(p, p->folder, "proposal.json"), p->proposal,
		OUTPUT_FOR_ALL, e) != 0)
		return -1;
	return proposal_page_write(p->folder, p->proposal, p->compared, e);
}

static void
tell(const struct proposing *p, const char *folder)
{
	if (p->json) {
		json_dumpf(p->proposal, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		proposal_text_put(stdout, p->proposal, folder);
	}
}

/* What is known before anything was compared. */
static json_t *
begin(const struct proposing *p)
{
	char of[MODEL_SHA256_BYTES];
	model_file_sha256(p->folder, of);
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:[], s:[]}",
	    "name", p->name, "sha256", of, "verdict", "", "old", p->active,
	    "labels", (json_int_t)p->split.n, "to_learn",
	    (json_int_t)p->split.n_learned, "held_back",
	    (json_int_t)p->split.n_asked, "objections", "compared");
}

/* Makes it all in the workshop. 0 or -1. */
static int
make(struct proposing *p, struct err *e)
{
	if (gather(p, e) != 0 || train(p, e) != 0 || refer(p, e) != 0)
		return -1;
	p->compared = json_array();
	p->proposal = begin(p);
	if (tidied_add(p->proposal,
		&(struct tidied){p->folder, p->split.asked, gold_of(p)},
		e) != 0)
		return -1;
	tell_learned(p);
	if (weigh_all(p, e) != 0 || write_proposal(p, e) != 0)
		return -1;
	if (!p->keeps_texts) {
		unlink(p->split.learned);
		unlink(p->split.asked);
	}
	return 0;
}

static int
propose(struct proposing *p, struct err *e)
{
	const char *folder = path_of(p, p->models, p->name);
	if (find_old(p, e) != 0)
		return -1;
	if (access(folder, F_OK) == 0)
		return err_set(e, ERR_TAKEN,
		    "%.200s: there is such a model already", folder);
	if (workshop_open(&p->workshop, p->models, p->name, e) != 0)
		return -1;
	p->folder = p->workshop.path;
	int failed =
	    make(p, e) != 0 || workshop_publish(&p->workshop, folder, e) != 0;
	workshop_close(&p->workshop);
	if (!failed)
		tell(p, folder);
	return failed ? -1 : 0;
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
	return daemon_place_check(&p->place, e);
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct proposing p = {.cap_share = 1, .held_back = 0.2};
	const struct option_row table[] = {
	    {"models", OPTION_STRING, &p.models, "DIR",
		"the folder where the models of the service lie"},
	    {"name", OPTION_STRING, &p.name, "NAME", "of the new one"},
	    {"from", OPTION_STRING, &p.from, "MODEL",
		"add to what this one knows: the shipped one's folder"},
	    {"held-back", OPTION_NUMBER, &p.held_back, "SHARE",
		"of the decisions, the newest, to compare on (0.2)", 0, 0.9},
	    {"cap-share", OPTION_NUMBER, &p.cap_share, "SHARE",
		"of what reporters said, by one at most (1)", 0, 1},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a base corpus of which only the text counts"},
	    DAEMON_ROWS(p.place),
	    {"keep-texts", OPTION_FLAG, &p.keeps_texts, NULL,
		"keep the decisions, with their texts, in the folder"},
	    {"json", OPTION_FLAG, &p.json, NULL, "print proposal.json"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &p.base, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && check(&p, e) == 0)
		code = propose(&p, e) == 0 ? RUN_OK : RUN_FAILED;
	json_decref(p.proposal);
	json_decref(p.compared);
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
