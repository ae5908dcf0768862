/* moderato-train evade: bad comments in disguise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evade.h"
#include "options.h"

static void
print_evasions(FILE *out)
{
	fputs("\ndisguises:\n", out);
	for (const struct evasion *e = evasions; e->name != NULL; e++)
		fprintf(out, "  %-28s %s\n", e->name, e->summary);
}

static int
print_corpus(const struct corpus *c, const struct evasion *evasion,
    uint64_t seed, struct err *e)
{
	struct corpus disguised;
	struct corpus_view view = {&disguised};
	int failed = evade(&disguised, c, evasion, seed, e);
	for (size_t i = 0; i < c->n && !failed; i++)
		corpus_write(stdout, corpus_row(&view, i));
	corpus_look_away(&view);
	corpus_release(&disguised);
	return failed;
}

/* The first operand, which names the disguise; NULL and `e` if it does not. */
static const struct evasion *
take_evasion(struct operands *operands, struct err *e)
{
	const struct evasion *evasion = NULL;
	if (operands->n == 0) {
		err_set(e, ERR_INPUT, "a disguise is needed; --help has them");
		return NULL;
	}
	evasion = evasion_find(operands->files[0].path);
	if (evasion == NULL)
		err_set(e, ERR_INPUT, "%s: no such disguise; --help has them",
		    operands->files[0].path);
	operands->n--;
	memmove(operands->files, operands->files + 1,
	    operands->n * sizeof(*operands->files));
	if (operands->n == 0)
		operands->files[operands->n++] = (struct corpus_file){"-", 0};
	return evasion;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	long seed = 1;
	struct operands operands;
	const struct option_row table[] = {
	    {"seed", OPTION_WHOLE, &seed, "N", "of what is left to chance (1)",
		0, 1e9},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	const struct evasion *evasion = NULL;
	struct corpus corpus = {0};
	if (got == OPTIONS_GO)
		evasion = take_evasion(&operands, e);
	if (evasion != NULL) {
		code = RUN_FAILED;
		if (operands_load(&operands, &corpus, e) == 0 &&
		    print_corpus(&corpus, evasion, (uint64_t)seed, e) == 0)
			code = RUN_OK;
	}
	free(operands.files);
	corpus_release(&corpus);
	return code;
}

const struct command command_evade = {
    "evade",
    "print a corpus with its bad texts in disguise",
    "NAME [OPTION]... [CORPUS]...",
    "  moderato-train evade l33t <comments.jsonl >disguised.jsonl\n",
    run,
    print_evasions,
};
