/* moderato-train export: what people decided, or what was judged, to a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../service/edge/format/rfc3339.h"
#include "../service/edge/process/file.h"
#include "fetch.h"
#include "gold.h"
#include "options.h"
#include "output.h"
#include "pick.h"
#include "progress.h"
#include "told.h"

enum { DAYS_MAX = 3650, GOLD_MAX = 100000, GOLD_FEW = 200, GOLD_ROWS = 1000 };

struct exporting {
	struct daemon_place place;
	const char *out, *site;
	long days;
	bool history, gold, force, json;
	struct gold_order order;
	char since[RFC3339_BYTES];       /* labels only: decided not before */
	bool standard;                   /* output is where it goes */
	struct output_draft all, chosen; /* all rows; of them the gold ones */
	FILE *to;
	size_t n, seen;
	struct progress progress;
};

/* Where what becomes of `d` lies, for messages. */
static const char *
place_of(const struct output_draft *d)
{
	return d->path != NULL ? d->path : "the folder of TMPDIR";
}

/* What is for standard output lies elsewhere before. 0 or -1. */
static int
draft(struct output_draft *d, const struct exporting *x, struct err *e)
{
	return output_draft_open(d, x->standard ? NULL : x->out, e);
}

/* Times in this form are in order as texts. */
static bool
is_wanted(const struct exporting *x, const json_t *row)
{
	const char *decided =
	    json_string_value(json_object_get(row, "decided"));
	return x->history || x->days == 0 ||
	       (decided != NULL && strcmp(decided, x->since) >= 0);
}

static int
take(void *arg, json_t *row, struct err *e)
{
	struct exporting *x = arg;
	progress_count(&x->progress, ++x->seen);
	if (!is_wanted(x, row))
		return 0;
	json_dumpf(row, x->to, JSON_COMPACT);
	if (putc('\n', x->to) == EOF)
		return file_fault(e, place_of(&x->all), "cannot be written");
	x->n++;
	return 0;
}

/* All that the service gives. 0 or -1. */
static int
fetch_all(struct exporting *x, struct err *e)
{
	struct daemon *d = daemon_open(&x->place, e);
	if (d == NULL)
		return -1;
	struct fetch f = {
	    .daemon = d,
	    .kind = x->history ? FETCH_HISTORY : FETCH_LABELS,
	    .site = x->site,
	    .days = x->history ? x->days : 0,
	    .take = take,
	    .arg = x,
	};
	int failed = draft(&x->all, x, e);
	x->progress = progress_start("taking", 0);
	x->to = failed ? NULL : fopen(x->all.at, "w");
	if (x->to == NULL && !failed)
		failed = file_fault(e, place_of(&x->all), "cannot be made");
	if (!failed)
		failed = fetch_rows(&f, e);
	if (x->to != NULL && fclose(x->to) != 0 && !failed)
		failed = file_fault(e, place_of(&x->all), "cannot be written");
	progress_end(&x->progress);
	daemon_close(d);
	return failed;
}

/* A set that has nothing good, or nothing bad, cannot tell models apart. */
static bool
has_both(const struct corpus *c, const bool *chosen)
{
	bool good = false, bad = false;
	for (size_t i = 0; i < c->n; i++) {
		good |= chosen[i] && label_good(c->rows[i].label);
		bad |= chosen[i] && label_bad(c->rows[i].label);
	}
	return good && bad;
}

/* Of all rows the gold ones. 0 or -1. */
static int
choose_gold(struct exporting *x, struct err *e)
{
	if (draft(&x->chosen, x, e) != 0)
		return -1;
	struct corpus c = {0};
	struct clusters k = {0};
	struct corpus_file all = {x->all.at, false};
	int failed = corpus_add(&c, all, e);
	if (!failed)
		failed = clusters_of(&k, &c, e);
	bool *chosen = memory_new(c.n, sizeof(*chosen));
	if (!failed) {
		x->n = gold_choose(chosen, &c, &k, &x->order);
		if (!has_both(&c, chosen))
			failed = err_set(e, ERR_MISSING,
			    "there are too few decisions yet to spare some: "
			    "good and bad ones are needed, four for each that "
			    "is spared");
		else
			failed = pick_lines(all.path, chosen, x->chosen.at, e);
	}
	free(chosen);
	clusters_release(&k);
	corpus_release(&c);
	return failed;
}

/* Where the rows do not go. */
static int
tell(const struct exporting *x)
{
	FILE *f = x->standard ? stderr : stdout;
	if (!x->json) {
		fprintf(f, "%zu rows in %s\n", x->n,
		    x->standard ? "standard output" : x->out);
		if (x->gold && x->n < GOLD_FEW)
			fputs("they are few: one comment may decide. --force "
			      "makes a larger set when\nmore was decided\n",
			    f);
		return 0;
	}
	json_t *o = json_pack(
	    "{s:I, s:o}", "rows", (json_int_t)x->n, "file", told_json(x->out));
	json_dumpf(o, f, JSON_COMPACT);
	putc('\n', f);
	json_decref(o);
	return 0;
}

static int
print(const struct output_draft *d, struct err *e)
{
	char bytes[BUFSIZ];
	size_t n;
	FILE *f = fopen(d->at, "r");
	if (f == NULL)
		return file_fault(e, place_of(d), "cannot be read");
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		fwrite(bytes, 1, n, stdout);
	int failed =
	    ferror(f) ? file_fault(e, place_of(d), "cannot be read") : 0;
	fclose(f);
	return failed;
}

/* The whole of it where it is to be. 0 or -1. */
static int
deliver(struct exporting *x, struct err *e)
{
	struct output_draft *whole = x->gold ? &x->chosen : &x->all;
	/* the service asks each new model by it */
	if (x->gold && !x->standard && output_draft_hand_over(whole, e) != 0)
		return -1;
	return x->standard ? print(whole, e) : output_draft_keep(whole, e);
}

/* Whole or not at all, and anew each time: what was undone must not stay. */
static int
export_all(struct exporting *x, struct err *e)
{
	x->standard = strcmp(x->out, "-") == 0;
	if (!x->standard && x->gold && !x->force && access(x->out, F_OK) == 0)
		return err_set(e, ERR_TAKEN,
		    "%s is there and is to stay as it is; --force makes a "
		    "new one",
		    x->out);
	rfc3339_write(
	    ((int64_t)time(NULL) - x->days * 24 * 3600) * 1000, x->since);
	int failed = fetch_all(x, e);
	if (!failed && x->gold)
		failed = choose_gold(x, e);
	if (!failed)
		failed = deliver(x, e);
	output_draft_close(&x->all);
	output_draft_close(&x->chosen);
	return failed ? -1 : tell(x);
}

/* What the command line must not ask for. */
static int
check(const struct exporting *x, const struct operands *operands, struct err *e)
{
	if (x->out == NULL || operands->n > 0)
		return err_set(
		    e, ERR_INPUT, "--out FILE, and no other file, is needed");
	if (x->history && x->gold)
		return err_set(
		    e, ERR_INPUT, "--gold is of decisions, not of history");
	if (!x->gold && (x->order.rows != 0 || x->order.by != NULL || x->force))
		return err_set(
		    e, ERR_INPUT, "--rows, --source and --force need --gold");
	return daemon_place_check(&x->place, e);
}

/* What of a gold set was not said. */
static void
complete(struct gold_order *o)
{
	if (o->rows == 0)
		o->rows = GOLD_ROWS;
	if (o->by == NULL)
		o->by = "moderator";
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct exporting x = {0};
	struct operands operands;
	const struct option_row table[] = {
	    {"out", OPTION_STRING, &x.out, "FILE|-", "where to"},
	    {"site", OPTION_STRING, &x.site, "NAME", "only of this site"},
	    {"days", OPTION_WHOLE, &x.days, "N",
		"only what was decided, or judged, in the last N days", 1,
		DAYS_MAX},
	    {"history", OPTION_FLAG, &x.history, NULL,
		"what was judged, for replay, instead of what was decided"},
	    {"gold", OPTION_FLAG, &x.gold, NULL,
		"choose a gold set, in 350 bytes of memory a row: no model may "
		"learn from it"},
	    {"rows", OPTION_WHOLE, &x.order.rows, "N",
		"with --gold: at most so many (1000)", 1, GOLD_MAX},
	    {"source", OPTION_STRING, &x.order.by, "NAME",
		"with --gold: of these decisions only (moderator)"},
	    {"force", OPTION_FLAG, &x.force, NULL,
		"with --gold: in place of the one that is there"},
	    DAEMON_ROWS(x.place),
	    {"json", OPTION_FLAG, &x.json, NULL, "say what was done as JSON"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && check(&x, &operands, e) == 0) {
		complete(&x.order);
		code = export_all(&x, e) == 0 ? RUN_OK : RUN_FAILED;
	}
	free(operands.files);
	return code;
}

const struct command command_export = {
    "export",
    "what people decided, or what was judged, out of the service",
    "--out FILE [OPTION]...",
    "  moderato-train export --out labels.jsonl\n"
    "  moderato-train export --gold --out models/gold.jsonl\n"
    "  moderato-train export --history --days 30 --out history.jsonl\n"
    "  moderato-train export --url https://m.example --key-file key \\\n"
    "      --out labels.jsonl\n",
    run,
};
