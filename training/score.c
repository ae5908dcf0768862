/* moderato-train score: verdicts, one JSON line a row, as rows come. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../service/edge/format/explain.h"
#include "../service/edge/model/model_file.h"
#include "options.h"
#include "progress.h"
#include "replay.h"

struct scoring {
	const char *folder;
	bool why;
	size_t n;
	bool shows; /* how many, as nobody sees the lines themselves */
	struct progress progress;
	struct model *model;
	struct replay *replay;
};

/* Writes the verdict's line; what it needs is in the arena of `r`. */
static int
put_verdict(const struct scoring *s, const struct verdict *v,
    const struct replayed *r, const struct row *row, struct err *e)
{
	struct json_out o;
	struct span line;
	json_out_begin(&o, r->arena);
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "id", r->comment.id);
	json_out_text(&o, "action", span_of(action_name(v->action)));
	explain_scores(&o, v);
	if (s->why)
		explain_reasons(&o, &v->reasons, &r->comment);
	json_out_close(&o, '}');
	line = json_out_end(&o);
	if (line.p == NULL)
		return replay_too_large(row, e);
	fwrite(line.p, 1, line.n, stdout);
	putchar('\n');
	/* whoever reads the pipe waits for this line */
	if (fflush(stdout) != 0)
		return err_set(
		    e, ERR_DOWN, "standard output: %s", strerror(errno));
	return 0;
}

static int
score_row(const struct scoring *s, const struct row *row, struct err *e)
{
	struct judge judge = {.model = s->model};
	struct replayed r;
	struct verdict v;
	if (replay_row(s->replay, &r, row, e) < 0)
		return -1;
	if (moderate_judge(&v, &r.reading, &r.signals, &judge, r.arena) < 0)
		return replay_too_large(row, e);
	return put_verdict(s, &v, &r, row, e);
}

/* Rows in the order of the file: a pipe has no end to sort for. */
static int
score_file(struct scoring *s, struct corpus_file file, struct err *e)
{
	struct corpus_reader *reader = corpus_reader_open(file.path, e);
	if (reader == NULL)
		return -1;
	struct pool pool = {0};
	int got;
	do {
		struct row row;
		got = corpus_reader_next(reader, &row, &pool, e);
		if (got == 1) {
			row.text_only = file.text_only;
			if (score_row(s, &row, e) < 0)
				got = -1;
			if (s->shows)
				progress_count(&s->progress, ++s->n);
		}
		pool_reuse(&pool);
	} while (got == 1);
	pool_release(&pool);
	corpus_reader_close(reader);
	return got;
}

static int
score_all(struct scoring *s, const struct operands *operands, struct err *e)
{
	s->model = model_file_load(s->folder, e);
	if (s->model == NULL)
		return RUN_FAILED;
	s->replay = replay_open();
	int failed = 0;
	s->shows = isatty(STDOUT_FILENO) != 1;
	s->progress = progress_start("scoring", 0);
	if (operands->n == 0)
		failed = score_file(s, (struct corpus_file){"-", false}, e);
	for (size_t i = 0; i < operands->n && !failed; i++)
		failed = score_file(s, operands->files[i], e);
	if (s->shows)
		progress_end(&s->progress);
	replay_close(s->replay);
	model_file_free(s->model);
	return failed ? RUN_FAILED : RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	struct scoring s = {0};
	struct operands operands;
	bool json = false; /* as every sub-command has it */
	const struct option_row table[] = {
	    {"model", OPTION_STRING, &s.folder, "DIR", "the model"},
	    {"why", OPTION_FLAG, &s.why, NULL, "with reasons"},
	    {"json", OPTION_FLAG, &json, NULL, "lines of JSON, as without it"},
	    {"text-only", OPTION_CORPUS, NULL, "CORPUS",
		"a corpus of which only the text counts"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && s.folder == NULL)
		err_set(e, ERR_INPUT, "--model DIR is needed");
	else if (got == OPTIONS_GO)
		code = score_all(&s, &operands, e);
	free(operands.files);
	return code;
}

const struct command command_score = {
    "score",
    "judge comments as the service would",
    "--model DIR [--why] [CORPUS...|-]",
    "  moderato-train score --model models/default comments.jsonl.gz\n"
    "  tail -f comments.jsonl |\n"
    "      moderato-train score --model models/default --why -\n",
    run,
};
