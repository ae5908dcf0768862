/*
 * The command line of a sub-command: one table of options feeds the parsing,
 * the list that --help prints, and with --man its part of the manual page. What
 * is not an option is a file of a corpus, of which a usage that ends with
 * CORPUS... needs one. Values point into argv.
 */
#ifndef TRAINING_OPTIONS_H
#define TRAINING_OPTIONS_H

#include <stddef.h>
#include <stdio.h>

#include "corpus.h"

enum option_kind {
	OPTION_FLAG,   /* bool */
	OPTION_STRING, /* const char * */
	OPTION_CHOICE, /* int: the place of the value in `values` */
	OPTION_WHOLE,  /* long, within [low, high] */
	OPTION_NUMBER, /* double, within [low, high] */
	OPTION_CORPUS, /* adds a text-only file to the operands */
	OPTION_HATE,   /* … whose labels are of hate only */
	OPTION_WEIGHT, /* SET=W: adds to a struct set_weights */
};

struct option_row {
	const char *name; /* without the dashes */
	enum option_kind kind;
	void *into;         /* holds the default before */
	const char *values; /* how --help names the value; "a|b" of choices */
	const char *help;
	double low, high; /* of a number; else not said */
};

/* How much rows of corpora count, by their names. Free `items`. */
struct set_weights {
	struct set_weight {
		struct span set; /* into argv */
		double weight;
	} * items;
	size_t n;
};

struct operands {
	struct corpus_file *files;
	size_t n;
};

/* A sub-command, as the table in main.c lists it. */
struct command {
	const char *name;
	const char *summary;
	const char *usage;    /* after the name */
	const char *examples; /* lines */
	/* An exit code; `e` says why when it is not 0. */
	int (*run)(const struct command *self, char **argv, struct err *e);
	void (*more)(FILE *out); /* what else --help says; NULL: nothing */
};

enum { RUN_OK, RUN_FAILED, RUN_USAGE };

enum options_result { OPTIONS_GO, OPTIONS_HELP, OPTIONS_WRONG };

/*
 * Reads argv[1..] by `table`, which ends with a row without name. OPTIONS_HELP:
 * --help, or --man, was asked for and printed. OPTIONS_WRONG: `e` says what is
 * not right. Free operands->files in any case.
 */
enum options_result options_read(const struct command *command,
    const struct option_row *table, char **argv, struct operands *operands,
    struct err *e);

/* Reads all the operands into `c`; there must be one. 0 or -1. */
int operands_load(
    const struct operands *operands, struct corpus *c, struct err *e);

extern const struct command command_train, command_evaluate, command_score,
    command_inspect, command_scenarios, command_import, command_compare,
    command_evade, command_export, command_promote, command_rollback,
    command_shadow, command_replay, command_propose, command_adapt;

#endif
