/* The program `moderato-train`: a table of sub-commands. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "../service/edge/format/mdoc.h"
#include "options.h"
#include "told.h"

static const struct command *const commands[] = {
    &command_import,
    &command_export,
    &command_train,
    &command_evaluate,
    &command_compare,
    &command_adapt,
    &command_replay,
    &command_propose,
    &command_promote,
    &command_rollback,
    &command_shadow,
    &command_score,
    &command_inspect,
    &command_scenarios,
    &command_evade,
};

/* What is larger goes back to the system as soon as it is free. By itself
 * glibc keeps it, once it has seen that such pieces come and go. */
enum { KEPT_BYTES_MAX = 1 << 18 };

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static const char about[] =
    "is given a command, of which each has options of its own. A CORPUS is a "
    "file of JSON lines, plain or gzipped; `-` is standard input.";
static const char exits[] =
    "exit codes: 0 done, 1 failed, 2 the command line is wrong";

static void
print_usage(FILE *to)
{
	fputs("usage: moderato-train COMMAND [OPTION]... [CORPUS]...\n\n", to);
	for (int i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i]->name,
		    commands[i]->summary);
	fprintf(to,
	    "\n`moderato-train COMMAND --help` says more, and\n"
	    "`moderato-train --man | man -l -` all of it.\n%s\n",
	    exits);
}

/* The page moderato-train(1), of which each command writes its part. */
static int
print_manual(struct err *e)
{
	mdoc_begin(stdout, "MODERATO-TRAIN", 1, "moderato-train",
	    "makes models for moderatod, and says how good they are");
	mdoc_text(stdout, about);
	mdoc_section(stdout, "COMMANDS");
	for (int i = 0; i < COMMANDS; i++) {
		char name[] = "", flag[] = "--man",
		     *argv[] = {name, flag, NULL};
		int code = commands[i]->run(commands[i], argv, e);
		if (code != RUN_OK)
			return code;
	}
	mdoc_section(stdout, "EXIT STATUS");
	mdoc_text(stdout, exits);
	mdoc_see(stdout, "moderatod", 8);
	return RUN_OK;
}

static const struct command *
find(const char *name)
{
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* Output that could not be written is a failure, not a success. */
static int
close_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	perror("moderato-train: standard output");
	return RUN_FAILED;
}

int
main(int argc, char **argv)
{
	if (argc > 1 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		print_usage(stdout);
		return close_output(RUN_OK);
	}
	struct err e = {0};
	if (argc > 1 && strcmp(argv[1], "--man") == 0)
		return close_output(print_manual(&e));
	const struct command *command = argc > 1 ? find(argv[1]) : NULL;
	if (command == NULL) {
		print_usage(stderr);
		return RUN_USAGE;
	}
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES_MAX);
	int code = command->run(command, argv + 1, &e);
	if (code != RUN_OK) {
		fprintf(stderr, "moderato-train %s: ", command->name);
		told_print(stderr, span_of(e.text));
		putc('\n', stderr);
	}
	return close_output(code);
}
