/* moderato-train import: history from other systems as a corpus. */
#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_columns.h"
#include "import_report.h"
#include "import_sink.h"
#include "input.h"
#include "options.h"
#include "output.h"

/* As --format names them, in the order in which they are asked. */
static const char formats[] =
    "guess|isso|wxr|disqus|remark42|ndjson|wp-csv|csv";

static const struct importer *const importers[] = {
    NULL,
    &import_isso,
    &import_wxr,
    &import_disqus,
    &import_remark42,
    &import_ndjson,
    &import_wp_csv,
    &import_csv,
};

enum { IMPORTERS = sizeof(importers) / sizeof(*importers) };

static const enum label trash_labels[] = {LABEL_NONE, LABEL_SPAM, LABEL_ABUSE};

struct job {
	int format, trash;
	const char *out, *report;
	struct import_columns columns;
	bool skip_bad, json;
	struct import_sink *sink;
	struct import_source *done; /* the sources that were read */
	size_t n_done;
};

static const struct importer *
guess(const struct input *in, struct err *e)
{
	struct span head = input_head(in);
	for (int i = 1; i < IMPORTERS; i++)
		if (importers[i]->fits(head))
			return importers[i];
	const char *hint = input_hint(in);
	err_set(e, ERR_INPUT, "%s: of no known format: %s", input_name(in),
	    hint != NULL ? hint : "if it is of one, say so with --format");
	return NULL;
}

static int
read_input(struct job *j, struct input *in, const char *path, struct err *e)
{
	const struct importer *importer =
	    j->format != 0 ? importers[j->format] : guess(in, e);
	if (importer == NULL)
		return -1;
	j->done = memory_append(j->done, j->n_done, sizeof(*j->done));
	j->done[j->n_done++] = (struct import_source){path, importer};
	struct import_run run = {
	    .importer = importer,
	    .input = in,
	    .sink = j->sink,
	    .columns = &j->columns,
	    .trash = trash_labels[j->trash],
	    .skip_bad = j->skip_bad,
	};
	return importer->read(&run, e);
}

static int
read_all(struct job *j, const struct operands *operands, struct err *e)
{
	for (size_t i = 0; i < operands->n; i++) {
		const char *path = operands->files[i].path;
		struct input *in = input_open(path, e);
		if (in == NULL)
			return -1;
		input_show_progress(in);
		int failed = read_input(j, in, path, e);
		input_close(in);
		if (failed)
			return -1;
	}
	return 0;
}

/* For people or as JSON, where the corpus does not go. */
static int
tell(const struct job *j, bool to_stdout, const struct import_report *r,
    struct err *e)
{
	if (!j->json)
		import_report_print(stderr, r);
	else if (import_report_print_json(to_stdout ? stderr : stdout, r, e) <
		 0)
		return -1;
	return j->report != NULL ? import_report_write(j->report, r, e) : 0;
}

static int
read_to(FILE *to, struct job *j, const struct operands *operands, struct err *e)
{
	j->sink = import_sink_open(to);
	int failed = read_all(j, operands, e);
	struct import_report r = {
	    j->done, j->n_done, import_sink_counts(j->sink)};
	if (!failed)
		failed = tell(j, to == stdout, &r, e);
	import_sink_close(j->sink);
	free(j->done);
	return failed;
}

static int
cannot_write(const char *path, struct err *e)
{
	return err_set(
	    e, ERR_DOWN, "%s: cannot be written: %s", path, strerror(errno));
}

/* There when it is whole; for its owner only, since mail and IP addresses
 * are in it. */
static int
read_to_file(struct job *j, const struct operands *operands, struct err *e)
{
	struct output_draft draft;
	int failed = output_draft_open(&draft, j->out, e);
	FILE *to = failed ? NULL : fopen(draft.at, "w");
	if (to != NULL) {
		failed = read_to(to, j, operands, e);
		if (fclose(to) != 0 && !failed)
			failed = cannot_write(j->out, e);
		if (!failed)
			failed = output_draft_keep(&draft, e);
	} else if (!failed) {
		failed = cannot_write(j->out, e);
	}
	output_draft_close(&draft);
	return failed;
}

static int
import_history(struct job *j, const struct operands *operands, struct err *e)
{
	int failed = j->out == NULL || strcmp(j->out, "-") == 0
			 ? read_to(stdout, j, operands, e)
			 : read_to_file(j, operands, e);
	return failed ? RUN_FAILED : RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct job j = {0};
	struct operands operands;
	const char *columns = NULL;
	const struct option_row table[] = {
	    {"format", OPTION_CHOICE, &j.format, formats,
		"of all sources (guess: each by how it begins)"},
	    {"out", OPTION_STRING, &j.out, "FILE|-", "the corpus (-)"},
	    {"report", OPTION_STRING, &j.report, "FILE.json",
		"what it came to, as JSON too"},
	    {"json", OPTION_FLAG, &j.json, NULL,
		"print that as JSON: where the corpus does not go"},
	    {"column", OPTION_STRING, &columns, "text=NAME,...",
		"what columns or keys are called (csv, ndjson, wp-csv)"},
	    {"trash-is", OPTION_CHOICE, &j.trash, "null|spam|abuse",
		"what WordPress's trash holds (null: who knows)"},
	    {"skip-bad", OPTION_FLAG, &j.skip_bad, NULL,
		"count rows that cannot be read, do not stop"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && operands.n == 0)
		err_set(e, ERR_INPUT, "a SOURCE is needed");
	else if (got == OPTIONS_GO &&
		 import_columns_read(&j.columns, columns, e) == 0)
		code = import_history(&j, &operands, e);
	free(operands.files);
	return code;
}

const struct command command_import = {
    "import",
    "make a corpus of the comments of other systems",
    "[OPTION]... SOURCE...",
    "  moderato-train import --out mine.jsonl --report mine.json *.xml.gz\n"
    "  moderato-train import --column text=Body,label=Verdict own.csv\n"
    "  moderato-train import --format isso /var/lib/isso/comments.db\n"
    "\n"
    "A SOURCE is a file, plain or gzipped; `-` is standard input. WordPress\n"
    "leaves spam out of its own exports (wxr): they teach ham only. This has\n"
    "all of it:\n"
    "  wp comment list --status=any --format=csv --fields=comment_ID,\\\n"
    "comment_post_ID,comment_author,comment_author_email,comment_author_url,"
    "\\\n"
    "comment_author_IP,comment_date_gmt,comment_content,comment_approved,\\\n"
    "comment_agent,comment_type |\n"
    "      moderato-train import --format wp-csv --out mine.jsonl -\n"
    "\n"
    "labels: wxr, wp-csv: 1 ham, spam spam, 0 none. disqus: isSpam spam,\n"
    "isDeleted none, else ham. isso, remark42: what is public is ham. csv,\n"
    "ndjson: spam, ham, abuse, ok; 1, yes, true spam; 0, no, false ham.\n",
    run,
};
